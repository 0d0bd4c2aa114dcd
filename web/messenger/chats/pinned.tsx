/** What is pinned in a chat: one line at the top, which leads to one pinned message after the other. */
import { useSignal } from "@preact/signals";
import { Pin, PinOff } from "lucide";
import { mishap, sealed, type Chat } from "../sealed";
import { Icon } from "../shell/icon";
import { t } from "../words/words";
import { lineOf } from "./rows";

export function PinnedBar({ chat, jump }: { chat: Chat; jump: (id: string) => void }) {
  const back = useSignal(0);
  const pins = sealed().pins(chat.id);
  const shown = pins.at(-1 - (back.value % pins.length || 0));
  if (!shown) return null;
  const words = t().chat;
  return (
    <div class="pin-bar" role="region" aria-label={words.pinned}>
      <button
        type="button"
        class="pin-bar-line"
        onClick={() => {
          jump(shown.id);
          back.value += 1;
        }}
      >
        <Icon of={Pin} />
        <span>
          <b>{pins.length > 1 ? words.pinnedOf(pins.indexOf(shown) + 1, pins.length) : words.pinned}</b>
          <span dir="auto">{shown.body ? lineOf(shown.body) : words.originalGone}</span>
        </span>
      </button>
      {chat.mayPin && (
        <button type="button" class="round" aria-label={words.unpin} title={words.unpin} onClick={() => void unpin(chat.id, shown.id)}>
          <Icon of={PinOff} />
        </button>
      )}
    </div>
  );
}

export async function pin(room: string, id: string): Promise<void> {
  const done = await sealed().pinMessage(room, id);
  if (!done.ok) mishap.value = done.problem;
}

export async function unpin(room: string, id: string): Promise<void> {
  const done = await sealed().unpinMessage(room, id);
  if (!done.ok) mishap.value = done.problem;
}
