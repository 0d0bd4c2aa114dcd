/** The short pages between signing in and the list. */
import { useSignal } from "@preact/signals";
import { Copy, Download } from "lucide";
import { load, sealed, type Session, type Text } from "../sealed";
import { Icon } from "../shell/icon";
import { t } from "../words/words";
import { Frame } from "./frame";
import { Problem } from "./sign-in";

export function Preparing({ step }: { step: Extract<Session, { state: "preparing" }>["step"] | null }) {
  const words = t().joining;
  const said = { store: words.preparingStore, keys: words.preparingKeys, "first-sync": words.preparingSync };
  return (
    <main class="waiting">
      <h1 class="visually-hidden">{t().appName}</h1>
      <p role="status">{step ? said[step] : t().common.loading}</p>
      <div class="bar" aria-hidden="true" />
    </main>
  );
}

/** The one moment in which the recovery key can be seen. */
export function RecoveryKey({ shown }: { shown: string }) {
  const copied = useSignal(false);
  const words = t().joining;
  const copy = async () => {
    await navigator.clipboard.writeText(shown);
    copied.value = true;
  };
  return (
    <Frame title={words.recoveryTitle}>
      <p>{words.recoveryText}</p>
      <p class="key" role="group" aria-label={words.recoveryKeyName} translate={false}>
        {shown.split(" ").map((part, at) => (
          <span key={at}>{part} </span>
        ))}
      </p>
      <p class="muted">{words.recoveryWhere}</p>
      <div class="buttons start">
        <button type="button" class="btn" onClick={() => void copy()}>
          <Icon of={Copy} />
          <span role="status">{copied.value ? t().common.copied : t().common.copy}</span>
        </button>
        <button type="button" class="btn" onClick={() => saveText("jaga-recovery-key.txt", shown)}>
          <Icon of={Download} />
          {words.recoverySave}
        </button>
      </div>
      <button type="button" class="btn primary" onClick={() => sealed().recoveryKeyKept()}>
        {words.recoveryKept}
      </button>
    </Frame>
  );
}

export function Elsewhere({ problem }: { problem: Text | null }) {
  const words = t().joining;
  return (
    <Frame title={words.elsewhereTitle}>
      <p>{words.elsewhereText}</p>
      <Problem text={problem} />
      <button type="button" class="btn primary" onClick={() => void load().then(({ useHere }) => useHere())}>
        {words.useHere}
      </button>
    </Frame>
  );
}

export function Broken({ because }: { because: Extract<Session, { state: "broken" }>["because"] }) {
  const words = t().joining.broken[because];
  return (
    <Frame title={words.title}>
      <p>{words.text}</p>
      <div class="buttons start">
        <button type="button" class="btn primary" onClick={() => location.reload()}>
          {t().joining.tryAgain}
        </button>
        {because === "store" && (
          <button type="button" class="btn" onClick={() => void load().then(({ startOver }) => startOver())}>
            {t().joining.signInAgain}
          </button>
        )}
      </div>
    </Frame>
  );
}

export function saveText(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}
