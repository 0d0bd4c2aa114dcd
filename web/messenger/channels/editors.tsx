/** Who writes in the channel's name. Only its owner sees and changes this. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as api from "../open/api";
import { w } from "./words";

export function Editors({ channel }: { channel: string }) {
  const known = useSignal<{ member: string; role: string }[]>([]);
  const wish = useSignal("");
  const problem = useSignal("");
  const look = () => void api.roles(channel).then((found) => (known.value = found.items), () => undefined);
  useEffect(look, [channel]);
  const set = async (who: string, editor: boolean) => {
    problem.value = "";
    try {
      await api.appoint(channel, who, editor);
      wish.value = "";
      look();
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  return (
    <section class="section">
      <h2>{w().editors}</h2>
      <ul class="plain-rows">
        {known.value.map((one) => (
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
      {problem.value && <p class="problem" role="alert">{problem.value}</p>}
    </section>
  );
}
