/** What a channel's owner may change about it; like everything public it is checked before it shows. */
import { useSignal } from "@preact/signals";
import { ImageUp } from "lucide";
import { useRef } from "preact/hooks";
import * as api from "../open/api";
import { open, refreshOwn } from "../open/live";
import type { Channel } from "../open/model";
import { upload } from "../open/uploading";
import { Avatar } from "../shell/avatar";
import { Icon } from "../shell/icon";
import { t } from "../words/words";
import { useCategories } from "./discover";
import { w } from "./words";

export function OwnChannel({ channel }: { channel: Channel }) {
  const options = useCategories();
  const given = useSignal({ title: channel.title, about: channel.about, category: channel.category, language: channel.language });
  const picture = useRef<HTMLInputElement>(null);
  const picked = useSignal("");
  const answer = useSignal<{ text: string; statement?: string | undefined } | null>(null);
  const busy = useSignal(false);
  const set = (field: string) => (event: Event) => (given.value = { ...given.value, [field]: (event.currentTarget as HTMLInputElement).value });
  const save = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    try {
      const file = picture.current?.files?.[0];
      const drawn = file ? { picture: (await upload(file, { sent: () => undefined, signal: new AbortController().signal })).id } : {};
      const outcome = await api.changeChannel(channel.name, { ...given.value, ...drawn });
      if (outcome.kind === "refused") answer.value = { text: `${w().refused}. ${outcome.reasons}`, statement: /(sor_[a-z0-9]{26})/.exec(outcome.statement)?.[1] };
      else {
        answer.value = { text: outcome.kind === "held" ? w().heldChange : w().saved };
        if (picture.current) picture.current.value = "";
        picked.value = "";
        await Promise.all([open(channel.name), refreshOwn()]);
      }
    } catch (error) {
      answer.value = { text: error instanceof Error ? error.message : String(error) };
    } finally {
      busy.value = false;
    }
  };
  return (
    <form class="section" onSubmit={(event) => void save(event)}>
      <h2>{w().ownChannel}</h2>
      <div class="beside">
        <Avatar name={channel.title} seed={`open:${channel.name}`} picture={channel.picture ? new URL(channel.picture).pathname : undefined} square />
        <div class="picture-pick">
          <label class="btn file-choice">
            <Icon of={ImageUp} /> {t().picture.choose}
            <input
              id="own-picture"
              ref={picture}
              class="visually-hidden"
              type="file"
              accept="image/png,image/jpeg,image/webp"
              onChange={(event) => (picked.value = event.currentTarget.files?.[0]?.name ?? "")}
            />
          </label>
          <span class="muted small" role="status">{picked.value}</span>
        </div>
      </div>
      <div class="field">
        <label for="own-title">{w().title}</label>
        <input id="own-title" required maxLength={128} value={given.value.title} onInput={set("title")} />
      </div>
      <div class="field">
        <label for="own-about">{w().about}</label>
        <textarea id="own-about" rows={3} maxLength={255} value={given.value.about} onInput={set("about")} />
      </div>
      <div class="picks-row">
        <label class="pick">
          {w().category} <select value={given.value.category} onChange={set("category")}>{options}</select>
        </label>
        <label class="pick">
          {w().language}{" "}
          <select value={given.value.language} onChange={set("language")}>
            <option value="id">{t().language.id}</option>
            <option value="en">{t().language.en}</option>
          </select>
        </label>
      </div>
      <button type="submit" class="btn primary" disabled={busy.value}>{w().save}</button>
      {answer.value && (
        <p class={answer.value.statement ? "problem" : "note"} role="status">
          {answer.value.text} {answer.value.statement && <a href={`#/notices/${answer.value.statement}`}>{w().reasonsAndAppeal}</a>}
        </p>
      )}
    </form>
  );
}
