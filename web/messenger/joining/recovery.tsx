/** One banner on a new device, in the list or in the chat that is open, and the dialog behind it. */
import { signal, useSignal } from "@preact/signals";
import { KeyRound } from "lucide";
import { recovery, sealed, type Text } from "../sealed";
import { Dialog } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { t } from "../words/words";
import { Problem } from "./sign-in";

const asked = signal(false);
const close = () => void (asked.value = false);

export function RecoveryBanner() {
  const words = t().recovery;
  const now = recovery.value;
  if (now !== "needed" && now !== "missing") return null;
  const [said, act] = now === "needed" ? [words.banner, words.enter] : [words.missing, words.lostConfirm];
  return (
    <div class="banner" role="region" aria-label={act}>
      <Icon of={KeyRound} />
      <p>{said}</p>
      <button type="button" class="btn" onClick={() => (asked.value = true)}>
        {act}
      </button>
    </div>
  );
}

/** Stands above all screens, so that a change of screen does not take away what is being typed. */
export function RecoveryDialog() {
  if (!asked.value) return null;
  return recovery.value === "needed" ? <Enter /> : recovery.value === "missing" ? <Lost /> : null;
}

function Enter() {
  const problem = useSignal<string | null>(null);
  const busy = useSignal(false);
  const lost = useSignal(false);
  const words = t().recovery;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget as HTMLFormElement).get("key") ?? "");
    busy.value = true;
    problem.value = null;
    const done = await sealed().recover(typed);
    busy.value = false;
    if (done.ok) close();
    else problem.value = words[done.because];
  };
  if (lost.value) return <Lost />;
  return (
    <Dialog title={words.title} close={close}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <p>{words.text}</p>
        <Problem text={problem.value} />
        <div class="field">
          <label for="key">{t().joining.recoveryKeyName}</label>
          <textarea id="key" name="key" rows={3} autocomplete="off" spellcheck={false} autocapitalize="none" required />
        </div>
        <div class="buttons">
          <button type="button" class="btn" onClick={close}>
            {t().common.cancel}
          </button>
          <button type="submit" class="btn primary" disabled={busy.value}>
            {busy.value ? words.opening : words.open}
          </button>
        </div>
        <button
          type="button"
          class="link"
          onClick={() => {
            close();
            void sealed().verifyOwnDevices();
          }}
        >
          {words.byDevice}
        </button>
        <button type="button" class="link" onClick={() => (lost.value = true)}>
          {words.lost}
        </button>
      </form>
    </Dialog>
  );
}

function Lost() {
  const problem = useSignal<Text | null>(null);
  const busy = useSignal(false);
  const words = t().recovery;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget as HTMLFormElement).get("password") ?? "");
    busy.value = true;
    const done = await sealed().startAfresh(password);
    busy.value = false;
    if (done.ok) close();
    else problem.value = done.problem;
  };
  return (
    <Dialog title={recovery.value === "missing" ? words.lostConfirm : words.lost} close={close}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <p>{words.lostText}</p>
        <Problem text={problem.value} />
        <div class="field">
          <label for="password-again">{t().devices.password}</label>
          <input id="password-again" name="password" type="password" autocomplete="current-password" required />
        </div>
        <div class="buttons">
          <button type="button" class="btn" onClick={close}>
            {t().common.cancel}
          </button>
          <button type="submit" class="btn danger" disabled={busy.value}>
            {words.lostConfirm}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
