/** What the keyboard can do everywhere, and the page that says so. */
import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { t } from "../words/words";
import { Dialog } from "./dialog";
import { toSearch } from "./focus";

const shown = signal(false);

export const showKeys = () => void (shown.value = true);

/** Listens for the keys that work everywhere; what it returns is shown above everything else. */
export function useKeys() {
  useLayoutEffect(() => {
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
  return shown.value ? <Keys close={() => (shown.value = false)} /> : null;
}

function pressed(event: KeyboardEvent): void {
  const on = (what: string) => event.target instanceof Element && event.target.matches(what);
  // Held a little too long, the Enter that ends a dialog would press the button to which the focus returns.
  if (event.repeat && event.key === "Enter" && on("a, button")) event.preventDefault();
  if (document.querySelector("dialog[open]")) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !event.defaultPrevented) {
    event.preventDefault();
    toSearch();
  } else if (event.key === "?" && !on("input, textarea, select")) showKeys();
}

function Keys({ close }: { close: () => void }) {
  const words = t().keys;
  return (
    <Dialog title={words.title} close={close}>
      <dl class="keys">
        {words.list.map(([keys = "", does = ""]) => (
          <div key={keys}>
            <dt>
              {keys.split(" ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <div class="buttons">
        <button type="button" class="btn primary" onClick={close}>
          {t().common.close}
        </button>
      </div>
    </Dialog>
  );
}
