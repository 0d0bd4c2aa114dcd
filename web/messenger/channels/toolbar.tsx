/** Buttons for formatting, and the question where a link leads. */
import { useSignal } from "@preact/signals";
import { Bold, Code, EyeOff, Italic, Link, Quote, Strikethrough } from "lucide";
import { Dialog } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { t } from "../words/words";
import { w } from "./words";

const STYLES = [
  ["bold", Bold, "b"],
  ["italic", Italic, "i"],
  ["strikethrough", Strikethrough, ""],
  ["code", Code, ""],
  ["blockquote", Quote, ""],
  ["spoiler", EyeOff, ""],
  ["text_link", Link, "k"],
] as const;

export type StyleName = (typeof STYLES)[number][0];

/** The style whose key was pressed with Ctrl or Cmd. */
export function styleOf(event: KeyboardEvent): StyleName | undefined {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return undefined;
  return STYLES.find(([, , key]) => key !== "" && key === event.key.toLowerCase())?.[0];
}

export function Toolbar({ mark }: { mark: (type: StyleName) => void }) {
  return (
    <div class="toolbar" role="toolbar" aria-label={w().formatting}>
      {STYLES.map(([type, icon, key]) => (
        <button key={type} type="button" class="round small" aria-label={w().styles[type]} title={key ? `${w().styles[type]} (Ctrl+${key.toUpperCase()})` : w().styles[type]} onMouseDown={(event) => event.preventDefault()} onClick={() => mark(type)}>
          <Icon of={icon} />
        </button>
      ))}
    </div>
  );
}

export function LinkDialog({ take, close }: { take: (url: string) => void; close: () => void }) {
  const address = useSignal("https://");
  const problem = useSignal("");
  const done = (event: Event) => {
    event.preventDefault();
    const given = address.value.trim();
    if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) problem.value = w().linkWrong;
    else take(given);
  };
  return (
    <Dialog title={w().styles.text_link} close={close}>
      <form class="form" onSubmit={done}>
        <div class="field">
          <label for="link-address">{w().linkTo}</label>
          <input id="link-address" inputMode="url" maxLength={2048} value={address.value} onInput={(event) => (address.value = event.currentTarget.value)} />
        </div>
        {problem.value && <p class="problem" role="alert">{problem.value}</p>}
        <div class="buttons">
          <button type="button" class="btn" onClick={close}>{t().common.cancel}</button>
          <button type="submit" class="btn primary">{w().linkAdd}</button>
        </div>
      </form>
    </Dialog>
  );
}
