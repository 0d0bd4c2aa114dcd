/** Which screen stands on the right. A new screen is a row of the router's table and a case here. */
import { Lock, Megaphone } from "lucide";
import { About } from "../chats/about";
import { Conversation } from "../chats/conversation";
import { ChannelAbout } from "../channels/about";
import { ChannelView, PostView } from "../channels/channel";
import { Discover, NewChannel } from "../channels/discover";
import { w } from "../channels/words";
import { Notices, StatementView } from "../channels/notices";
import { NewChat } from "../chats/new-chat";
import { PersonView } from "../chats/person";
import { WaysIn } from "../joining/ways";
import { session } from "../sealed";
import { t } from "../words/words";
import { Icon } from "./icon";
import { Pane } from "./pane";
import { href, remember, type Route, route } from "./router";
import { Settings } from "./settings";

/** Screens that need an account; without one they lead to the welcome. */
const MEMBERS = new Set<Route["at"]>(["new-chat", "user", "chat", "chat-about", "new-channel", "notices", "statement"]);

export function Screen() {
  const here = route.value;
  if (MEMBERS.has(here.at) && session.value.state !== "ready") {
    remember(here);
    return <Welcome />;
  }
  switch (here.at) {
    case "settings":
      return <Settings />;
    case "start":
      return session.value.state === "ready" ? <Start /> : <Welcome />;
    case "new-chat":
      return <NewChat />;
    case "user":
      return <PersonView key={here.name} name={here.name} />;
    case "chat":
      return <Conversation room={here.room} />;
    case "chat-about":
      return <About room={here.room} />;
    case "discover":
      return <Discover />;
    case "new-channel":
      return <NewChannel />;
    case "channel":
      return <ChannelView key={here.name} name={here.name} />;
    case "channel-about":
      return <ChannelAbout key={here.name} name={here.name} />;
    case "post":
      return <PostView key={here.post} name={here.name} post={here.post} />;
    case "notices":
      return <Notices />;
    case "statement":
      return <StatementView id={here.id} />;
    default:
      return <Nowhere />;
  }
}

function Emblems() {
  return (
    <p class="start-emblems">
      <Icon of={Lock} class="sealed" />
      <Icon of={Megaphone} class="open" />
    </p>
  );
}

function Start() {
  return (
    <main class="pane start">
      <div class="start-note">
        <Emblems />
        <h1>{t().shell.pick}</h1>
        <p>{t().shell.pickText}</p>
      </div>
    </main>
  );
}

function Welcome() {
  const words = t().joining;
  return (
    <main class="pane start welcome">
      <div class="start-note">
        <Emblems />
        <h1>{words.welcome}</h1>
        <p>{words.welcomeText}</p>
        <p class="buttons center">
          <WaysIn />
          <a class="btn" href={href({ at: "discover" })}>
            {w().discover}
          </a>
        </p>
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
