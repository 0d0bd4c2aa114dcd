/** A report out of a sealed chat: the reporter picks what to show. Nothing else of the chat leaves the device. */
import { useSignal } from "@preact/signals";
import { Lock } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { Report, type Disclosed } from "../channels/report";
import { sealed, type Message, type Person } from "../sealed";
import { Problem } from "../joining/sign-in";
import { Dialog } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { dayOf, timeOf } from "../words/moments";
import { t } from "../words/words";

/** What the notice form takes at most (`jaga.cases.notice`). */
const MOST = 50;
const LONGEST = 10_000;
const MOST_PHOTOS = 6;
const WINDOW = 40;

interface Choice {
  messages: readonly string[];
  photos: readonly string[];
}

/** Asks first which messages to show, when there is a chat to show some of. */
export function ReportPerson({ person, room, first = "", close }: { person: Person; room: string; first?: string; close: () => void }) {
  const chosen = useSignal<Choice>({ messages: first ? [first] : [], photos: [] });
  const picked = useSignal<readonly Disclosed[] | null>(null);
  const problem = useSignal("");
  const next = async (messages: readonly Message[]) => {
    const { photos } = chosen.value;
    const shown = await Promise.all(messages.map((message) => disclosed(message, photos.includes(message.id) ? "with-photo" : "words")));
    const unreadable = shown.filter(({ event_id, picture }) => photos.includes(event_id) && !picture).map(({ event_id }) => event_id);
    if (unreadable.length === 0) {
      picked.value = shown;
    } else {
      chosen.value = { ...chosen.value, photos: photos.filter((id) => !unreadable.includes(id)) };
      problem.value = t().disclose.photoUnreadable;
    }
  };
  if (picked.value) return <Report target={person.id} disclosure={picked.value} close={close} />;
  return (
    <Dialog title={t().disclose.title(person.name)} close={close}>
      <Problem text={problem.value || null} />
      <Pick room={room} chosen={chosen.value} choose={(choice) => (chosen.value = choice)} cancel={close} next={(messages) => void next(messages)} />
    </Dialog>
  );
}

function Pick({ room, chosen: choice, choose, cancel, next }: {
  room: string;
  chosen: Choice;
  choose: (choice: Choice) => void;
  cancel: () => void;
  next: (messages: readonly Message[]) => void;
}) {
  const { messages: chosen, photos } = choice;
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
            photo={photos.includes(message.id) ? "shown" : photos.length >= MOST_PHOTOS ? "full" : "kept"}
            toggle={() => choose({ messages: turned(chosen, message.id), photos: photos.filter((id) => id !== message.id) })}
            togglePhoto={() => choose({ ...choice, photos: turned(photos, message.id) })}
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

function turned(ids: readonly string[], id: string): readonly string[] {
  return ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id];
}

function PickRow({ message, chosen, full, photo, toggle, togglePhoto }: {
  message: Message;
  chosen: boolean;
  full: boolean;
  photo: "shown" | "kept" | "full";
  toggle: () => void;
  togglePhoto: () => void;
}) {
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
      {chosen && message.body.kind === "photo" && (
        <label class="pick-photo">
          <input type="checkbox" checked={photo === "shown"} disabled={photo === "full"} onChange={togglePhoto} />
          <span>{t().disclose.photo}</span>
        </label>
      )}
    </li>
  );
}

/** Only what was read here and has words; of files the name, never the content; of photos both when it was chosen so. */
function isShowable({ body, delivery }: Message): boolean {
  return (body.kind === "text" || body.kind === "photo" || body.kind === "file") && delivery !== "sending" && delivery !== "failed";
}

function textOf({ body }: Message): string {
  const words = t().chat;
  const said =
    body.kind === "text" ? body.text : body.kind === "photo" || body.kind === "file" ? `[${words[body.kind]}: ${body.file.name}] ${body.caption}`.trim() : "";
  return said.slice(0, LONGEST);
}

async function disclosed(message: Message, form: "words" | "with-photo"): Promise<Disclosed> {
  const words = { sender: message.sender.id, text: textOf(message), sent_at: new Date(message.at).toISOString(), event_id: message.id };
  const { body } = message;
  const picture = form === "with-photo" && body.kind === "photo" ? await sealed().photoToShow(body.file) : null;
  return picture ? { ...words, picture } : words;
}
