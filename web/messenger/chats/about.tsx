/** About a chat: what the server can and cannot see, the people, and what one can do. */
import { useSignal } from "@preact/signals";
import { BadgeCheck, BellOff, Check, Eye, Flag, Lock, LogOut, Pin, ShieldBan, TriangleAlert, X } from "lucide";
import { useEffect } from "preact/hooks";
import { chats, sealed, session, type Chat, type Member, type Text } from "../sealed";
import { Problem } from "../joining/sign-in";
import { Avatar } from "../shell/avatar";
import { Confirm } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { Pane } from "../shell/pane";
import { go } from "../shell/router";
import { t } from "../words/words";
import { ReportPerson } from "./disclose";
import { People } from "./new-chat";
import { PictureChoice } from "./picture";
import { titleOf } from "./rows";

type Outcome = { ok: true } | { ok: false; problem: Text };

export function About({ room }: { room: string }) {
  const chat = chats.value.find(({ id }) => id === room);
  const people = useSignal<Member[]>([]);
  const problem = useSignal<Text | null>(null);
  const said = useSignal("");
  useEffect(() => {
    void sealed()
      .members(room)
      .then((found) => (people.value = found))
      .catch(() => undefined);
  }, [room, chat]);
  if (!chat) return <Pane title={t().about.title}>{sealed().isIn(room) ? t().common.loading : t().chat.gone}</Pane>;
  const run = async (act: () => Promise<Outcome>, then?: () => void) => {
    problem.value = null;
    const done = await act();
    if (done.ok) then?.();
    else problem.value = done.problem;
  };
  const words = t().about;
  const me = session.value.state === "ready" ? session.value.me.id : "";
  const owner = people.value.find(({ id }) => id === me)?.role === "owner";
  return (
    <Pane title={titleOf(chat)} back={{ at: "chat", room }}>
      <div class="form wide">
        <Safety />
        <Problem text={problem.value} />
        <p role="status">{said.value}</p>
        <section class="section">
          <h2>{words.people}</h2>
          <ul class="people">
            {people.value.map((one) => (
              <PersonRow key={one.id} person={one} room={room} me={me} mayRemove={owner && chat.kind === "group"} run={run} />
            ))}
          </ul>
        </section>
        {chat.kind === "group" && (
          <>
            {chat.mayPin && <GroupPicture chat={chat} run={run} />}
            {chat.mayRename && <Rename chat={chat} run={run} />}
            <section class="section">
              <h2>{words.inviteLabel}</h2>
              <People pick={(person) => void run(() => sealed().invite(room, person.id), () => (said.value = words.inviteDone(person.name)))} name={(name) => `${words.invite}: ${name}`} />
            </section>
          </>
        )}
        <Acts chat={chat} run={run} />
      </div>
    </Pane>
  );
}

function Safety() {
  const words = t().about;
  return (
    <section class="section safety">
      <h2>{words.safety}</h2>
      <div class="two">
        <div>
          <h3 class="sealed">
            <Icon of={Lock} /> {words.cannot}
          </h3>
          <ul>
            {words.cannotList.map((one) => (
              <li key={one}>
                <Icon of={X} />
                <span>{one}</span>
              </li>
            ))}
          </ul>
        </div>
        <div>
          <h3>
            <Icon of={Eye} /> {words.can}
          </h3>
          <ul>
            {words.canList.map((one) => (
              <li key={one}>
                <Icon of={Check} />
                <span>{one}</span>
              </li>
            ))}
          </ul>
        </div>
      </div>
      <p class="muted">{words.why}</p>
    </section>
  );
}

function PersonRow({ person, room, me, mayRemove, run }: {
  person: Member;
  room: string;
  me: string;
  mayRemove: boolean;
  run: (act: () => Promise<Outcome>) => Promise<void>;
}) {
  const reporting = useSignal(false);
  const words = t().about;
  const own = person.id === me;
  return (
    <li class="person">
      <Avatar name={person.name} seed={person.id} picture={person.picture ?? undefined} />
      <span class="row-main">
        <b dir="auto">
          {person.name}
          {own && ` (${t().chat.you})`}
        </b>
        <span class="row-preview">
          {person.id}
          {person.membership === "invite" && ` · ${words.invited}`}
          {person.role === "owner" && ` · ${words.owner}`}
        </span>
        {!own && (
          <span class={`trust ${person.trust}`}>
            <Icon of={person.trust === "verified" ? BadgeCheck : person.trust === "changed" ? TriangleAlert : Lock} />
            {person.trust === "verified" ? words.verified : person.trust === "changed" ? words.changed : words.known}
          </span>
        )}
        {person.trust === "changed" && <span class="small">{words.changedText(person.name)}</span>}
      </span>
      {!own && (
        <span class="person-acts">
          {person.trust === "changed" && (
            <button type="button" class="btn" onClick={() => void run(() => sealed().acceptChange(person.id))}>
              {words.acceptChange}
            </button>
          )}
          {person.trust !== "verified" && person.membership === "join" && (
            <button type="button" class="btn" onClick={() => void sealed().verifyPerson(person.id, room)}>
              {words.verify}
            </button>
          )}
          <button type="button" class="round" aria-label={t().disclose.title(person.name)} title={t().disclose.title(person.name)} onClick={() => (reporting.value = true)}>
            <Icon of={Flag} />
          </button>
          {mayRemove && (
            <button type="button" class="round" aria-label={words.removePerson(person.name)} onClick={() => void run(() => sealed().removeMember(room, person.id))}>
              <Icon of={X} />
            </button>
          )}
        </span>
      )}
      {reporting.value && <ReportPerson person={person} room={room} close={() => (reporting.value = false)} />}
    </li>
  );
}

function GroupPicture({ chat, run }: { chat: Chat; run: (act: () => Promise<Outcome>) => Promise<void> }) {
  const busy = useSignal(false);
  const act = async (doing: () => Promise<Outcome>) => {
    busy.value = true;
    await run(doing);
    busy.value = false;
  };
  return (
    <section class="section">
      <h2>{t().picture.group}</h2>
      <PictureChoice
        name={titleOf(chat)}
        seed={chat.id}
        picture={chat.picture}
        hint={t().picture.groupHint}
        busy={busy.value}
        choose={(file) => void act(() => sealed().setGroupPicture(chat.id, file))}
        remove={() => void act(() => sealed().removeGroupPicture(chat.id))}
      />
    </section>
  );
}

function Rename({ chat, run }: { chat: Chat; run: (act: () => Promise<Outcome>) => Promise<void> }) {
  const title = useSignal(chat.title);
  const words = t().about;
  return (
    <form
      class="section"
      onSubmit={(event) => {
        event.preventDefault();
        void run(() => sealed().rename(chat.id, title.value));
      }}
    >
      <div class="field">
        <label for="rename">{words.renameLabel}</label>
        <span class="beside">
          <input id="rename" value={title.value} maxLength={80} autocomplete="off" onInput={(event) => (title.value = event.currentTarget.value)} />
          <button type="submit" class="btn" disabled={title.value.trim() === "" || title.value === chat.title}>
            {words.save}
          </button>
        </span>
      </div>
    </form>
  );
}

function Acts({ chat, run }: { chat: Chat; run: (act: () => Promise<Outcome>, then?: () => void) => Promise<void> }) {
  const leaving = useSignal(false);
  const words = t().about;
  const peer = chat.peer;
  return (
    <section class="section acts-list">
      <button type="button" class="btn" onClick={() => void run(() => sealed().setPinned(chat.id, !chat.pinned))}>
        <Icon of={Pin} /> {chat.pinned ? words.unpin : words.pin}
      </button>
      <button type="button" class="btn" onClick={() => void run(() => sealed().setMuted(chat.id, !chat.muted))}>
        <Icon of={BellOff} /> {chat.muted ? words.unmute : words.mute}
      </button>
      {peer && (
        <button type="button" class="btn danger" onClick={() => void run(() => sealed().block(peer.id, chat.blocked ? "no" : "yes"))}>
          <Icon of={ShieldBan} /> {chat.blocked ? words.unblock(peer.name) : words.block(peer.name)}
        </button>
      )}
      <button type="button" class="btn danger" onClick={() => (leaving.value = true)}>
        <Icon of={LogOut} /> {words.leave}
      </button>
      {leaving.value && (
        <Confirm
          title={words.leaveAsk}
          text={words.leaveText}
          yes={words.leave}
          danger
          close={() => (leaving.value = false)}
          act={() => void run(() => sealed().leave(chat.id), () => go({ at: "start" }))}
        />
      )}
    </section>
  );
}
