/** A channel, and one post with its comments. Anyone may read; whoever may write finds the place to. */
import { type Signal, useSignal } from "@preact/signals";
import { Check, Info, Megaphone, Pin, Plus } from "lucide";
import { Fragment } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { earlier, isCard, laterComments, lookedAt, mayPost, NO_THREAD, open, openThread, roleIn, shownOf, thread, type Entry } from "../open/live";
import type { Channel, Post } from "../open/model";
import { follows, keeping, toggle } from "../open/notes";
import { session } from "../sealed";
import { throughFlow } from "../shell/arrows";
import { Avatar } from "../shell/avatar";
import { isAtEnd, NEAR, type Place, useHold, useRoom } from "../shell/hold";
import { Icon } from "../shell/icon";
import { Back, Pane } from "../shell/pane";
import { href } from "../shell/router";
import { dayOf } from "../words/moments";
import { t } from "../words/words";
import { PostBubble, RemovedCard } from "./post";
import { Writing } from "./writing";
import { w } from "./words";

const POSTS = ".post, .removed";

export function ChannelView({ name }: { name: string }) {
  const { channel, state } = shownOf(name);
  const opened = useSignal(false);
  useEffect(() => void open(name).then(() => (opened.value = true)), [name]);
  return channel ? <Posts channel={channel} opened={opened.value} /> : <Waiting name={name} state={state} />;
}

function Posts({ channel, opened }: { channel: Channel; opened: boolean }) {
  const shown = shownOf(channel.name);
  const editing = useSignal<Post | undefined>(undefined);
  const place = useRef<HTMLElement>(null);
  const atEnd = useSignal(true);
  const marked = useMarked(shown.entries, opened);
  const remember = useHold(place, atEnd);
  useRoom(place, atEnd);
  useFirstLook(place, shown.entries, atEnd, remember);
  const before = useEarlier(place, channel.name);
  return (
    <main class="pane">
      <Head channel={channel} />
      {shown.pinned[0] && (
        <a class="pin-line" href={href({ at: "post", name: channel.name, post: shown.pinned[0].id })}>
          <Icon of={Pin} /> <span>{shown.pinned[0].text || w().pinned}</span>
        </a>
      )}
      <section
        ref={place}
        class="flow"
        tabIndex={0}
        aria-label={channel.title}
        aria-description={t().chat.historyKeys}
        onKeyDown={(event) => throughFlow(event, place.current, POSTS)}
        onScroll={(event) => {
          atEnd.value = isAtEnd(event.currentTarget);
          remember();
          if (event.currentTarget.scrollTop < NEAR) before.load();
        }}
      >
        <div class="column posts">
          {shown.next && (
            <button type="button" class="btn earlier" aria-busy={before.state === "loading"} onClick={before.load}>
              {before.state === "loading" ? t().common.loading : before.state === "failed" ? t().common.retry : w().earlier}
            </button>
          )}
          {shown.entries.length === 0 && <p class="beginning">{w().empty}</p>}
          <Entries entries={shown.entries} marked={marked} startEdit={(post) => (editing.value = post)} />
        </div>
      </section>
      {mayPost(channel) && (
        <Writing key={editing.value?.id ?? channel.name} channel={channel.name} editing={editing.value} done={() => (editing.value = undefined)} />
      )}
    </main>
  );
}

/** Earlier posts come by themselves when one gets near; after a failure when they are asked for. */
function useEarlier(place: Place, name: string) {
  const state = useSignal<"ready" | "loading" | "failed">("ready");
  const load = async () => {
    if (state.value === "loading" || !shownOf(name).next) return;
    state.value = "loading";
    state.value = (await earlier(name)) ? "ready" : "failed";
  };
  // A page that does not fill the window is followed by the next: no scrolling would ask for it.
  useEffect(() => {
    const flow = place.current;
    if (flow && flow.clientHeight > 0 && flow.scrollTop < NEAR && state.value === "ready") void load();
  });
  return { state: state.value, load: () => void load() };
}

/** The id of the first post that was new to the reader when the channel was opened; what comes while they read is not marked. */
function useMarked(entries: readonly Entry[], opened: boolean): string | undefined {
  const upTo = useRef(lookedAt.peek()?.upTo ?? Infinity);
  const marked = useRef<string | undefined>(undefined);
  if (!opened) marked.current = entries.find((one) => one.number > upTo.current)?.id;
  return marked.current;
}

/** At the first look: to the first post that is new to the reader, if there is one. */
function useFirstLook(place: Place, entries: readonly Entry[], atEnd: Signal<boolean>, remember: () => void): void {
  const done = useRef(false);
  useLayoutEffect(() => {
    const flow = place.current;
    if (done.current || !flow || entries.length === 0) return;
    done.current = true;
    flow.querySelector(".new-marker")?.scrollIntoView({ block: "center" });
    atEnd.value = isAtEnd(flow);
    remember();
  });
}

function Waiting({ name, state }: { name: string; state: string }) {
  const text = state === "missing" ? w().missing : state === "offline" ? w().offline : t().common.loading;
  return (
    <Pane title={`@${name}`}>
      <div class="form">
        <p role="status">{text}</p>
        {state === "missing" && (
          <p>
            <a href={href({ at: "discover" })}>{w().discover}</a>
          </p>
        )}
        {state === "offline" && (
          <button type="button" class="btn" onClick={() => void open(name)}>
            {w().retry}
          </button>
        )}
      </div>
    </Pane>
  );
}

function Head({ channel }: { channel: Channel }) {
  const picture = channel.picture ? new URL(channel.picture).pathname : undefined;
  const about = href({ at: "channel-about", name: channel.name });
  return (
    <>
      <header class="head">
        <Back />
        <Avatar name={channel.title} seed={`open:${channel.name}`} picture={picture} square />
        <a class="head-main head-link" href={about}>
          <h1 class="head-title">
            <Icon of={Megaphone} class="open" />
            <b dir="auto">{channel.title}</b>
          </h1>
          <span class="head-below">@{channel.name}</span>
        </a>
        <Follow name={channel.name} />
        <a class="round" href={about} aria-label={w().aboutChannel} title={w().aboutChannel}>
          <Icon of={Info} />
        </a>
      </header>
      <World name={channel.name} />
    </>
  );
}

/** Whoever runs the channel has it in the list anyway. */
function Follow({ name }: { name: string }) {
  const followed = follows.value.includes(name);
  if (!followed && roleIn(name) !== null) return null;
  return (
    <button type="button" class={`btn ${followed ? "" : "primary"}`} aria-pressed={followed} aria-busy={keeping.value} title={w().followHint} onClick={() => void toggle("follows", name)}>
      <Icon of={followed ? Check : Plus} /> {followed ? w().following : w().follow}
    </button>
  );
}

/** The line that tells a channel from a sealed chat, as the chat has one of its own. */
function World({ name }: { name: string }) {
  return (
    <p class="world open">
      <Icon of={Megaphone} />
      <span>{t().world.publicLine}</span>
      <a href={href({ at: "channel-about", name })}>{t().world.whatMeans}</a>
    </p>
  );
}

function Entries({ entries, marked, startEdit }: { entries: readonly Entry[]; marked?: string | undefined; startEdit?: (post: Post) => void }) {
  let day = "";
  return (
    <>
      {entries.map((entry) => {
        const at = isCard(entry) ? (entry.removed_at ?? "") : entry.created_at;
        const of = at ? dayOf(Date.parse(at)) : day;
        const divider = !isCard(entry) && of !== day;
        if (divider) day = of;
        return (
          <Fragment key={entry.id}>
            {divider && <p class="day">{of}</p>}
            {entry.id === marked && <p class="new-marker">{w().newPosts}</p>}
            {isCard(entry) ? <RemovedCard card={entry} /> : <PostBubble post={entry} startEdit={startEdit} />}
          </Fragment>
        );
      })}
    </>
  );
}

export function PostView({ name, post: id }: { name: string; post: string }) {
  const editing = useSignal<Post | undefined>(undefined);
  const missing = useSignal(false);
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    thread.value = NO_THREAD;
    void openThread(id).catch(() => (missing.value = true));
    if (!shownOf(name).channel) void open(name);
  }, [id]);
  const { post, comments, next } = thread.value;
  return (
    <main class="pane">
      <header class="head">
        <Back to={{ at: "channel", name }} />
        <a class="head-link" href={href({ at: "channel", name })}>
          <h1 class="head-title">
            <Icon of={Megaphone} class="open" /> <b>{shownOf(name).channel?.title ?? `@${name}`}</b>
          </h1>
        </a>
      </header>
      <World name={name} />
      <section ref={place} class="flow" tabIndex={0} aria-label={w().comments(comments.length)} aria-description={t().chat.historyKeys} onKeyDown={(event) => throughFlow(event, place.current, POSTS)}>
        <div class="column posts top">
          {post ? <Entries entries={[post, ...comments]} startEdit={(one) => (editing.value = one)} /> : <p class="beginning">{missing.value ? w().gone : t().common.loading}</p>}
          {next && (
            <button type="button" class="btn earlier" onClick={() => void laterComments().catch(() => undefined)}>
              {w().laterComments}
            </button>
          )}
        </div>
      </section>
      {post && !isCard(post) && session.value.state === "ready" ? (
        <Writing key={editing.value?.id ?? id} channel={name} below={id} editing={editing.value} done={() => (editing.value = undefined)} />
      ) : (
        session.value.state !== "ready" && (
          <p class="composer open">
            <a class="btn" href={href({ at: "sign-in" })}>
              {w().signInToWrite}
            </a>
          </p>
        )
      )}
    </main>
  );
}
