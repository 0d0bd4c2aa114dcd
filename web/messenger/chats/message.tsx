/** Messages in a row: days, the unread marker, bubbles. */
import { useSignal } from "@preact/signals";
import { Check, CheckCheck, CircleAlert, Clock, Copy, Ellipsis, Flag, Forward, Lock, Pencil, Pin, PinOff, Reply, ShieldQuestion, Trash2 } from "lucide";
import { Fragment } from "preact";
import { memo } from "preact/compat";
import { useLayoutEffect, useRef } from "preact/hooks";
import { sealed, session, type Chat, type Message } from "../sealed";
import { Confirm } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { language } from "../shell/preferences";
import { dayOf, exactMoment, timeOf } from "../words/moments";
import { t } from "../words/words";
import type { Intent } from "./composer";
import { keepDraft } from "./drafts";
import { FileBody, PhotoBody } from "./media";
import { pin, unpin } from "./pinned";
import { wanted } from "./wanted";
import { lineOf, noticeLine } from "./rows";
import { TextBody } from "./text";

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const MARGIN = 8;
const TOGETHER = 5 * 60_000;

/** What somebody wants to do with a message: in the composer, or in a dialog of its own. */
export type Wish = Intent | Asked;
export interface Asked {
  kind: "report" | "forward";
  message: Message;
}

interface Shown {
  messages: Message[];
  chat: Chat;
  firstNew: string | null;
  intend: (wish: Wish) => void;
}

export function Flow({ messages, chat, firstNew, intend }: Shown) {
  const marker = messages.findIndex(({ key }) => key === firstNew);
  return (
    <ol class="messages">
      {messages.map((message, at) => {
        const previous = messages[at - 1];
        const day = !previous || !sameDay(previous.at, message.at);
        const follows = !day && at !== marker && belongTogether(previous, message);
        return (
          <Fragment key={message.key}>
            {day && (
              <li class="day">
                <time dateTime={new Date(message.at).toISOString().slice(0, 10)}>{dayOf(message.at)}</time>
              </li>
            )}
            {at === marker && <li class="new-marker">{t().chat.newMessages}</li>}
            {message.body.kind === "notice" ? (
              <li class="notice" data-key={message.key}>
                {noticeLine(message.body.notice)}
              </li>
            ) : message.body.kind === "undecryptable" ? (
              <Locked messages={messages} at={at} />
            ) : (
              <Bubble message={message} follows={follows} group={chat.kind === "group"} mayPin={chat.mayPin} room={chat.id} intend={intend} look={language.value} />
            )}
          </Fragment>
        );
      })}
    </ol>
  );
}

/** Messages that cannot be read, all for one reason, stand on one line, so that a locked history is no wall. */
export function isOneLine(message: Message, beside: Message | undefined): boolean {
  return message.body.kind === "undecryptable" && beside?.body.kind === "undecryptable" && message.body.because === beside.body.because;
}

function Locked({ messages, at }: { messages: readonly Message[]; at: number }) {
  const first = messages[at];
  if (first?.body.kind !== "undecryptable" || isOneLine(first, messages[at - 1])) return null;
  const following = messages.slice(at).findIndex((message) => message !== first && !isOneLine(first, message));
  const count = following < 0 ? messages.length - at : following;
  const said = {
    "no-key": t().recovery.bannerCount,
    "before-joining": t().chat.severalBeforeJoining,
    other: t().chat.severalUnreadable,
  }[first.body.because](count);
  return (
    <li class="notice locked" data-key={first.key}>
      <Icon of={Lock} /> {said}
    </li>
  );
}

function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

function belongTogether(previous: Message, message: Message): boolean {
  return previous.sender.id === message.sender.id && previous.body.kind !== "notice" && message.at - previous.at < TOGETHER;
}

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
const Bubble = memo(
  BubbleRow,
  (a, b) => a.follows === b.follows && a.group === b.group && a.mayPin === b.mayPin && a.look === b.look && JSON.stringify(a.message) === JSON.stringify(b.message),
);

function BubbleRow({ message, follows, group, mayPin, room, intend }: BubbleGiven) {
  const menu = useSignal(false);
  const words = t().chat;
  const opener = useRef<HTMLButtonElement>(null);
  const quiet = message.body.kind === "deleted" || message.body.kind === "undecryptable" || message.body.kind === "decrypting";
  const actable = !quiet && message.delivery !== "sending" && message.delivery !== "failed" && session.value.state === "ready";
  return (
    <li class={`line ${message.mine ? "mine" : "theirs"} ${follows ? "follows" : ""} ${message.toMe ? "to-me" : ""}`} id={`m-${message.id}`} data-key={message.key}>
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
      </article>
      {actable && (
        <span class="acts">
          <button ref={opener} type="button" class="round small" aria-label={words.more} aria-expanded={menu.value} onClick={() => (menu.value = !menu.value)}>
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
                opener.current?.focus();
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

function Menu({ message, mayPin, room, intend, close }: { message: Message; mayPin: boolean; room: string; intend: (wish: Wish) => void; close: () => void }) {
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
          if (message.body.kind === "text" && text) keepDraft(room, text);
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
