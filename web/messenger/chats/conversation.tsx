/** One sealed chat: its head, its messages, what to write with. */
import { useComputed, useSignal } from "@preact/signals";
import { Info, Lock, TriangleAlert } from "lucide";
import { useEffect } from "preact/hooks";
import { RecoveryBanner } from "../joining/recovery";
import { chats, connection, identities, sealed, type Chat, type Message, type Part } from "../sealed";
import { Avatar } from "../shell/avatar";
import { Confirm } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { Back, Pane } from "../shell/pane";
import { href } from "../shell/router";
import { t } from "../words/words";
import { Composer, type Intent } from "./composer";
import { ReportPerson } from "./disclose";
import { Forward } from "./forward";
import { History, NEWEST } from "./history";
import { Invitation } from "./invitation";
import type { Asked, Wish } from "./menu";
import { PinnedBar } from "./pinned";
import { seedOf, titleOf, typingLine } from "./rows";
import { wanted } from "./wanted";

export function Conversation({ room }: { room: string }) {
  const chat = chats.value.find(({ id }) => id === room);
  if (!chat) {
    return (
      <Pane title={t().appName}>
        <div class="form">{sealed().isIn(room) ? <p>{t().common.loading}</p> : <Gone />}</div>
      </Pane>
    );
  }
  if (chat.membership === "invite") return <Invitation chat={chat} />;
  return <Open key={room} chat={chat} />;
}

/** The other person's keys are not those they had: seldom an attack, but nobody else would say so. */
function ChangedKeys({ chat }: { chat: Chat }) {
  const changed = useSignal(false);
  useEffect(() => {
    void sealed()
      .members(chat.id)
      .then((people) => (changed.value = people.some(({ trust }) => trust === "changed")))
      .catch(() => undefined); // without a connection; looked at again when there is one
  }, [chat.id, chat.memberCount, identities.value, connection.value]);
  if (!changed.value || !chat.peer) return null;
  return (
    <div class="banner" role="status">
      <Icon of={TriangleAlert} />
      <p>{t().about.changedText(chat.peer.name)}</p>
      <a class="btn" href={href({ at: "chat-about", room: chat.id })}>
        {t().about.changedLook}
      </a>
    </div>
  );
}

/** Left, removed from it, or never in it: the server says no more. */
function Gone() {
  return (
    <>
      <p role="status">{t().chat.gone}</p>
      <p>
        <a href={href({ at: "start" })}>{t().shell.toStart}</a>
      </p>
    </>
  );
}

function Open({ chat }: { chat: Chat }) {
  const part = useSignal<Part>(NEWEST);
  const shown = useComputed(() => sealed().timeline(chat.id, part.value));
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
      <PinnedBar chat={chat} jump={(id) => (wanted.value = id)} />
      <RecoveryBanner />
      {chat.kind === "direct" && <ChangedKeys chat={chat} />}
      {connection.value === "offline" && (
        <p class="banner quiet" role="status">
          {t().chat.offline}
        </p>
      )}
      <History chat={chat} timeline={shown.value} part={part} intend={intend} />
      <Composer chat={chat} intent={intent} last={() => lastOwn(shown.value.messages)} />
      {asked.value && <Ask asked={asked.value} room={chat.id} close={() => (asked.value = null)} />}
    </main>
  );
}

function Ask({ asked: { kind, message }, room, close }: { asked: Asked; room: string; close: () => void }) {
  const words = t().chat;
  switch (kind) {
    case "forward":
      return <Forward message={message} room={room} close={close} />;
    case "report":
      return <ReportPerson person={message.sender} room={room} first={message.id} close={close} />;
    case "remove":
      return <Confirm title={words.removeAsk} text={words.removeText} yes={words.remove} danger close={close} act={() => void sealed().remove(room, message.id)} />;
  }
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
        <Avatar name={titleOf(chat)} seed={seedOf(chat)} picture={chat.picture ?? undefined} />
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
