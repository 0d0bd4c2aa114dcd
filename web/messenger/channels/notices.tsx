/** Official notices, statements of reasons with the appeal, and what became of one's own reports: a chat of its own. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as api from "../open/api";
import { official, refreshInbox } from "../open/live";
import type { NoticeState, Statement } from "../open/model";
import { receipts } from "../open/notes";
import { language } from "../shell/preferences";
import { Pane } from "../shell/pane";
import { dayOf, timeOf } from "../words/moments";
import { t } from "../words/words";
import { w } from "./words";

export function Notices() {
  useEffect(() => {
    for (const item of official.value) if (item.read_at === null) void api.markRead(item.id).then(refreshInbox, () => undefined);
  }, [official.value]);
  return (
    <Pane title={w().notices}>
      <div class="form wide">
        {official.value.length === 0 && <p class="muted">{w().noNotices}</p>}
        {official.value.map((item) => {
          const at = Date.parse(item.created_at);
          const statement = /(sor_[a-z0-9]+)/.exec(item.address ?? item.subject)?.[1];
          return (
            <article class="official-notice" key={item.id}>
              <h2>{item.title[language.value]}</h2>
              <p>{item.body[language.value]}</p>
              <p class="muted small">
                {dayOf(at)} {timeOf(at)}
              </p>
              {statement && <a href={`#/notices/${statement}`}>{w().reasonsAndAppeal}</a>}
            </article>
          );
        })}
        {receipts.value.length > 0 && (
          <section class="section">
            <h2>{w().myReports}</h2>
            {receipts.value.map((one) => (
              <Followed key={one.id} id={one.id} secret={one.key} target={one.target} />
            ))}
          </section>
        )}
      </div>
    </Pane>
  );
}

function Followed({ id, secret, target }: { id: string; secret: string; target: string }) {
  const state = useSignal<NoticeState | null>(null);
  useEffect(() => void api.noticeState(id, secret).then((found) => (state.value = found), () => undefined), [id]);
  return (
    <article class="official-notice">
      <p class="receipt">{w().receipt(id)}</p>
      <p class="muted small">{target}</p>
      <p>
        <b>{state.value?.state === "answered" ? w().answered : w().received}</b>{" "}
        {state.value?.outcome && w().outcomes[state.value.outcome]}
      </p>
    </article>
  );
}

export function StatementView({ id }: { id: string }) {
  const statement = useSignal<Statement | null>(null);
  const text = useSignal("");
  const said = useSignal("");
  const look = () => void api.statementOf(id).then((found) => (statement.value = found), (error: Error) => (said.value = error.message));
  // An appeal's outcome comes as a notice: then this is looked at again.
  useEffect(look, [id, official.value]);
  const now = statement.value;
  const send = async (event: Event) => {
    event.preventDefault();
    try {
      await api.appeal(id, text.value);
      text.value = "";
      look();
    } catch (error) {
      said.value = error instanceof Error ? error.message : String(error);
    }
  };
  return (
    <Pane title={w().reasons}>
      <div class="form wide">
        {!now && !said.value && <p>{t().common.loading}</p>}
        {now && !now.in_force && <p class="note">{w().superseded}</p>}
        {now?.appeal && (
          <div class="note" role="status">
            <p>
              <b>{now.appeal.reasons ? w().appealAnswer : w().appealed}</b>
            </p>
            {now.appeal.reasons && <p dir="auto">{now.appeal.reasons}</p>}
          </div>
        )}
        {now?.plain && (
          <div class="official-notice plain">
            {now.plain[language.value]?.map((line) => <p key={line}>{line}</p>)}
          </div>
        )}
        {now?.whole && now.in_force && !now.appeal && (
          <form class="section" onSubmit={(event) => void send(event)}>
            <h2>{w().appeal}</h2>
            <p class="muted">{w().appealUntil(dayOf(Date.parse(now.appeal_until)))}</p>
            <div class="field">
              <label for="appeal">{w().appealText}</label>
              <textarea id="appeal" rows={4} required maxLength={5000} value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
            </div>
            <button type="submit" class="btn primary">
              {w().appealSend}
            </button>
          </form>
        )}
        {said.value && <p class="problem" role="alert">{said.value}</p>}
      </div>
    </Pane>
  );
}
