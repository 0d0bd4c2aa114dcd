/** The member's own name, picture and link: what is public of them. */
import { useSignal } from "@preact/signals";
import { Copy } from "lucide";
import { useEffect } from "preact/hooks";
import { Problem } from "../joining/sign-in";
import { sealed, type Person, type Text } from "../sealed";
import { Icon } from "../shell/icon";
import { href } from "../shell/router";
import { t } from "../words/words";
import { PictureChoice } from "./picture";

type Outcome = { ok: true } | { ok: false; problem: Text };

export function Profile({ me }: { me: Person }) {
  const picture = useSignal<string | null>(null);
  const problem = useSignal<Text | null>(null);
  const busy = useSignal(false);
  const said = useSignal("");
  const name = useSignal(me.name);
  const words = t().profile;
  const look = () => void sealed().ownPicture().then((found) => (picture.value = found), () => undefined);
  useEffect(look, [me.id]);
  const run = async (act: () => Promise<Outcome>, then: () => void) => {
    problem.value = null;
    said.value = "";
    busy.value = true;
    const done = await act();
    busy.value = false;
    if (done.ok) then();
    else problem.value = done.problem;
  };
  return (
    <section class="section">
      <h2>{words.title}</h2>
      <Problem text={problem.value} />
      <PictureChoice
        name={me.name}
        seed={me.id}
        picture={picture.value}
        hint={words.public}
        busy={busy.value}
        choose={(file) => void run(() => sealed().setOwnPicture(file), look)}
        remove={() => void run(() => sealed().removeOwnPicture(), look)}
      />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run(() => sealed().setOwnName(name.value), () => (said.value = words.saved));
        }}
      >
        <div class="field">
          <label for="own-name">{words.name}</label>
          <span class="beside">
            <input id="own-name" value={name.value} maxLength={80} autocomplete="nickname" onInput={(event) => (name.value = event.currentTarget.value)} />
            <button type="submit" class="btn" disabled={busy.value || name.value.trim() === "" || name.value.trim() === me.name}>
              {t().about.save}
            </button>
          </span>
          <p class="hint">{me.id}</p>
        </div>
      </form>
      <p role="status">{said.value}</p>
      <OwnLink me={me} />
    </section>
  );
}

function OwnLink({ me }: { me: Person }) {
  const copied = useSignal(false);
  const words = t().profile;
  const link = `${location.origin}${location.pathname}${href({ at: "user", name: me.id.slice(1).split(":")[0] ?? "" })}`;
  return (
    <div class="field">
      <label for="own-link">{words.link}</label>
      <span class="beside">
        <input id="own-link" value={link} readOnly onFocus={(event) => event.currentTarget.select()} />
        <button type="button" class="btn" onClick={() => void navigator.clipboard.writeText(link).then(() => (copied.value = true))}>
          <Icon of={Copy} /> <span role="status">{copied.value ? t().common.copied : t().common.copy}</span>
        </button>
      </span>
      <p class="hint">{words.linkHint}</p>
    </div>
  );
}
