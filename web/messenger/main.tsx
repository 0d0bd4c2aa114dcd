import { render } from "preact";
import "../shared/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/chats.css";
import { sealedRows } from "./chats/rows";
import { resume } from "./sealed";
import { App } from "./shell/app";
import { applyPreferences } from "./shell/preferences";
import { contribute } from "./shell/rows";

applyPreferences();
contribute(sealedRows);
const place = document.getElementById("app");
if (place) render(<App />, place);
void resume();
