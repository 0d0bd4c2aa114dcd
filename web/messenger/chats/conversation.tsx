/** One sealed chat: its head, its messages, what to write with. */
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { ArrowDown, Info, Lock, ShieldAlert } from "lucide";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { RecoveryBanner } from "../joining/recovery";
import { chats, connection, sealed, uploads, type Chat, type Message, type Timeline } from "../sealed";
import { Avatar } from "../shell/avatar";
import { Icon } from "../shell/icon";
import { Back, Pane } from "../shell/pane";
import { href } from "../shell/router";
import { t } from "../words/words";
import { Composer, type Intent } from "./composer";
import { ReportPerson } from "./disclose";
import { Forward } from "./forward";
import { Invitation } from "./invitation";
import { Flow, jumpTo, type Asked, type Wish } from "./message";
import { PinnedBar } from "./pinned";
import { titleOf, typingLine } from "./rows";
import { UploadRow } from "./upload";

const WINDOW = 120;
const NEAR = 240;

export function Conversation({ room }: { room: string }) {
  const chat = chats.value.find(({ id }) => id === room);
  if (!chat) {
    return (
      <Pane title={t().appName}>
        <p class="form">{t().common.loading}</p>
      </Pane>
    );
  }
  if (chat.membership === "invite") return <Invitation chat={chat} />;
  return <Open key={room} chat={chat} />;
}

function Open({ chat }: { chat: Chat }) {
  const shown = useComputed(() => sealed().timeline(chat.id));
  const intent = useSignal<Intent>({ kind: "new" });
  const asked = useSignal<Asked | null>(null);
  const intend = (wish: Wish) => {
    if (wish.kind === "new" || wish.kind === "reply" || wish.kind === "edit") intent.value = wish;
    else asked.value = wish;
  };
  useEffect(() => {
    sealed().opened(chat.id);
  }, [chat.id]);
  return (
    <main
      class="pane chat"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const files = [...(event.dataTransfer?.files ?? [])];
        if (files.length > 0) void sealed().sendFiles(chat.id, files);
      }}
    >
      <Head chat={chat} />
      <p class="world sealed">
        <Icon of={Lock} />
        <span>{t().world.sealedLine}</span>
        <a href={href({ at: "chat-about", room: chat.id })}>{t().world.whatMeans}</a>
      </p>
      <PinnedBar chat={chat} jump={jumpTo} />
      <RecoveryBanner />
      {connection.value === "offline" && (
        <p class="banner quiet" role="status">
          {t().chat.offline}
        </p>
      )}
      <History chat={chat} timeline={shown.value} intend={intend} />
      <Composer chat={chat} intent={intent} last={() => lastOwn(shown.value.messages)} />
      {asked.value && <Ask asked={asked.value} room={chat.id} close={() => (asked.value = null)} />}
    </main>
  );
}

function Ask({ asked: { kind, message }, room, close }: { asked: Asked; room: string; close: () => void }) {
  if (kind === "forward") return <Forward message={message} room={room} close={close} />;
  return <ReportPerson person={message.sender} room={room} first={message.id} close={close} />;
}

function lastOwn(messages: readonly Message[]): Message | undefined {
  return messages.findLast(({ mine, body, delivery }) => mine && body.kind === "text" && delivery !== "failed" && delivery !== "sending");
}

function Head({ chat }: { chat: Chat }) {
  const words = t().chat;
  const below =
    chat.typing.length > 0 ? typingLine(chat.typing) : chat.kind === "group" ? words.members(chat.memberCount) : chat.peer ? chat.peer.id : "";
  return (
    <header class="head">
      <Back />
      <a class="head-link" href={href({ at: "chat-about", room: chat.id })} aria-label={`${titleOf(chat)}: ${words.about}`}>
        <Avatar name={titleOf(chat)} seed={chat.id} />
        <span class="head-main">
          <span class="head-title">
            <Icon of={Lock} class="sealed" />
            <b dir="auto">{titleOf(chat)}</b>
          </span>
          <span class="head-below" dir="auto">
            {below}
          </span>
        </span>
      </a>
      <h1 class="visually-hidden">{titleOf(chat)}</h1>
      <a class="round" href={href({ at: "chat-about", room: chat.id })} aria-label={words.about} title={words.about}>
        <Icon of={Info} />
      </a>
    </header>
  );
}

function History({ chat, timeline, intend }: { chat: Chat; timeline: Timeline; intend: (wish: Wish) => void }) {
  const place = useRef<HTMLDivElement>(null);
  const size = useSignal(WINDOW);
  const atEnd = useSignal(true);
  const before = useRef({ height: 0, first: "" });
  const placed = useRef(false);
  const gaveUp = useRef(false);
  const messages = timeline.messages.slice(-size.value);
  const first = messages[0]?.key ?? "";
  const last = messages.at(-1)?.key ?? "";
  const mine = uploads.value.filter(({ room }) => room === chat.id);

  // Earlier messages push from above: what is being read stays where it is.
  useLayoutEffect(() => {
    const flow = place.current;
    if (!flow) return;
    if (before.current.first !== first && before.current.first !== "" && !atEnd.value) flow.scrollTop += flow.scrollHeight - before.current.height;
    else if (atEnd.value) flow.scrollTop = flow.scrollHeight;
    before.current = { height: flow.scrollHeight, first };
  });

  // At the first look: to the first unread message, if there is one.
  useLayoutEffect(() => {
    if (placed.current || messages.length === 0 || timeline.readUpTo === null) return;
    placed.current = true;
    const marker = place.current?.querySelector(".new-marker");
    if (!marker) return;
    marker.scrollIntoView({ block: "center" });
    const flow = place.current;
    atEnd.value = flow ? flow.scrollHeight - flow.scrollTop - flow.clientHeight < NEAR : true;
  });

  const read = () => {
    if (atEnd.value && document.visibilityState === "visible") void sealed().markRead(chat.id);
  };
  useEffect(read, [last, chat.unread]);
  useSignalEffect(() => {
    if (atEnd.value) read();
  });
  useEffect(() => {
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  });

  const earlier = async () => {
    if (timeline.messages.length > size.value) size.value += WINDOW;
    else if (!timeline.complete && !timeline.loading) {
      gaveUp.current = !(await sealed().earlier(chat.id));
      size.value += WINDOW;
    }
  };
  // A first page that does not fill the window would never be scrolled.
  useEffect(() => {
    const flow = place.current;
    if (flow && flow.scrollHeight <= flow.clientHeight && !gaveUp.current && !timeline.complete && !timeline.loading) void earlier();
  });
  const scrolled = () => {
    const flow = place.current;
    if (!flow) return;
    atEnd.value = flow.scrollHeight - flow.scrollTop - flow.clientHeight < NEAR / 3;
    before.current.height = flow.scrollHeight;
    if (flow.scrollTop < NEAR) void earlier();
  };
  return (
    <div class="flow-place">
      <div ref={place} class="flow" onScroll={scrolled} tabIndex={0} role="region" aria-label={t().chat.history}>
        <div class="column">
          {timeline.complete && timeline.messages.length <= size.value ? (
            <p class="beginning">
              <Icon of={Lock} />
              {t().chat.beginning}
            </p>
          ) : (
            <button type="button" class="btn earlier" onClick={() => void earlier()}>
              {timeline.loading ? t().common.loading : t().chat.earlier}
            </button>
          )}
          <Flow messages={messages} chat={chat} readUpTo={timeline.readUpTo} intend={intend} />
          {mine.map((one) => (
            <UploadRow key={one.id} upload={one} />
          ))}
          {chat.blocked && (
            <p class="note">
              <Icon of={ShieldAlert} />
              {t().about.blocked}
            </p>
          )}
        </div>
      </div>
      {!atEnd.value && (
        <button
          type="button"
          class="round to-end"
          aria-label={t().chat.toLatest}
          onClick={() => {
            atEnd.value = true;
            place.current?.scrollTo({ top: place.current.scrollHeight });
          }}
        >
          <Icon of={ArrowDown} />
        </button>
      )}
    </div>
  );
}
