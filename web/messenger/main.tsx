import { render } from "preact";
import "../shared/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/chats.css";
import "./styles/channels.css";
import { startDrafts } from "./channels/drafts";
import { startTelling } from "./channels/notifying";
import { openRows } from "./channels/rows";
import { startNotifying } from "./chats/notifying";
import { sealedRows } from "./chats/rows";
import { startLive } from "./open/live";
import { startNotes } from "./open/notes";
import { resume } from "./sealed";
import { App } from "./shell/app";
import { applyPreferences } from "./shell/preferences";
import { contribute } from "./shell/rows";
import { startUpdates } from "./shell/updates";

applyPreferences();
contribute(sealedRows);
contribute(openRows);
startNotes();
startLive();
startDrafts();
const place = document.getElementById("app");
if (place) render(<App />, place);
void resume();

// Opens without a connection, and can be installed.
void startUpdates().catch(() => undefined);
startNotifying();
startTelling();
navigator.serviceWorker?.addEventListener("message", ({ data }) => {
  const address: unknown = (data as { go?: unknown } | null)?.go;
  if (typeof address === "string" && address.startsWith("#/")) location.hash = address;
});
