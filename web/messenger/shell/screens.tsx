/** Which screen stands on the right. A new screen is a row of the router's table and a case here. */
import { Lock, Megaphone } from "lucide";
import { t } from "../words/words";
import { Icon } from "./icon";
import { Pane } from "./pane";
import { href, route } from "./router";
import { Settings } from "./settings";

export function Screen() {
  const here = route.value;
  switch (here.at) {
    case "settings":
      return <Settings />;
    case "start":
      return <Start />;
    default:
      return <Nowhere />;
  }
}

function Start() {
  return (
    <main class="pane start">
      <div class="start-note">
        <p class="start-emblems">
          <Icon of={Lock} class="sealed" />
          <Icon of={Megaphone} class="open" />
        </p>
        <h1>{t().shell.pick}</h1>
        <p>{t().shell.pickText}</p>
      </div>
    </main>
  );
}

function Nowhere() {
  return (
    <Pane title={t().appName}>
      <div class="form">
        <p>{t().shell.notFound}</p>
        <p>
          <a href={href({ at: "start" })}>{t().shell.toStart}</a>
        </p>
      </div>
    </Pane>
  );
}
