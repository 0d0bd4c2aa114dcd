/** What can be done with one message. */
import { useSignal } from "@preact/signals";
import { Copy, Flag, Forward, Pencil, Pin, PinOff, Reply, Trash2 } from "lucide";
import { useLayoutEffect, useRef } from "preact/hooks";
import { sealed, type Message } from "../sealed";
import { Confirm } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { t } from "../words/words";
import type { Intent } from "./composer";
import { pin, unpin } from "./pinned";

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const MARGIN = 8;

/** What somebody wants to do with a message: in the composer, or in a dialog of its own. */
export type Wish = Intent | Asked;
export interface Asked {
  kind: "report" | "forward";
  message: Message;
}

export function Menu({ message, mayPin, room, intend, close }: { message: Message; mayPin: boolean; room: string; intend: (wish: Wish) => void; close: () => void }) {
  const asking = useSignal(false);
  const place = useRef<HTMLDivElement>(null);
  const words = t().chat;
  useLayoutEffect(() => {
    if (place.current) fit(place.current);
    place.current?.querySelector<HTMLElement>(":scope > button")?.focus();
    const outside = (event: Event) => {
      if (!place.current?.parentElement?.contains(event.target as Node)) close();
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, []);
  const then = (act: () => void) => () => {
    close();
    act();
  };
  const { body } = message;
  const pinned = mayPin && sealed().pins(room).some(({ id }) => id === message.id);
  return (
    <div
      ref={place}
      class={`menu ${message.mine ? "mine" : ""}`}
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
        else walk(event, place.current);
      }}
    >
      <div class="quick">
        {QUICK.map((emoji) => {
          const mine = message.reactions.find((one) => one.emoji === emoji)?.mine ?? null;
          return (
            <button key={emoji} type="button" aria-label={words.reactWith(emoji)} aria-pressed={mine !== null} onClick={then(() => void sealed().react(room, message.id, emoji, mine))}>
              {emoji}
            </button>
          );
        })}
      </div>
      <button type="button" onClick={then(() => intend({ kind: "reply", to: message }))}>
        <Icon of={Reply} /> {words.reply}
      </button>
      {body.kind === "text" && (
        <button type="button" onClick={then(() => void navigator.clipboard.writeText(body.text))}>
          <Icon of={Copy} /> {words.copyText}
        </button>
      )}
      {(body.kind === "text" || body.kind === "photo" || body.kind === "file") && (
        <button type="button" onClick={then(() => intend({ kind: "forward", message }))}>
          <Icon of={Forward} /> {words.forward}
        </button>
      )}
      {mayPin && (
        <button type="button" onClick={then(() => void (pinned ? unpin : pin)(room, message.id))}>
          <Icon of={pinned ? PinOff : Pin} /> {pinned ? words.unpin : words.pin}
        </button>
      )}
      {message.mine && body.kind === "text" && (
        <button type="button" onClick={then(() => intend({ kind: "edit", message, text: body.text }))}>
          <Icon of={Pencil} /> {words.edit}
        </button>
      )}
      {message.mine && (
        <button type="button" class="danger" onClick={() => (asking.value = true)}>
          <Icon of={Trash2} /> {words.remove}
        </button>
      )}
      {!message.mine && (
        <button type="button" onClick={then(() => intend({ kind: "report", message }))}>
          <Icon of={Flag} /> {t().disclose.report}
        </button>
      )}
      {asking.value && (
        <Confirm title={words.removeAsk} text={words.removeText} yes={words.remove} danger close={() => (asking.value = false)} act={then(() => void sealed().remove(room, message.id))} />
      )}
    </div>
  );
}

/** Moves a menu that would reach beyond the conversation or the window back inside. */
function fit(menu: HTMLElement): void {
  const { top, left, right } = menu.getBoundingClientRect();
  menu.classList.toggle("below", top < (menu.closest(".flow")?.getBoundingClientRect().top ?? 0));
  menu.style.translate = `${Math.max(0, MARGIN - left) - Math.max(0, right + MARGIN - innerWidth)}px 0`;
}

function walk(event: KeyboardEvent, menu: HTMLElement | null): void {
  const step = event.key === "ArrowDown" || event.key === "ArrowRight" ? 1 : event.key === "ArrowUp" || event.key === "ArrowLeft" ? -1 : 0;
  if (!menu || step === 0) return;
  event.preventDefault();
  const buttons = [...menu.querySelectorAll<HTMLElement>("button")];
  const now = buttons.indexOf(document.activeElement as HTMLElement);
  buttons[(now + step + buttons.length) % buttons.length]?.focus();
}
