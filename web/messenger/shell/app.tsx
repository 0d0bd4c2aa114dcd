import { ConversationList } from "./list";
import { route } from "./router";
import { Screen } from "./screens";

export function App() {
  return (
    <div class={`app ${route.value.at === "start" ? "at-list" : "at-pane"}`}>
      <ConversationList />
      <Screen />
    </div>
  );
}
