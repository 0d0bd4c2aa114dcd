import { useEffect } from "preact/hooks";
import { Verify } from "../chats/verify";
import { Broken, Elsewhere, Preparing, RecoveryKey } from "../joining/moments";
import { RecoveryDialog } from "../joining/recovery";
import { Join, SignIn } from "../joining/sign-in";
import { mishap, session } from "../sealed";
import { useFocusFollows } from "./focus";
import { useKeys } from "./keys";
import { ConversationList } from "./list";
import { language } from "./preferences";
import { go, OPEN, route } from "./router";
import { Screen } from "./screens";
import { UpdateReady } from "./updates";

export function App() {
  const now = session.value;
  useEffect(() => {
    // Whoever was joining has an account by now: another one is not what they need.
    if (now.state === "signed-out" && now.problem && route.peek().at === "join") go({ at: "sign-in" });
  }, [now]);
  switch (now.state) {
    case "starting":
      return <Preparing step={null} />;
    case "preparing":
      return <Preparing step={now.step} />;
    case "recovery-key":
      return <RecoveryKey shown={now.key} />;
    case "elsewhere":
      return OPEN.has(route.value.at) ? <Panes /> : <Elsewhere problem={now.problem ?? null} />;
    case "broken":
      return <Broken because={now.because} />;
    case "signed-out":
      if (route.value.at === "join") return <Join />;
      if (route.value.at === "sign-in" || now.problem) return <SignIn />;
      return <Panes />;
    case "ready":
      return <Panes />;
  }
}

function Mishap() {
  useEffect(() => {
    const wait = setTimeout(() => (mishap.value = null), 8000);
    return () => clearTimeout(wait);
  }, [mishap.value]);
  return (
    <div role="alert" class="mishap">
      {mishap.value && <p class="problem">{mishap.value[language.value]}</p>}
    </div>
  );
}

function Panes() {
  const at = route.value.at;
  useFocusFollows();
  const keys = useKeys();
  // Before signing in the list has nothing of one's own: on a phone the welcome comes first.
  const list = at === "start" && session.value.state === "ready";
  return (
    <div class={`app ${list ? "at-list" : "at-pane"}`}>
      <ConversationList />
      <Screen />
      <Verify />
      <RecoveryDialog />
      <UpdateReady />
      <Mishap />
      {keys}
    </div>
  );
}
