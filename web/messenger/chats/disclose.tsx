/** A report out of a sealed chat: the reporter picks what to show. Nothing else of the chat leaves the device. */
import { useSignal } from "@preact/signals";
import { Lock } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { Report, type Disclosed } from "../channels/report";
import { sealed, type Message, type Person } from "../sealed";
import { Dialog } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { dayOf, timeOf } from "../words/moments";
import { t } from "../words/words";

/** What the notice form takes at most (`jaga.cases.notice`). */
const MOST = 50;
const LONGEST = 10_000;
const WINDOW = 40;

/** Asks first which messages to show, when there is a chat to show some of. */
export function ReportPerson({ person, room, first = "", close }: { person: Person; room: string; first?: string; close: () => void }) {
  const chosen = useSignal<readonly string[]>(first ? [first] : []);
  const picked = useSignal<readonly Disclosed[] | null>(null);
  if (picked.value) return <Report target={person.id} disclosure={picked.value} close={close} />;
  return (
    <Dialog title={t().disclose.title(person.name)} close={close}>
      <Pick
        room={room}
        chosen={chosen.value}
        choose={(ids) => (chosen.value = ids)}
        cancel={close}
        next={(messages) => (picked.value = messages.map(disclosed))}
      />
    </Dialog>
  );
}

function Pick({ room, chosen, choose, cancel, next }: {
  room: string;
  chosen: readonly string[];
  choose: (ids: readonly string[]) => void;
  cancel: () => void;
  next: (messages: readonly Message[]) => void;
}) {
  const size = useSignal(WINDOW);
  const place = useRef<HTMLUListElement>(null);
  const words = t().disclose;
  const timeline = sealed().timeline(room, { end: null, count: Infinity });
  const all = timeline.messages.filter(isShowable);
  const from = Math.max(0, Math.min(all.length - size.value, all.findIndex(({ id }) => chosen.includes(id))));
  const shown = all.slice(chosen.length > 0 ? from : -size.value);
  useEffect(() => place.current?.querySelector("input:checked")?.closest("li")?.scrollIntoView({ block: "center" }), []);
  const earlier = async () => {
    if (shown.length === all.length && !timeline.complete) await sealed().earlier(room);
    size.value += WINDOW;
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        next(all.filter(({ id }) => chosen.includes(id)));
      }}
    >
      <p class="note sealed">
        <Icon of={Lock} />
        <span>{words.text}</span>
      </p>
      {(shown.length < all.length || !timeline.complete) && (
        <button type="button" class="btn" disabled={timeline.loading} onClick={() => void earlier()}>
          {timeline.loading ? t().common.loading : t().chat.earlier}
        </button>
      )}
      {all.length === 0 && <p class="muted">{words.none}</p>}
      <ul ref={place} class="picks" aria-label={words.pick} tabIndex={0}>
        {shown.map((message) => (
          <PickRow
            key={message.id}
            message={message}
            chosen={chosen.includes(message.id)}
            full={chosen.length >= MOST}
            toggle={() => choose(chosen.includes(message.id) ? chosen.filter((id) => id !== message.id) : [...chosen, message.id])}
          />
        ))}
      </ul>
      <p role="status">{words.chosen(chosen.length, MOST)}</p>
      <div class="buttons">
        <button type="button" class="btn" onClick={cancel}>
          {t().common.cancel}
        </button>
        <button type="submit" class="btn primary">
          {chosen.length > 0 ? words.next : words.nextWithout}
        </button>
      </div>
    </form>
  );
}

function PickRow({ message, chosen, full, toggle }: { message: Message; chosen: boolean; full: boolean; toggle: () => void }) {
  return (
    <li>
      <label>
        <input type="checkbox" checked={chosen} disabled={full && !chosen} onChange={toggle} />
        <span class="picked">
          <b dir="auto">{message.mine ? t().chat.you : message.sender.name}</b> <span class="muted small">{dayOf(message.at)} {timeOf(message.at)}</span>
          <span class="kept" dir="auto">
            {textOf(message)}
          </span>
        </span>
      </label>
    </li>
  );
}

/** Only what was read here and has words; of files the name, never the content. */
function isShowable({ body, delivery }: Message): boolean {
  return (body.kind === "text" || body.kind === "photo" || body.kind === "file") && delivery !== "sending" && delivery !== "failed";
}

function textOf({ body }: Message): string {
  const words = t().chat;
  const said =
    body.kind === "text" ? body.text : body.kind === "photo" || body.kind === "file" ? `[${words[body.kind]}: ${body.file.name}] ${body.caption}`.trim() : "";
  return said.slice(0, LONGEST);
}

function disclosed(message: Message): Disclosed {
  return { sender: message.sender.id, text: textOf(message), sent_at: new Date(message.at).toISOString(), event_id: message.id };
}
