/** An invitation: who invites is said, all that others could have written stays hidden until it is accepted. */
import { useSignal } from "@preact/signals";
import { Flag, Lock } from "lucide";
import { Report } from "../channels/report";
import { sealed, type Chat, type Text } from "../sealed";
import { Problem } from "../joining/sign-in";
import { Icon } from "../shell/icon";
import { Pane } from "../shell/pane";
import { go } from "../shell/router";
import { t } from "../words/words";

export function Invitation({ chat }: { chat: Chat }) {
  const problem = useSignal<Text | null>(null);
  const busy = useSignal(false);
  const reporting = useSignal(false);
  const words = t().invitation;
  const inviter = chat.invitedBy;
  const act = async (doing: () => Promise<{ ok: true } | { ok: false; problem: Text }>, away: boolean) => {
    busy.value = true;
    const done = await doing();
    busy.value = false;
    if (!done.ok) problem.value = done.problem;
    else if (away) go({ at: "start" });
  };
  const block = async () => {
    if (inviter) await sealed().block(inviter.id, "yes");
    return sealed().leave(chat.id);
  };
  return (
    <Pane title={words.title(inviter?.name ?? "?")}>
      <div class="form">
        <p class="muted">{inviter?.id}</p>
        <p>{chat.kind === "direct" ? words.direct : words.group}</p>
        <p class="note sealed">
          <Icon of={Lock} />
          <span>
            {t().world.sealedLine}. {chat.kind === "group" && words.hidden}
          </span>
        </p>
        <Problem text={problem.value} />
        <div class="buttons start">
          <button type="button" class="btn primary" disabled={busy.value} onClick={() => void act(() => sealed().accept(chat.id), false)}>
            {words.accept}
          </button>
          <button type="button" class="btn" disabled={busy.value} onClick={() => void act(() => sealed().leave(chat.id), true)}>
            {words.decline}
          </button>
          <button type="button" class="btn danger" disabled={busy.value} onClick={() => void act(block, true)}>
            {words.declineBlock}
          </button>
          {inviter && (
            <button type="button" class="btn" onClick={() => (reporting.value = true)}>
              <Icon of={Flag} /> {t().disclose.report}
            </button>
          )}
        </div>
        {reporting.value && inviter && <Report target={inviter.id} close={() => (reporting.value = false)} />}
      </div>
    </Pane>
  );
}
