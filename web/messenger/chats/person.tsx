/** Behind somebody's link: who it is, and the way to a sealed chat with them. */
import { useSignal } from "@preact/signals";
import { Flag, Lock } from "lucide";
import { Report } from "../channels/report";
import { Problem } from "../joining/sign-in";
import { sealed, session, type Text } from "../sealed";
import { Avatar } from "../shell/avatar";
import { Icon } from "../shell/icon";
import { Pane } from "../shell/pane";
import { go } from "../shell/router";
import { t } from "../words/words";

export function PersonView({ name }: { name: string }) {
  const problem = useSignal<Text | null>(null);
  const busy = useSignal(false);
  const reporting = useSignal(false);
  const words = t().person;
  const person = sealed().personCalled(name);
  if (!person) return <Pane title={words.title}>{t().newChat.nobody}</Pane>;
  const own = session.value.state === "ready" && session.value.me.id === person.id;
  const open = async () => {
    busy.value = true;
    const done = await sealed().openDirect(person.id);
    busy.value = false;
    if (done.ok) go({ at: "chat", room: done.room });
    else problem.value = done.problem;
  };
  return (
    <Pane title={words.title}>
      <div class="form person-view">
        <Avatar name={person.name} seed={person.id} />
        <h2 dir="auto">{person.name}</h2>
        <p class="muted">{person.id}</p>
        <Problem text={problem.value} />
        {own ? (
          <p>{words.own}</p>
        ) : (
          <>
            <p class="note sealed">
              <Icon of={Lock} /> <span>{words.sealed}</span>
            </p>
            <div class="buttons center">
              <button type="button" class="btn primary" disabled={busy.value} onClick={() => void open()}>
                {t().newChat.start(person.name)}
              </button>
              <button type="button" class="btn" onClick={() => (reporting.value = true)}>
                <Icon of={Flag} /> {t().disclose.report}
              </button>
            </div>
          </>
        )}
        {reporting.value && <Report target={person.id} close={() => (reporting.value = false)} />}
      </div>
    </Pane>
  );
}
