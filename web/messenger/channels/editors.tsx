/** Who writes in the channel's name. Only its owner sees and changes this. */
import { useSignal } from "@preact/signals";
import * as api from "../open/api";
import { useKept } from "./kept";
import { w } from "./words";

export function Editors({ channel }: { channel: string }) {
  const known = useKept(() => api.roles(channel), channel);
  const wish = useSignal("");
  const set = (who: string, editor: boolean) =>
    known.change(async () => {
      await api.appoint(channel, who, editor);
      wish.value = "";
    });
  return (
    <section class="section">
      <h2>{w().editors}</h2>
      <ul class="plain-rows">
        {known.items.value.map((one) => (
          <li key={one.member}>
            <span>@{one.member} <span class="muted small">{one.role === "owner" ? w().owner : w().editor}</span></span>
            {one.role !== "owner" && (
              <button type="button" class="btn" aria-label={w().dismiss(one.member)} onClick={() => void set(one.member, false)}>{w().remove}</button>
            )}
          </li>
        ))}
      </ul>
      <form
        class="beside"
        onSubmit={(event) => {
          event.preventDefault();
          void set(wish.value.trim().replace(/^@/, ""), true);
        }}
      >
        <input aria-label={w().editorName} value={wish.value} placeholder={w().editorName} required onInput={(event) => (wish.value = event.currentTarget.value)} />
        <button type="submit" class="btn">{w().appoint}</button>
      </form>
      {known.problem.value && <p class="problem" role="alert">{known.problem.value}</p>}
    </section>
  );
}
