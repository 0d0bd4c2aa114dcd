/** Finding channels and posts, and opening a channel of one's own. */
import { signal, useSignal } from "@preact/signals";
import { Megaphone, Plus, Search } from "lucide";
import { useEffect } from "preact/hooks";
import * as api from "../open/api";
import { refreshOwn } from "../open/live";
import type { Channel, Post, Text } from "../open/model";
import { session } from "../sealed";
import { step } from "../shell/arrows";
import { Avatar } from "../shell/avatar";
import { Icon } from "../shell/icon";
import { Pane } from "../shell/pane";
import { go, href } from "../shell/router";
import { language } from "../shell/preferences";
import { t } from "../words/words";
import { inLanguage, w } from "./words";

const categories = signal<readonly { name: string; title: Text }[]>([]);

/** What the directory sorts by, as the server names it. */
export function useCategories() {
  useEffect(() => {
    if (categories.value.length === 0) void api.categories().then((found) => (categories.value = found.items), () => undefined);
  }, []);
  return categories.value.map(({ name, title }) => <option key={name} value={name}>{inLanguage(title)}</option>);
}

export function Discover() {
  const options = useCategories();
  const q = useSignal("");
  const category = useSignal("");
  const lang = useSignal("");
  const found = useSignal<{ channels: Channel[]; posts: Post[] }>({ channels: [], posts: [] });
  const problem = useSignal("");
  useEffect(() => {
    const later = setTimeout(async () => {
      try {
        const [channels, posts] = await Promise.all([
          api.directory(q.value, category.value, lang.value),
          q.value.trim() ? api.search(q.value) : Promise.resolve({ items: [] }),
        ]);
        found.value = { channels: channels.items, posts: posts.items };
        problem.value = "";
      } catch (error) {
        problem.value = error instanceof Error ? error.message : String(error);
      }
    }, 200);
    return () => clearTimeout(later);
  }, [q.value, category.value, lang.value]);
  const create = session.value.state === "ready" && (
    <a class="btn" href={href({ at: "new-channel" })}>
      <Icon of={Plus} /> {w().create}
    </a>
  );
  return (
    <Pane title={w().discover} act={create}>
      <div class="form wide" onKeyDown={(event) => step(event, event.currentTarget, ".row")}>
        <div class="field">
          <label for="discover">{w().search}</label>
          <span class="with-icon">
            <Icon of={Search} />
            <input id="discover" type="search" value={q.value} onInput={(event) => (q.value = event.currentTarget.value)} />
          </span>
        </div>
        <div class="picks-row">
          <label class="pick">
            {w().category}{" "}
            <select value={category.value} onChange={(event) => (category.value = event.currentTarget.value)}>
              <option value="">{w().any}</option>
              {options}
            </select>
          </label>
          <label class="pick">
            {w().language}{" "}
            <select value={lang.value} onChange={(event) => (lang.value = event.currentTarget.value)}>
              <option value="">{w().any}</option>
              <option value="id">{t().language.id}</option>
              <option value="en">{t().language.en}</option>
            </select>
          </label>
        </div>
        {problem.value && <p class="problem" role="alert">{problem.value}</p>}
        <ul class="people">
          {found.value.channels.map((one) => (
            <li key={one.id}>
              <ChannelRow channel={one} />
            </li>
          ))}
          {found.value.posts.map((one) => (
            <li key={one.id}>
              <a class="row" href={href({ at: "post", name: one.channel, post: one.comment_on ?? one.id })}>
                <Avatar name={one.channel} seed={`open:${one.channel}`} square />
                <span class="row-main"><span class="row-name open"><Icon of={Megaphone} /><b>@{one.channel}</b></span><span class="row-preview" dir="auto">{one.text}</span></span>
              </a>
            </li>
          ))}
        </ul>
        {found.value.channels.length + found.value.posts.length === 0 && <p class="muted">{w().nothing}</p>}
      </div>
    </Pane>
  );
}

export function ChannelRow({ channel }: { channel: Channel }) {
  return (
    <a class="row" href={href({ at: "channel", name: channel.name })}>
      <Avatar name={channel.title} seed={`open:${channel.name}`} picture={channel.picture ? new URL(channel.picture).pathname : undefined} square />
      <span class="row-main"><span class="row-name open"><Icon of={Megaphone} /><b dir="auto">{channel.title}</b></span><span class="row-preview" dir="auto">{channel.about || `@${channel.name}`}</span></span>
    </a>
  );
}

export function NewChannel() {
  const options = useCategories();
  const given = useSignal({ name: "", title: "", about: "", kind: "channel", language: language.value as string, category: "community" });
  const said = useSignal("");
  const set = (field: string) => (event: Event) => (given.value = { ...given.value, [field]: (event.currentTarget as HTMLInputElement).value });
  const create = async (event: Event) => {
    event.preventDefault();
    try {
      const outcome = await api.createChannel(given.value);
      if (outcome.kind === "published") {
        await refreshOwn();
        go({ at: "channel", name: outcome.thing.name });
      } else said.value = outcome.kind === "held" ? w().held : outcome.reasons;
    } catch (error) {
      said.value = error instanceof Error ? error.message : String(error);
    }
  };
  return (
    <Pane title={w().create} back={{ at: "discover" }}>
      <form class="form" onSubmit={(event) => void create(event)}>
        <p class="note open">{w().createText}</p>
        <div class="field"><label for="channel-name">{w().name}</label><input id="channel-name" required minLength={3} maxLength={32} pattern="[a-z0-9_]+" value={given.value.name} onInput={set("name")} /><p class="hint">{w().nameHint}</p></div>
        <div class="field"><label for="channel-title">{w().title}</label><input id="channel-title" required maxLength={128} value={given.value.title} onInput={set("title")} /></div>
        <div class="field"><label for="channel-about">{w().about}</label><textarea id="channel-about" rows={3} maxLength={255} value={given.value.about} onInput={set("about")} /></div>
        <div class="picks-row">
        <label class="pick">{w().category}
          <select value={given.value.category} onChange={set("category")}>{options}</select>
        </label>
        <label class="pick">{w().language}{" "}
          <select value={given.value.language} onChange={set("language")}><option value="id">{t().language.id}</option><option value="en">{t().language.en}</option></select>
        </label>
        </div>
        <label class="tick"><input type="checkbox" checked={given.value.kind === "group"} onChange={(event) => (given.value = { ...given.value, kind: event.currentTarget.checked ? "group" : "channel" })} /> {w().group}</label>
        {said.value && <p class="problem" role="alert">{said.value}</p>}
        <button type="submit" class="btn primary">{w().createDo}</button>
      </form>
    </Pane>
  );
}
