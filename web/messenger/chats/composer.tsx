/** Where one writes. What is typed is kept as it is typed. */
import { useSignal, type Signal } from "@preact/signals";
import { Lock, Paperclip, Pencil, Reply, SendHorizontal, X } from "lucide";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { LONGEST_TEXT, mishap, sealed, type Chat, type Mark, type Message, type Person } from "../sealed";
import { Icon } from "../shell/icon";
import { lead, toList } from "../shell/focus";
import { t } from "../words/words";
import { drafts, keepDraft } from "./drafts";
import { mark, MarkBar, markOfKey } from "./marking";
import { namedIn, namingAt, NamingList, type Naming } from "./naming";
import { lineOf } from "./rows";

export type Intent = { kind: "new" } | { kind: "reply"; to: Message } | { kind: "edit"; message: Message; text: string };

const TYPING_AGAIN = 8_000;
const TOO_LONG = {
  id: "Teks ini lebih panjang dari satu pesan (20.000 huruf). Teks tetap di sini: kirim dalam beberapa bagian, atau sebagai berkas.",
  en: "This text is longer than one message (20,000 characters). It stays here: send it in parts, or as a file.",
};

export function Composer({ chat, intent, last }: { chat: Chat; intent: Signal<Intent>; last: () => Message | undefined }) {
  const place = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const saidTyping = useRef(0);
  const people = useRef<readonly Person[]>([]);
  const naming = useSignal<Naming | null>(null);
  const selecting = useSignal(false);
  const wish = intent.value;
  const words = t().chat;

  useLayoutEffect(() => {
    const box = place.current;
    if (!box) return;
    if (wish.kind === "edit") box.value = wish.text;
    if (wish.kind !== "new") box.focus();
    grow(box);
  }, [wish]);

  // Whoever opens a chat wants to write. A phone's keyboard would cover what is to be read first.
  useLayoutEffect(() => {
    if (matchMedia("(pointer: fine) and (min-width: 761px)").matches) lead(place.current);
  }, []);

  // A discarded message comes back as the draft.
  const draft = drafts.value[chat.id] ?? "";
  useEffect(() => {
    const box = place.current;
    const now = drafts.peek()[chat.id] ?? ""; // what was typed since this was planned counts
    if (box && wish.kind !== "edit" && box.value !== now) {
      box.value = now;
      grow(box);
    }
  }, [draft]);

  useEffect(() => {
    void sealed().others(chat.id).then(meet, () => undefined);
  }, [chat]);

  const meet = (found: readonly Person[]) => {
    const late = people.current.length === 0 && document.activeElement === place.current;
    people.current = found;
    if (late) look(); // an @ may be there already
  };
  const look = () => {
    const box = place.current;
    if (box) naming.value = namingAt(box.value, box.selectionEnd, people.current);
  };
  const markIt = (wanted: Mark) => {
    const box = place.current;
    if (!box) return;
    mark(box, wanted);
    box.focus();
    typed();
  };
  const name = (person: Person) => {
    const box = place.current;
    if (!box || !naming.value) return;
    box.setRangeText(`@${person.name} `, naming.value.from, box.selectionEnd, "end");
    naming.value = null;
    typed();
  };
  const typed = () => {
    const box = place.current;
    if (!box) return;
    grow(box);
    look();
    if (wish.kind !== "edit") keepDraft(chat.id, box.value);
    if (box.value && Date.now() - saidTyping.current > TYPING_AGAIN) {
      saidTyping.current = Date.now();
      sealed().typing(chat.id);
    }
  };
  const leave = () => {
    intent.value = { kind: "new" };
    if (place.current) {
      place.current.value = drafts.value[chat.id] ?? "";
      place.current.focus();
    }
  };
  const send = () => {
    const box = place.current;
    const text = box?.value.trim() ?? "";
    if (!box || text === "") return;
    if (text.length > LONGEST_TEXT) {
      mishap.value = TOO_LONG;
      return;
    }
    if (wish.kind === "edit") {
      if (text !== wish.text) void sealed().edit(chat.id, wish.message.id, text, namedIn(text, people.current));
    } else {
      void sealed().sendText(chat.id, text, wish.kind === "reply" ? wish.to.id : null, namedIn(text, people.current));
      keepDraft(chat.id, "");
    }
    intent.value = { kind: "new" };
    box.value = wish.kind === "edit" ? (drafts.value[chat.id] ?? "") : "";
    grow(box);
    box.focus();
    saidTyping.current = 0;
  };
  const key = (event: KeyboardEvent) => {
    const box = place.current;
    const list = naming.value;
    if (list && !event.isComposing && chooseByKey(event, list, (next) => (naming.value = next), name)) return;
    const wanted = markOfKey(event);
    if (wanted && box && box.selectionStart !== box.selectionEnd) {
      event.preventDefault();
      markIt(wanted);
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (wish.kind === "new") toList();
      else leave();
    } else if (event.key === "ArrowUp" && event.altKey && box) {
      event.preventDefault();
      const lines = box.closest(".pane")?.querySelectorAll<HTMLElement>(".line");
      lines?.item(lines.length - 1).focus();
    } else if (event.key === "ArrowUp" && box?.value === "") {
      const message = last();
      if (message?.body.kind === "text") {
        event.preventDefault();
        intent.value = { kind: "edit", message, text: message.body.text };
      }
    }
  };
  const give = (files: FileList | null | undefined) => {
    if (files && files.length > 0) void sealed().sendFiles(chat.id, [...files]);
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {wish.kind !== "new" && (
        <div class="intent">
          <Icon of={wish.kind === "edit" ? Pencil : Reply} />
          <span>
            <b>{wish.kind === "edit" ? words.editing : words.replyingTo(wish.to.sender.name)}</b>
            <span dir="auto">{wish.kind === "edit" ? wish.text : lineOf(wish.to.body)}</span>
          </span>
          <button type="button" class="round" aria-label={t().common.cancel} onClick={leave}>
            <Icon of={X} />
          </button>
        </div>
      )}
      <div class="writing">
        {selecting.value && !naming.value && <MarkBar choose={markIt} />}
        {naming.value && <NamingList naming={naming.value} pick={name} />}
        <button type="button" class="round" aria-label={words.attach} title={words.attach} onClick={() => picker.current?.click()}>
          <Icon of={Paperclip} />
        </button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-hidden="true"
          onChange={(event) => {
            give(event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
        <label class="box">
          <span class="box-world" title={t().world.sealedLine}>
            <Icon of={Lock} />
          </span>
          <span class="visually-hidden">
            {words.write}. {t().world.sealedLine}
          </span>
          <textarea
            ref={place}
            rows={1}
            dir="auto"
            placeholder={words.write}
            defaultValue={drafts.peek()[chat.id] ?? ""}
            aria-autocomplete="list"
            aria-controls={naming.value ? "naming" : undefined}
            aria-activedescendant={naming.value ? `naming-${naming.value.at}` : undefined}
            onInput={typed}
            onKeyDown={key}
            onSelect={(event) => (selecting.value = event.currentTarget.selectionStart !== event.currentTarget.selectionEnd)}
            onBlur={(event) => {
              naming.value = null;
              if (!(event.relatedTarget instanceof Element && event.relatedTarget.closest(".mark-bar"))) selecting.value = false;
            }}
            onPaste={(event) => {
              const files = event.clipboardData?.files;
              if (!files || files.length === 0) return;
              event.preventDefault();
              give(files);
            }}
          />
        </label>
        <button type="submit" class="round primary" aria-label={words.send} title={words.send}>
          <Icon of={SendHorizontal} />
        </button>
      </div>
    </form>
  );
}

/** Whether the key was meant for the list of names. */
function chooseByKey(event: KeyboardEvent, list: Naming, show: (next: Naming | null) => void, pick: (person: Person) => void): boolean {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const chosen = list.fitting[list.at];
  if (step !== 0) show({ ...list, at: (list.at + step + list.fitting.length) % list.fitting.length });
  else if (event.key === "Escape") show(null);
  else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && chosen) pick(chosen);
  else return false;
  event.preventDefault();
  return true;
}

function grow(box: HTMLTextAreaElement): void {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
}
