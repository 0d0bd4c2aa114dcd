/** The owner's bot tokens: each is shown once. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as api from "../open/api";
import { w } from "./words";

export function Bots({ channel }: { channel: string }) {
  const names = useSignal<{ id: string; name: string }[]>([]);
  const wish = useSignal("");
  const said = useSignal("");
  const look = () => void api.bots(channel).then((found) => (names.value = found.items), () => undefined);
  useEffect(look, [channel]);
  const add = async (event: Event) => {
    event.preventDefault();
    try {
      const made = await api.addBot(channel, wish.value);
      said.value = `${w().token}: ${made.token}\n${made.base_url}`;
      wish.value = "";
      look();
    } catch (error) {
      said.value = error instanceof Error ? error.message : String(error);
    }
  };
  return (
    <form class="field bots" onSubmit={(event) => void add(event)}>
      <label for="bot-name">
        {w().bots}
        {names.value.length > 0 && `: ${names.value.map((one) => one.name).join(", ")}`}
      </label>
      <div class="beside">
        <input id="bot-name" value={wish.value} placeholder={w().botName} onInput={(event) => (wish.value = event.currentTarget.value)} />
        <button type="submit" class="btn">
          {w().addBot}
        </button>
      </div>
      <p class="token" role="status">
        {said.value}
      </p>
    </form>
  );
}
