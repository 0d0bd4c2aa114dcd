/** One message: its bubble, what it says, and how far it got. */
import { useSignal } from "@preact/signals";
import { Check, CheckCheck, CircleAlert, Clock, Ellipsis, Forward, ShieldQuestion, Trash2 } from "lucide";
import { memo } from "preact/compat";
import { useRef } from "preact/hooks";
import { sealed, session, type Message } from "../sealed";
import { Icon } from "../shell/icon";
import { openByPress } from "../shell/popup";
import { language } from "../shell/preferences";
import { exactMoment, timeOf } from "../words/moments";
import { t } from "../words/words";
import { drafts, keepDraft } from "./drafts";
import { FileBody, PhotoBody } from "./media";
import { Menu, type Wish } from "./menu";
import { lineOf } from "./rows";
import { TextBody } from "./text";
import { wanted } from "./wanted";

interface BubbleGiven {
  message: Message;
  follows: boolean;
  group: boolean;
  mayPin: boolean;
  room: string;
  intend: (wish: Wish) => void;
  look: string;
}

// Messages are new values after every change, so comparing what they say is enough, and it never misses a removal.
export const Bubble = memo(
  BubbleRow,
  (a, b) => a.follows === b.follows && a.group === b.group && a.mayPin === b.mayPin && a.look === b.look && JSON.stringify(a.message) === JSON.stringify(b.message),
);

function BubbleRow({ message, follows, group, mayPin, room, intend }: BubbleGiven) {
  const menu = useSignal(false);
  const words = t().chat;
  const line = useRef<HTMLLIElement>(null);
  const quiet = message.body.kind === "deleted" || message.body.kind === "undecryptable" || message.body.kind === "decrypting";
  const actable = !quiet && message.delivery !== "sending" && message.delivery !== "failed" && session.value.state === "ready";
  return (
    <li ref={line} class={`line ${message.mine ? "mine" : "theirs"} ${follows ? "follows" : ""} ${message.toMe ? "to-me" : ""}`} id={`m-${message.id}`} data-key={message.key} tabIndex={-1} onContextMenu={openByPress}>
      <article class={`bubble ${quiet ? "quiet" : ""} is-${message.body.kind}`} aria-label={`${message.mine ? words.you : message.sender.name}, ${timeOf(message.at)}`}>
        {group && !message.mine && !follows && (
          <p class="from" dir="auto">
            {message.sender.name}
          </p>
        )}
        {message.forwarded && (
          <p class="forwarded">
            <Icon of={Forward} /> {words.forwarded}
          </p>
        )}
        {message.replyTo && (
          <a class="quote" href={location.hash} onClick={(event) => jump(event, message.replyTo?.id ?? "")}>
            <b dir="auto">{message.replyTo.name}</b>
            <span dir="auto">{message.replyTo.excerpt ? lineOf(message.replyTo.excerpt) : words.originalGone}</span>
          </a>
        )}
        <div class="said">
        <Content message={message} />
        <p class="meta">
          {message.unvouched && (
            <span title={words.unvouched}>
              <Icon of={ShieldQuestion} />
              <span class="visually-hidden">{words.unvouched}</span>
            </span>
          )}
          {message.edited && <span>{words.edited}</span>}
          <time dateTime={new Date(message.at).toISOString()} title={exactMoment(message.at)}>
            {timeOf(message.at)}
          </time>
          <Tick delivery={message.delivery} />
        </p>
        </div>
      </article>
      {actable && (
        <span class="acts">
          <button type="button" class="round small" tabIndex={-1} aria-label={words.more} aria-expanded={menu.value} onClick={() => (menu.value = !menu.value)}>
            <Icon of={Ellipsis} />
          </button>
          {menu.value && (
            <Menu
              message={message}
              mayPin={mayPin}
              room={room}
              intend={intend}
              close={() => {
                menu.value = false;
                line.current?.focus();
              }}
            />
          )}
        </span>
      )}
      {message.reactions.length > 0 && (
        <p class="reactions">
          {message.reactions.map(({ emoji, count, mine }) => (
            <button
              key={emoji}
              type="button"
              aria-pressed={mine !== null}
              aria-label={words.reactions(emoji, count)}
              onClick={() => void sealed().react(room, message.id, emoji, mine)}
            >
              <span aria-hidden="true">
                {emoji} {count}
              </span>
            </button>
          ))}
        </p>
      )}
      {message.delivery === "failed" && <Failed message={message} room={room} />}
    </li>
  );
}

function Content({ message }: { message: Message }) {
  const { body } = message;
  const words = t().chat;
  switch (body.kind) {
    case "text":
      return <TextBody text={body.text} named={body.named} />;
    case "photo":
      return <PhotoBody body={body} />;
    case "file":
      return <FileBody body={body} />;
    case "deleted":
      return (
        <p class="gone">
          <Icon of={Trash2} /> {body.byOther ? words.deletedByOther : words.deleted}
        </p>
      );
    default:
      return <p class="gone">{lineOf(body)}</p>;
  }
}

function Tick({ delivery }: { delivery: Message["delivery"] }) {
  const words = t().chat;
  if (delivery === "received") return null;
  const [icon, said] = {
    sending: [Clock, words.sending] as const,
    failed: [CircleAlert, words.failed] as const,
    sent: [Check, words.sent] as const,
    read: [CheckCheck, words.read] as const,
  }[delivery];
  return (
    <span class={`tick ${delivery}`} title={said}>
      <Icon of={icon} />
      <span class="visually-hidden">{said}</span>
    </span>
  );
}

function Failed({ message, room }: { message: Message; room: string }) {
  const words = t().chat;
  return (
    <div class="failed" role="alert">
      <p>{message.problem ? message.problem[language.value] : words.failed}</p>
      <button type="button" class="btn" onClick={() => void sealed().retry(room, message.key)}>
        {words.retry}
      </button>
      <button
        type="button"
        class="btn"
        onClick={() => {
          const text = sealed().giveUp(room, message.key);
          const typed = drafts.peek()[room]; // what was begun meanwhile stays
          if (message.body.kind === "text" && text) keepDraft(room, typed ? `${text}\n${typed}` : text);
        }}
      >
        {words.discard}
      </button>
    </div>
  );
}

function jump(event: Event, id: string): void {
  event.preventDefault();
  wanted.value = id;
}
