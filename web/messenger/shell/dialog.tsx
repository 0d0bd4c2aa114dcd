/** A question above everything else. The browser keeps the focus inside; afterwards it is where it was. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../words/words";

export function Dialog({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const place = useRef<HTMLDialogElement>(null);
  // Before it is painted, so that no key goes to what stands behind it.
  useLayoutEffect(() => {
    const dialog = place.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      // What is gone from the page by now gives nothing back by itself.
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={place}
      class="dialog"
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => event.target === place.current && close()}
    >
      <div class="dialog-body">
        <h2>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

export function Confirm({ title, text, yes, danger, close, act }: {
  title: string;
  text: string;
  yes: string;
  danger?: boolean;
  close: () => void;
  act: () => void;
}) {
  return (
    <Dialog title={title} close={close}>
      <p>{text}</p>
      <div class="buttons">
        <button type="button" class="btn" onClick={close}>
          {t().common.cancel}
        </button>
        <button
          type="button"
          class={`btn ${danger ? "danger" : "primary"}`}
          onClick={() => {
            close();
            act();
          }}
        >
          {yes}
        </button>
      </div>
    </Dialog>
  );
}
