import { render } from "preact";
import "../shared/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/chats.css";
import "./styles/channels.css";
import { sealedRows } from "./chats/rows";
import { openRows, startLive } from "./open/live";
import { startNotes } from "./open/notes";
import { resume } from "./sealed";
import { App } from "./shell/app";
import { applyPreferences } from "./shell/preferences";
import { contribute } from "./shell/rows";

applyPreferences();
contribute(sealedRows);
contribute(openRows);
startNotes();
startLive();
const place = document.getElementById("app");
if (place) render(<App />, place);
void resume();

// Opens without a connection, and can be installed.
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/app/worker.js", { scope: "/app/", type: "module" }).catch(() => undefined);
