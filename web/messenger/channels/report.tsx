/** A report, in the steps that the SOP serves: what is asked changes with the SOP, not with this app. */
import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { useEffect } from "preact/hooks";
import * as api from "../open/api";
import type { FormStep } from "../open/model";
import { keepReceipt } from "../open/notes";
import { session } from "../sealed";
import { Dialog } from "../shell/dialog";
import { exactMoment } from "../words/moments";
import { t } from "../words/words";
import { w } from "./words";

export interface Disclosed {
  sender: string;
  text: string;
  sent_at: string;
  event_id: string;
  /** The JPEG that is sent. */
  picture?: Blob;
}

export function Report({ target, disclosure = [], close }: { target: string; disclosure?: readonly Disclosed[]; close: () => void }) {
  const steps = useSignal<FormStep[]>([]);
  const at = useSignal(0);
  const given = useSignal<Record<string, string>>({ target });
  const problem = useSignal("");
  const filed = useSignal("");
  useEffect(() => {
    void api.noticeForm().then(
      (form) => (steps.value = form.steps),
      (error: Error) => (problem.value = error.message),
    );
  }, []);
  const asked = steps.value.filter((step) => isAsked(step, given.value, target));
  const step = asked[at.value];
  const last = at.value === asked.length - 1;
  const send = async () => {
    problem.value = "";
    try {
      const { good_faith, ...fields } = given.value;
      const answer = await api.report({ ...fields, good_faith: good_faith === "yes", disclosure: await Promise.all(disclosure.map(asSent)) });
      await keepReceipt({ id: answer.id, key: answer.access_key, target, at: answer.received_at }).catch(() => undefined);
      filed.value = answer.id;
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  const go = (event: Event) => {
    event.preventDefault();
    if (last) void send();
    else at.value += 1;
  };
  return (
    <Dialog title={w().report} close={close}>
      {filed.value ? (
        <>
          <p role="status">{w().reportDone}</p>
          <p class="receipt">{w().receipt(filed.value)}</p>
          <button type="button" class="btn primary" onClick={close}>{w().close}</button>
        </>
      ) : (
        <form class="form" onSubmit={go}>
          {last && <Everything target={target} disclosure={disclosure} given={given.value} asked={asked} />}
          {step ? <Step step={step} given={given.value} set={(value) => (given.value = { ...given.value, [step.name]: value })} /> : <p>{t().common.loading}</p>}
          {problem.value && <p class="problem" role="alert">{problem.value}</p>}
          <div class="buttons">
            <button type="button" class="btn" onClick={() => (at.value > 0 ? (at.value -= 1) : close())}>{at.value > 0 ? w().back : t().common.cancel}</button>
            <button type="submit" class="btn primary" disabled={!step}>{last ? w().send : w().next}</button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

/** All that is about to be sent, as it is sent. */
function Everything({ target, disclosure, given, asked }: {
  target: string;
  disclosure: readonly Disclosed[];
  given: Record<string, string>;
  asked: readonly FormStep[];
}) {
  const words = t().disclose;
  const answered = asked.filter(({ name }) => name !== "good_faith" && given[name]);
  return (
    <section class="everything" tabIndex={0} aria-label={words.everything}>
      <h3>{words.everything}</h3>
      <dl>
        {target && (
          <>
            <dt>{words.about}</dt>
            <dd>{target}</dd>
          </>
        )}
        {answered.map(({ name, title, choices }) => (
          <Fragment key={name}>
            <dt>{title}</dt>
            <dd>{choices.find((choice) => choice.name === given[name])?.title ?? given[name]}</dd>
          </Fragment>
        ))}
        {disclosure.length > 0 && (
          <>
            <dt>{words.messages(disclosure.length)}</dt>
            {disclosure.map((one) => (
              <dd key={one.event_id} class="disclosed">
                <span class="muted small">
                  {one.sender} · {exactMoment(Date.parse(one.sent_at))}
                </span>
                <span class="kept" dir="auto">{one.text}</span>
                {one.picture && <Sent picture={one.picture} name={one.sender} />}
              </dd>
            ))}
          </>
        )}
      </dl>
      {disclosure.length > 0 && <p class="muted small">{words.nothingElse}</p>}
    </section>
  );
}

/** The very bytes that will be sent. */
function Sent({ picture, name }: { picture: Blob; name: string }) {
  const address = useSignal("");
  useEffect(() => {
    const made = URL.createObjectURL(picture);
    address.value = made;
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return address.value ? <img class="sent-photo" src={address.value} alt={t().disclose.photoSent(name)} /> : null;
}

async function asSent({ picture, ...words }: Disclosed): Promise<Record<string, string>> {
  return picture ? { ...words, picture: await base64Of(picture) } : words;
}

function base64Of(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => reject(reader.error ?? new Error());
    reader.readAsDataURL(blob);
  });
}

function isAsked(step: FormStep, given: Record<string, string>, target: string): boolean {
  if (step.name === "target") return target === "";
  if (step.name === "disclosure") return false;
  if (step.name !== "name" && step.name !== "email") return true;
  return session.value.state !== "ready" && !step.anonymous_for.includes(given["category"] ?? "");
}

function Step({ step, given, set }: { step: FormStep; given: Record<string, string>; set: (value: string) => void }) {
  const value = given[step.name] ?? "";
  if (step.choices.length > 0) {
    return (
      <fieldset class="report-choices">
        <legend>{step.title}</legend>
        {step.choices.map((choice) => (
          <label key={choice.name}>
            <input type="radio" name={step.name} required checked={choice.name === value} onChange={() => set(choice.name)} /> {choice.title}
          </label>
        ))}
      </fieldset>
    );
  }
  if (step.name === "good_faith") {
    return (
      <label class="tick">
        <input type="checkbox" required checked={value === "yes"} onChange={(event) => set(event.currentTarget.checked ? "yes" : "")} /> {step.help}
      </label>
    );
  }
  const id = `report-${step.name}`;
  const type = (event: Event) => set((event.currentTarget as HTMLInputElement).value);
  return (
    <div class="field">
      <label for={id}>{step.title}</label>
      {step.name === "explanation" ? (
        <textarea id={id} rows={4} maxLength={5000} required={step.required} value={value} onInput={type} />
      ) : (
        <input id={id} inputMode={step.name === "email" ? "email" : "text"} required={step.required} value={value} onInput={type} />
      )}
      <p class="hint">{step.help}</p>
    </div>
  );
}
