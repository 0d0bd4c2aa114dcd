/** A newer version waits beside the one that is open; it is taken when the person says so, never in the middle of a word. */
import { signal } from "@preact/signals";
import { RefreshCw, X } from "lucide";
import { t } from "../words/words";
import { Icon } from "./icon";

const LOOK_EVERY = 60 * 60_000;
let taken = false;
const waiting = signal<ServiceWorker | null>(null);

export async function startUpdates(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register("/app/worker.js", { scope: "/app/", type: "module" });
  waiting.value = registration.waiting;
  registration.addEventListener("updatefound", () => {
    const found = registration.installing;
    found?.addEventListener("statechange", () => {
      // The very first one is no update.
      if (found.state === "installed" && navigator.serviceWorker.controller) waiting.value = found;
    });
  });
  navigator.serviceWorker.addEventListener("controllerchange", () => taken && location.reload());
  const look = () => void registration.update().catch(() => undefined);
  setInterval(look, LOOK_EVERY);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
}

function take(found: ServiceWorker): void {
  taken = true;
  found.postMessage("take over");
}

export function UpdateReady() {
  const found = waiting.value;
  if (!found) return null;
  return (
    <div class="update" role="status">
      <p>{t().shell.update}</p>
      <button type="button" class="btn primary" onClick={() => take(found)}>
        <Icon of={RefreshCw} /> {t().shell.updateNow}
      </button>
      <button type="button" class="round" aria-label={t().shell.updateLater} title={t().shell.updateLater} onClick={() => (waiting.value = null)}>
        <Icon of={X} />
      </button>
    </div>
  );
}
