/** Where a message is copied to: another sealed chat. A channel is public, so none is offered. */
import { useSignal } from "@preact/signals";
import { Search } from "lucide";
import { chats, sealed, type Chat, type Message } from "../sealed";
import { Avatar } from "../shell/avatar";
import { Dialog } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { go } from "../shell/router";
import { t } from "../words/words";
import { lineOf, seedOf, titleOf } from "./rows";

export function Forward({ message, room, close }: { message: Message; room: string; close: () => void }) {
  const typed = useSignal("");
  const words = t().chat;
  const wanted = typed.value.trim().toLocaleLowerCase();
  const fitting = chats.value
    .filter((chat) => chat.membership === "join" && !chat.blocked && titleOf(chat).toLocaleLowerCase().includes(wanted))
    .sort((a, b) => b.at - a.at);
  const send = (chat: Chat) => {
    close();
    void sealed().forward(room, message.id, chat.id);
    go({ at: "chat", room: chat.id });
  };
  return (
    <Dialog title={words.forwardTo} close={close}>
      <p class="quote">
        <b dir="auto">{message.mine ? words.you : message.sender.name}</b>
        <span dir="auto">{lineOf(message.body)}</span>
      </p>
      <p class="muted small">{words.forwardText}</p>
      <div class="field">
        <label class="visually-hidden" for="forward-find">
          {words.forwardFind}
        </label>
        <span class="with-icon">
          <Icon of={Search} />
          <input id="forward-find" type="search" autocomplete="off" placeholder={words.forwardFind} value={typed.value} onInput={(event) => (typed.value = event.currentTarget.value)} />
        </span>
      </div>
      {fitting.length === 0 && <p role="status">{t().shell.nothingFound}</p>}
      <ul class="people scrolled">
        {fitting.map((chat) => (
          <li key={chat.id}>
            <button type="button" class="row" onClick={() => send(chat)}>
              <Avatar name={titleOf(chat)} seed={seedOf(chat)} picture={chat.picture ?? undefined} />
              <span class="row-main">
                <b dir="auto">{titleOf(chat)}</b>
                <span class="row-preview">{chat.kind === "group" ? words.members(chat.memberCount) : chat.peer?.id}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <div class="buttons">
        <button type="button" class="btn" onClick={close}>
          {t().common.cancel}
        </button>
      </div>
    </Dialog>
  );
}
