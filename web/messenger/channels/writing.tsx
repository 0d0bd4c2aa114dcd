/** Where one writes for everybody. What was refused or held is explained in place, and nothing typed is lost. */
import { useSignal } from "@preact/signals";
import { CircleX, Clock, Megaphone, Paperclip, Pencil, SendHorizontal, Type, X } from "lucide";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import * as api from "../open/api";
import { shownOf, take, thread } from "../open/live";
import type { Media, Post } from "../open/model";
import { Icon } from "../shell/icon";
import { t } from "../words/words";
import { type Attached, Attachments, attached, MOST_FILES, uploaded } from "./attachments";
import { draftOf, keepDraft } from "./drafts";
import { chosen, type Mark, moved, settled, toggled } from "./marks";
import { PostText } from "./post";
import { LinkDialog, type StyleName, styleOf, Toolbar } from "./toolbar";
import { w } from "./words";

type Answer = { kind: "none" } | { kind: "problem"; text: string } | { kind: "held"; id: string } | { kind: "refused"; text: string; statement: string };

/** Formatting that the sender decides; links, mentions and hashtags in plain sight are found by the server. */
const SENT = new Set(["bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "blockquote", "text_link"]);
const LONGEST = { alone: 4096, withFiles: 1024 };

export function Writing({ channel, below, editing, done }: { channel: string; below?: string; editing?: Post | undefined; done?: () => void }) {
  const draftName = below ?? channel;
  const start = useRef(editing ? { text: editing.text, marks: editing.entities.filter((one) => SENT.has(one.type)) } : draftOf(draftName));
  const text = useSignal(start.current.text);
  const marks = useSignal<Mark[]>(start.current.marks);
  const files = useSignal<Attached[]>([]);
  /** What a post that is edited has already. */
  const kept = useSignal<readonly Media[]>(editing?.media ?? []);
  const formatting = useSignal(false);
  const linking = useSignal<Mark | null>(null);
  const said = useSignal("");
  const stopping = useSignal<AbortController | null>(null);
  const answer = useSignal<Answer>({ kind: "none" });
  const key = useRef(crypto.randomUUID());
  const box = useRef<HTMLTextAreaElement>(null);
  const label = below ? w().writeComment : w().write;
  const busy = stopping.value !== null;
  useEffect(() => {
    if (!editing) keepDraft(draftName, { text: text.value, marks: marks.value });
  }, [text.value, marks.value]);
  useLayoutEffect(() => {
    if (editing) box.current?.focus();
  }, []);
  // A held post that a person released comes through the feed: then it is no longer waiting.
  const now = answer.value;
  const released = (one: { id: string }) => now.kind === "held" && one.id === now.id;
  if (shownOf(channel).entries.some(released) || thread.value.comments.some(released)) answer.value = { kind: "none" };

  const type = (field: HTMLTextAreaElement) => {
    marks.value = moved(marks.value, text.value, field.value, field.selectionStart);
    text.value = field.value;
  };
  const mark = (style: StyleName) => {
    const words = chosen(text.value, style, box.current?.selectionStart ?? 0, box.current?.selectionEnd ?? 0);
    said.value = words ? "" : w().chooseWords;
    if (!words) return;
    const wanted: Mark = { type: style, offset: words[0], length: words[1] - words[0] };
    const has = marks.value.some((one) => one.type === style && one.offset <= words[0] && one.offset + one.length >= words[1]);
    if (style === "text_link" && !has) linking.value = wanted;
    else marks.value = toggled(marks.value, wanted);
  };
  const publish = async () => {
    const written = text.value;
    if (busy || (!written.trim() && files.value.length + kept.value.length === 0)) return;
    const stop = (stopping.value = new AbortController());
    try {
      const before = kept.value.map(({ id, kind, file_name }) => ({ id, kind, file_name }));
      const media = [...before, ...(await uploaded(files.value, stop.signal))];
      const draft: api.Draft = { text: written, entities: settled(marks.value), media };
      const outcome = editing
        ? await api.edit(editing.id, draft)
        : below
          ? await api.comment(below, draft, key.current)
          : await api.publish(channel, draft, key.current);
      // What a case took is put away: to be sent again, a file has to come again.
      files.value = outcome.kind === "refused" ? files.value.map((one) => attached(one.file)) : [];
      if (outcome.kind === "refused") {
        answer.value = { kind: "refused", text: outcome.reasons, statement: outcome.statement };
      } else {
        if (outcome.kind === "published") take(outcome.thing);
        answer.value = outcome.kind === "held" ? { kind: "held", id: outcome.id } : { kind: "none" };
        text.value = "";
        marks.value = [];
        done?.();
      }
      key.current = crypto.randomUUID();
    } catch (error) {
      const cancelled = error instanceof api.Problem && error.code === "cancelled";
      answer.value = cancelled ? { kind: "none" } : { kind: "problem", text: error instanceof Error ? error.message : String(error) };
    } finally {
      stopping.value = null;
    }
  };
  const drop = (one: Attached) => {
    stopping.value?.abort();
    key.current = crypto.randomUUID();
    files.value = files.value.filter((other) => other !== one);
  };
  return (
    <div class="composer open">
      <Explained answer={answer.value} />
      {editing && (
        <div class="intent">
          <Icon of={Pencil} />
          <span>
            <b>{w().editing(editing.number)}</b>
          </span>
          <button type="button" class="round" aria-label={t().common.cancel} onClick={done}>
            <Icon of={X} />
          </button>
        </div>
      )}
      {marks.value.length > 0 && (
        <section class="writing preview" aria-label={w().preview}>
          <PostText text={text.value} entities={settled(marks.value)} />
        </section>
      )}
      <Attachments kept={kept.value} leave={(one) => (kept.value = kept.value.filter((other) => other !== one))} files={files.value} remove={drop} />
      {formatting.value && <Toolbar mark={mark} />}
      <p class="visually-hidden" role="status">{said.value}</p>
      <form
        class="writing"
        onSubmit={(event) => {
          event.preventDefault();
          void publish();
        }}
      >
        <label class="round" title={w().attach}>
          <Icon of={Paperclip} />
          <span class="visually-hidden">{w().attach}</span>
          <input
            class="visually-hidden"
            type="file"
            multiple
            disabled={busy}
            onChange={(event) => {
              files.value = [...files.value, ...[...(event.currentTarget.files ?? [])].map(attached)].slice(0, MOST_FILES - kept.value.length);
              event.currentTarget.value = "";
            }}
          />
        </label>
        <button type="button" class="round" aria-label={w().formatting} title={w().formatting} aria-expanded={formatting.value} onClick={() => (formatting.value = !formatting.value)}>
          <Icon of={Type} />
        </button>
        <div class="box open">
          <span class="box-world open">
            <Icon of={Megaphone} />
          </span>
          <textarea
            ref={box}
            rows={1}
            aria-label={label}
            placeholder={label}
            maxLength={files.value.length + kept.value.length > 0 ? LONGEST.withFiles : LONGEST.alone}
            readOnly={busy}
            value={text.value}
            onInput={(event) => type(event.currentTarget)}
            onKeyDown={(event) => {
              const style = styleOf(event);
              const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey);
              if (!style && !sends) return;
              event.preventDefault();
              if (style) mark(style);
              else void publish();
            }}
          />
        </div>
        {busy && (
          <button type="button" class="round" aria-label={t().common.cancel} onClick={() => stopping.value?.abort()}>
            <Icon of={X} />
          </button>
        )}
        <button type="submit" class="round publish" aria-label={w().publish} title={`${w().publish} (Ctrl+Enter)`} disabled={busy}>
          <Icon of={SendHorizontal} />
        </button>
      </form>
      {linking.value && (
        <LinkDialog
          close={() => (linking.value = null)}
          take={(url) => {
            if (linking.value) marks.value = toggled(marks.value, { ...linking.value, url });
            linking.value = null;
          }}
        />
      )}
    </div>
  );
}

function Explained({ answer }: { answer: Answer }) {
  if (answer.kind === "none") return null;
  if (answer.kind === "held") {
    return (
      <div class="explained held" role="status">
        <Icon of={Clock} />
        <p>
          <b>{w().heldTitle}.</b> {w().held}
        </p>
      </div>
    );
  }
  const id = answer.kind === "refused" ? /\/s\/(sor_[a-z0-9]+)/.exec(answer.statement)?.[1] : undefined;
  return (
    <div class="explained refused" role="alert">
      <Icon of={CircleX} />
      <p>
        <b>{w().refused}.</b> {answer.text} {id && <a href={`#/notices/${id}`}>{w().reasonsAndAppeal}</a>}
      </p>
    </div>
  );
}
