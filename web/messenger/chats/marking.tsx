/** Bold, italic and code for what is selected in the composer. */
import { Bold, Code, Italic } from "lucide";
import { SIGNS, type Mark } from "../sealed";
import { Icon } from "../shell/icon";
import { t } from "../words/words";

const ICONS = { bold: Bold, italic: Italic, code: Code };
const KEYS: Record<string, Mark> = { b: "bold", i: "italic", e: "code" };

/** Puts the signs round the selection, or takes them away when they are there. */
export function mark(box: HTMLTextAreaElement, wanted: Mark): void {
  const sign = SIGNS[wanted];
  const { selectionStart: from, selectionEnd: to, value } = box;
  const before = value.slice(0, from).endsWith(sign);
  if (before && value.slice(to).startsWith(sign)) box.setRangeText(value.slice(from, to), from - sign.length, to + sign.length, "select");
  else {
    box.setRangeText(`${sign}${value.slice(from, to)}${sign}`, from, to, "select");
    box.setSelectionRange(from + sign.length, to + sign.length);
  }
}

/** Ctrl or Command with B, I or E. */
export function markOfKey(event: KeyboardEvent): Mark | undefined {
  return (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey ? KEYS[event.key.toLowerCase()] : undefined;
}

export function MarkBar({ choose }: { choose: (wanted: Mark) => void }) {
  const words = t().chat;
  return (
    <div class="mark-bar" role="toolbar" aria-label={words.marks}>
      {(["bold", "italic", "code"] as const).map((one) => (
        <button
          key={one}
          type="button"
          class="round small"
          aria-label={words[one]}
          title={words[one]}
          onMouseDown={(event) => event.preventDefault() /* the selection stays */}
          onClick={() => choose(one)}
        >
          <Icon of={ICONS[one]} />
        </button>
      ))}
    </div>
  );
}
