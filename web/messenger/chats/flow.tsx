/** Messages in a row: days, the unread marker, bubbles. */
import { Lock } from "lucide";
import { Fragment } from "preact";
import { isOneLine, type Chat, type Message } from "../sealed";
import { Icon } from "../shell/icon";
import { language } from "../shell/preferences";
import { dayOf } from "../words/moments";
import { t } from "../words/words";
import type { Wish } from "./menu";
import { Bubble } from "./message";
import { noticeLine } from "./rows";

const TOGETHER = 5 * 60_000;

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

function Locked({ messages, at }: { messages: readonly Message[]; at: number }) {
  const first = messages[at];
  if (first?.body.kind !== "undecryptable" || isOneLine(first.body, messages[at - 1]?.body)) return null;
  const following = messages.slice(at).findIndex((message) => message !== first && !isOneLine(first.body, message.body));
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
