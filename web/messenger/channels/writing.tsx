/** Where one writes for everybody. What was refused or held is explained in place, and nothing typed is lost. */
import { useSignal } from "@preact/signals";
import { Bold, CircleX, Clock, Italic, Megaphone, Paperclip, SendHorizontal, X } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import * as api from "../open/api";
import { shownOf, take } from "../open/live";
import type { Post } from "../open/model";
import { Icon } from "../shell/icon";
import { t } from "../words/words";
import { w } from "./words";

type Answer = { kind: "none" } | { kind: "problem"; text: string } | { kind: "held"; id: string } | { kind: "refused"; text: string; statement: string };
type Style = NonNullable<api.Draft["entities"]>[number];

const SENT = new Set(["bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "blockquote", "text_link"]);

export function Writing({ channel, below, editing, done }: { channel: string; below?: string; editing?: Post | undefined; done?: () => void }) {
  const draftName = `jaga.open.${below ?? channel}`;
  const text = useSignal(editing?.text ?? localStorage.getItem(draftName) ?? "");
  const styles = useSignal<Style[]>(editing?.entities.filter((one) => SENT.has(one.type)) ?? []);
  const files = useSignal<File[]>([]);
  const busy = useSignal(false);
  const answer = useSignal<Answer>({ kind: "none" });
  const key = useRef(crypto.randomUUID());
  const box = useRef<HTMLTextAreaElement>(null);
  const label = below ? w().writeComment : w().write;
  useEffect(() => {
    if (!editing) text.value ? localStorage.setItem(draftName, text.value) : localStorage.removeItem(draftName);
  }, [text.value]);
  // A held post that a person released comes through the feed: then it is no longer waiting.
  const now = answer.value;
  if (now.kind === "held" && shownOf(channel).entries.some((one) => one.id === now.id)) answer.value = { kind: "none" };

  const mark = (type: Style["type"]) => {
    const [start, end] = [box.current?.selectionStart ?? 0, box.current?.selectionEnd ?? 0];
    if (end > start) styles.value = [...styles.value, { type, offset: start, length: end - start }];
  };
  const publish = async () => {
    const written = text.value;
    if (busy.value || (!written.trim() && files.value.length === 0)) return;
    busy.value = true;
    try {
      const media = await Promise.all(files.value.map(async (file) => ({ id: (await api.upload(file)).id, file_name: file.name })));
      const fitting = styles.value.filter((one) => one.offset + one.length <= written.length && stillFits(one, written, editing));
      const draft: api.Draft = { text: written, entities: fitting, ...(editing && files.value.length === 0 ? {} : { media }) };
      const outcome = editing
        ? await api.edit(editing.id, draft)
        : below
          ? await api.comment(below, draft, key.current)
          : await api.publish(channel, draft, key.current);
      if (outcome.kind === "refused") {
        answer.value = { kind: "refused", text: outcome.reasons, statement: outcome.statement };
      } else {
        if (outcome.kind === "published") take(outcome.thing);
        answer.value = outcome.kind === "held" ? { kind: "held", id: outcome.id } : { kind: "none" };
        text.value = "";
        files.value = [];
        styles.value = [];
        done?.();
      }
      key.current = crypto.randomUUID();
    } catch (error) {
      answer.value = { kind: "problem", text: error instanceof Error ? error.message : String(error) };
    } finally {
      busy.value = false;
    }
  };
  return (
    <div class="composer open">
      <Explained answer={answer.value} />
      {files.value.length > 0 && (
        <ul class="chips writing">
          {files.value.map((file) => (
            <li key={file.name}>
              {file.name}
              <button type="button" aria-label={`${w().remove} ${file.name}`} onClick={() => (files.value = files.value.filter((one) => one !== file))}>
                <Icon of={X} />
              </button>
            </li>
          ))}
        </ul>
      )}
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
          <input class="visually-hidden" type="file" multiple onChange={(event) => (files.value = [...files.value, ...(event.currentTarget.files ?? [])].slice(0, 10))} />
        </label>
        <button type="button" class="round" aria-label={w().bold} title={w().bold} onClick={() => mark("bold")}>
          <Icon of={Bold} />
        </button>
        <button type="button" class="round" aria-label={w().italic} title={w().italic} onClick={() => mark("italic")}>
          <Icon of={Italic} />
        </button>
        <div class="box open">
          <span class="box-world open">
            <Icon of={Megaphone} />
          </span>
          <textarea ref={box} rows={1} aria-label={label} placeholder={label} maxLength={4096} value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
        </div>
        {editing && (
          <button type="button" class="round" aria-label={t().common.cancel} onClick={done}>
            <Icon of={X} />
          </button>
        )}
        <button type="submit" class="round publish" aria-label={w().publish} title={w().publish} disabled={busy.value}>
          <Icon of={SendHorizontal} />
        </button>
      </form>
    </div>
  );
}

/** Formatting that was there before stays where its words still stand. */
function stillFits(style: Style, written: string, before: Post | undefined): boolean {
  if (!before?.entities.some((one) => one.offset === style.offset && one.type === style.type)) return true;
  const end = style.offset + style.length;
  return written.slice(style.offset, end) === before.text.slice(style.offset, end);
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
