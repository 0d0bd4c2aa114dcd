/** The owner's bots: each token is shown once, and opens nothing once it is revoked. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as api from "../open/api";
import { Confirm } from "../shell/dialog";
import { w } from "./words";

export function Bots({ channel }: { channel: string }) {
  const names = useSignal<{ id: string; name: string }[]>([]);
  const wish = useSignal("");
  const made = useSignal("");
  const problem = useSignal("");
  const revoking = useSignal<{ id: string; name: string } | null>(null);
  const look = () => void api.bots(channel).then((found) => (names.value = found.items), () => undefined);
  useEffect(look, [channel]);
  const doing = async (does: () => Promise<unknown>) => {
    problem.value = "";
    try {
      await does();
      look();
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  const add = async () => {
    const bot = await api.addBot(channel, wish.value);
    made.value = `${w().token}: ${bot.token}\n${w().tokenUse}: ${bot.base_url}`;
    wish.value = "";
  };
  const revoke = async (id: string) => {
    await api.revokeBot(channel, id);
    made.value = "";
  };
  const asked = revoking.value;
  return (
    <section class="section">
      <h2>{w().bots}</h2>
      <p class="muted small">{w().botsText}</p>
      <ul class="plain-rows">
        {names.value.map((bot) => (
          <li key={bot.id}>
            <span dir="auto">{bot.name}</span>
            <button type="button" class="btn" aria-label={w().revokeBot(bot.name)} onClick={() => (revoking.value = bot)}>{w().revoke}</button>
          </li>
        ))}
      </ul>
      <form
        class="beside"
        onSubmit={(event) => {
          event.preventDefault();
          void doing(add);
        }}
      >
        <input aria-label={w().botName} value={wish.value} placeholder={w().botName} required onInput={(event) => (wish.value = event.currentTarget.value)} />
        <button type="submit" class="btn">{w().addBot}</button>
      </form>
      {made.value && <p class="token" role="status">{made.value}</p>}
      {problem.value && <p class="problem" role="alert">{problem.value}</p>}
      {asked && <Confirm title={w().revokeBot(asked.name)} text={w().revokeText} yes={w().revoke} danger close={() => (revoking.value = null)} act={() => void doing(() => revoke(asked.id))} />}
    </section>
  );
}
