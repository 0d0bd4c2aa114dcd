import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { createAccount, registration, type Registration } from "../open/join";
import { load, session, type Sealed, type Text } from "../sealed";
import { language } from "../shell/preferences";
import { continueThere, href } from "../shell/router";
import { t } from "../words/words";
import { Frame } from "./frame";

const NAME = /^[a-z0-9][a-z0-9._-]{1,31}$/;
const SHORTEST = 10;

export function SignIn() {
  const problem = useSignal<Text | string | null>(null);
  const busy = useSignal(false);
  const words = t().joining;
  const before = session.value.state === "signed-out" ? (session.value.problem ?? null) : null;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const { name, password } = fieldsOf(event);
    busy.value = true;
    problem.value = null;
    const done = await withSealed((sealed) => sealed.signIn(name, password));
    busy.value = false;
    if (done.ok) continueThere();
    else problem.value = done.problem;
  };
  return (
    <Frame title={words.signIn}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <Problem text={problem.value ?? before} />
        <Name />
        <Password autocomplete="current-password" />
        <button class="btn primary" type="submit" disabled={busy.value}>
          {busy.value ? words.signingIn : words.signIn}
        </button>
        <a href={href({ at: "join" })}>{words.noAccount}</a>
      </form>
    </Frame>
  );
}

export function Join() {
  const problem = useSignal<Text | string | null>(null);
  const busy = useSignal(false);
  const allowed = useSignal<Registration | null>(null);
  const opened = useSignal("");
  const words = t().joining;
  useEffect(() => {
    registration()
      .then((found) => (allowed.value = found))
      .catch(() => (allowed.value = "open"));
  }, []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const { name, password, invitation } = fieldsOf(event);
    problem.value = !NAME.test(name) ? words.nameWrong : password.length < SHORTEST ? words.passwordShort : null;
    if (problem.value) return;
    busy.value = true;
    const done = await withSealed(async (sealed) => {
      const possible = await sealed.canBegin();
      // Where only the sign-in failed, the account is there: it is not asked for a second time.
      const made = possible.ok && opened.value !== name ? await createAccount({ name, password, invitation }) : possible;
      if (made.ok) opened.value = name;
      return made.ok ? sealed.signIn(name, password) : made;
    });
    busy.value = false;
    if (done.ok) continueThere();
    else problem.value = done.problem;
  };
  if (allowed.value === "closed") {
    return (
      <Frame title={words.join}>
        <p>{words.closed}</p>
        <a href={href({ at: "sign-in" })}>{words.haveAccount}</a>
      </Frame>
    );
  }
  return (
    <Frame title={words.join}>
      <form class="form" onSubmit={(event) => void submit(event)} noValidate>
        <p class="muted">{words.noContact}</p>
        <Problem text={problem.value} />
        <Name hint={words.nameHint} />
        <Password autocomplete="new-password" hint={words.passwordHint} />
        {allowed.value === "invitation" && (
          <div class="field">
            <label for="invitation">{words.invitation}</label>
            <input id="invitation" name="invitation" autocomplete="off" autocapitalize="none" required />
          </div>
        )}
        <button class="btn primary" type="submit" disabled={busy.value}>
          {words.join}
        </button>
        {busy.value && <p role="status">{words.working}</p>}
        <a href={href({ at: "sign-in" })}>{words.haveAccount}</a>
      </form>
    </Frame>
  );
}

type Done = { ok: true } | { ok: false; problem: Text | string };

/** What came of `act`; where a part of this version can no longer be fetched, that. */
async function withSealed(act: (sealed: Sealed) => Promise<Done>): Promise<Done> {
  let sealed: Sealed;
  try {
    sealed = await load();
  } catch {
    return { ok: false, problem: t().joining.broken.parts.text };
  }
  return act(sealed);
}

export function Problem({ text }: { text: Text | string | null }) {
  return (
    <div role="alert">{text && <p class="problem">{typeof text === "string" ? text : text[language.value]}</p>}</div>
  );
}

function Name({ hint }: { hint?: string }) {
  return (
    <div class="field">
      <label for="name">{t().joining.name}</label>
      <input
        id="name"
        name="name"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        maxLength={100}
        required
        aria-describedby={hint ? "name-hint" : undefined}
      />
      {hint && (
        <p class="hint" id="name-hint">
          {hint}
        </p>
      )}
    </div>
  );
}

function Password({ autocomplete, hint }: { autocomplete: string; hint?: string }) {
  const shown = useSignal(false);
  return (
    <div class="field">
      <label for="password">{t().joining.password}</label>
      <input
        id="password"
        name="password"
        type={(shown.value ? "text" : "password") as "password"}
        autocomplete={autocomplete}
        maxLength={512}
        required
        aria-describedby={hint ? "password-hint" : undefined}
      />
      <label class="tick">
        <input type="checkbox" checked={shown.value} onChange={() => (shown.value = !shown.value)} />
        {t().joining.showPassword}
      </label>
      {hint && (
        <p class="hint" id="password-hint">
          {hint}
        </p>
      )}
    </div>
  );
}

function fieldsOf(event: SubmitEvent): { name: string; password: string; invitation: string } {
  const fields = new FormData(event.currentTarget as HTMLFormElement);
  const text = (name: string) => String(fields.get(name) ?? "");
  return { name: text("name").trim().toLowerCase(), password: text("password"), invitation: text("invitation").trim() };
}
