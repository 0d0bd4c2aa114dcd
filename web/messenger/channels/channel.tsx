/** A channel, and one post with its comments. Anyone may read; whoever may write finds the place to. */
import { useSignal } from "@preact/signals";
import { Check, Info, Megaphone, Pin, Plus } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { earlier, isCard, mayPost, open, openThread, shownOf, thread, type Entry } from "../open/live";
import type { Channel, Post } from "../open/model";
import { follows, keeping, toggleFollow } from "../open/notes";
import { session } from "../sealed";
import { throughFlow } from "../shell/arrows";
import { Avatar } from "../shell/avatar";
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
  const shown = shownOf(name);
  const editing = useSignal<Post | undefined>(undefined);
  const place = useRef<HTMLElement>(null);
  const following = useRef(true);
  useEffect(() => void open(name), [name]);
  useEffect(() => {
    if (following.current && place.current) place.current.scrollTop = place.current.scrollHeight;
  }, [shown.entries]);
  useEffect(() => {
    // What is being written takes room from below: the newest post stays in sight.
    const flow = place.current;
    if (!flow) return;
    const watch = new ResizeObserver(() => following.current && (flow.scrollTop = flow.scrollHeight));
    watch.observe(flow);
    if (flow.firstElementChild) watch.observe(flow.firstElementChild); // pictures that come late
    return () => watch.disconnect();
  }, [shown.channel === null]);
  const { channel } = shown;
  if (!channel) return <Waiting name={name} state={shown.state} />;
  return (
    <main class="pane">
      <Head channel={channel} />
      {shown.pinned[0] && (
        <a class="pin-line" href={href({ at: "post", name, post: shown.pinned[0].id })}>
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
          const flow = event.currentTarget;
          following.current = flow.scrollHeight - flow.scrollTop - flow.clientHeight < 80;
        }}
      >
        <div class="column posts">
          {shown.next && (
            <button type="button" class="btn earlier" onClick={() => void earlier(name)}>
              {w().earlier}
            </button>
          )}
          {shown.entries.length === 0 && <p class="beginning">{w().empty}</p>}
          <Entries entries={shown.entries} startEdit={(post) => (editing.value = post)} />
        </div>
      </section>
      {mayPost(channel) && (
        <Writing key={editing.value?.id ?? name} channel={name} editing={editing.value} done={() => (editing.value = undefined)} />
      )}
    </main>
  );
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
  const followed = follows.value.includes(channel.name);
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
        <button type="button" class={`btn ${followed ? "" : "primary"}`} aria-pressed={followed} aria-busy={keeping.value} title={w().followHint} onClick={() => void toggleFollow(channel.name)}>
          <Icon of={followed ? Check : Plus} /> {followed ? w().following : w().follow}
        </button>
        <a class="round" href={about} aria-label={w().aboutChannel} title={w().aboutChannel}>
          <Icon of={Info} />
        </a>
      </header>
      <World name={channel.name} />
    </>
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

function Entries({ entries, startEdit }: { entries: readonly Entry[]; startEdit?: (post: Post) => void }) {
  let day = "";
  return (
    <>
      {entries.map((entry) => {
        const at = isCard(entry) ? (entry.removed_at ?? "") : entry.created_at;
        const of = at ? dayOf(Date.parse(at)) : day;
        const divider = !isCard(entry) && of !== day;
        if (divider) day = of;
        return [
          divider && (
            <p class="day" key={`day ${entry.id}`}>
              {of}
            </p>
          ),
          isCard(entry) ? <RemovedCard key={entry.id} card={entry} /> : <PostBubble key={entry.id} post={entry} startEdit={startEdit} />,
        ];
      })}
    </>
  );
}

export function PostView({ name, post: id }: { name: string; post: string }) {
  const editing = useSignal<Post | undefined>(undefined);
  const missing = useSignal(false);
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    thread.value = { post: null, comments: [] };
    void openThread(id).catch(() => (missing.value = true));
    if (!shownOf(name).channel) void open(name);
  }, [id]);
  const { post, comments } = thread.value;
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
