/** The owner's bots: each token is shown once, and opens nothing once it is revoked. */
import { useSignal } from "@preact/signals";
import * as api from "../open/api";
import { Confirm } from "../shell/dialog";
import { useKept } from "./kept";
import { w } from "./words";

export function Bots({ channel }: { channel: string }) {
  const bots = useKept(() => api.bots(channel), channel);
  const wish = useSignal("");
  const made = useSignal("");
  const revoking = useSignal<{ id: string; name: string } | null>(null);
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
        {bots.items.value.map((bot) => (
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
          void bots.change(add);
        }}
      >
        <input aria-label={w().botName} value={wish.value} placeholder={w().botName} required onInput={(event) => (wish.value = event.currentTarget.value)} />
        <button type="submit" class="btn">{w().addBot}</button>
      </form>
      {made.value && <p class="token" role="status">{made.value}</p>}
      {bots.problem.value && <p class="problem" role="alert">{bots.problem.value}</p>}
      {asked && <Confirm title={w().revokeBot(asked.name)} text={w().revokeText} yes={w().revoke} danger close={() => (revoking.value = null)} act={() => void bots.change(() => revoke(asked.id))} />}
    </section>
  );
}
