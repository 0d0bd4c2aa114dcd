/** What can be done with one message. */
import { Copy, Flag, Forward, Pencil, Pin, PinOff, Reply, Trash2 } from "lucide";
import { sealed, type Message } from "../sealed";
import { Icon } from "../shell/icon";
import { usePopup } from "../shell/popup";
import { t } from "../words/words";
import type { Intent } from "./composer";
import { pin, unpin } from "./pinned";

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/** What somebody wants to do with a message: in the composer, or in a dialog of its own. */
export type Wish = Intent | Asked;
export interface Asked {
  kind: "report" | "forward" | "remove";
  message: Message;
}

export function Menu({ message, mayPin, room, intend, close }: { message: Message; mayPin: boolean; room: string; intend: (wish: Wish) => void; close: () => void }) {
  const words = t().chat;
  const popup = usePopup(close);
  const then = (act: () => void) => () => {
    close();
    act();
  };
  const { body } = message;
  const pinned = mayPin && sealed().pins(room).some(({ id }) => id === message.id);
  return (
    <div {...popup} class={`menu ${message.mine ? "mine" : ""}`}>
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
        <button type="button" class="danger" onClick={then(() => intend({ kind: "remove", message }))}>
          <Icon of={Trash2} /> {words.remove}
        </button>
      )}
      {!message.mine && (
        <button type="button" onClick={then(() => intend({ kind: "report", message }))}>
          <Icon of={Flag} /> {t().disclose.report}
        </button>
      )}
    </div>
  );
}
