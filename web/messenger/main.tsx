import { render } from "preact";
import "../shared/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import { App } from "./shell/app";
import { applyPreferences } from "./shell/preferences";

applyPreferences();
const place = document.getElementById("app");
if (place) render(<App />, place);
