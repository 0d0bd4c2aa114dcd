/** Devices, recovery key, blocked people, signing out: the part of the settings that needs an account. */
import { useSignal } from "@preact/signals";
import { BadgeCheck, KeyRound, LogOut, Smartphone, TriangleAlert } from "lucide";
import { useEffect } from "preact/hooks";
import { RecoveryBanner } from "../joining/recovery";
import { Problem } from "../joining/sign-in";
import { endSession } from "../open/api";
import { recovery, sealed, session, verification, type Device, type Person, type Text } from "../sealed";
import { Choices } from "../shell/choices";
import { Confirm, Dialog } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { mayNotify } from "../shell/notifying";
import { notifications, type NOTIFICATIONS } from "../shell/preferences";
import { go } from "../shell/router";
import { shortMoment } from "../words/moments";
import { t } from "../words/words";
import { forgetDrafts } from "./drafts";
import { Profile } from "./profile";

export function AccountSettings() {
  const leaving = useSignal(false);
  const words = t().devices;
  if (session.value.state !== "ready") return null;
  const { me } = session.value;
  return (
    <>
      <RecoveryBanner />
      <Profile me={me} />
      <Notifying />
      <Devices />
      <Blocked />
      {recovery.value === "complete" && (
        <section class="section">
          <button type="button" class="btn" onClick={() => void sealed().anotherRecoveryKey()}>
            <Icon of={KeyRound} /> {words.newKey}
          </button>
          <p class="muted small">{words.newKeyText}</p>
        </section>
      )}
      <section class="section">
        <button type="button" class="btn danger" onClick={() => (leaving.value = true)}>
          <Icon of={LogOut} /> {words.signOutHere}
        </button>
      </section>
      {leaving.value && (
        <Confirm
          title={words.signOutAsk}
          text={words.signOutText}
          yes={words.signOutHere}
          danger
          close={() => (leaving.value = false)}
          act={() => {
            forgetDrafts();
            void endSession().then(sealed().signOut);
            go({ at: "start" });
          }}
        />
      )}
    </>
  );
}

function Notifying() {
  const refused = useSignal(false);
  const words = t().notify;
  const choose = async (value: (typeof NOTIFICATIONS)[number]) => {
    refused.value = value !== "off" && !(await mayNotify());
    if (!refused.value) notifications.choose(value);
  };
  return (
    <div>
      <Choices
        name={words.title}
        values={[
          ["off", words.off],
          ["quiet", words.quiet],
          ["content", words.content],
        ]}
        chosen={notifications.value}
        choose={(value) => void choose(value)}
      />
      <p class="muted small">{words.hint}</p>
      <Problem text={refused.value ? words.refused : null} />
    </div>
  );
}

function Devices() {
  const all = useSignal<Device[]>([]);
  const ending = useSignal<Device | null>(null);
  const words = t().devices;
  const look = () => void sealed().devices().then((found) => (all.value = found), () => undefined);
  useEffect(look, [recovery.value, verification.value.state]);
  return (
    <section class="section">
      <h2>{words.title}</h2>
      <ul class="people">
        {all.value.map((one) => (
          <li key={one.id} class="person">
            <Icon of={Smartphone} />
            <span class="row-main">
              <b dir="auto">
                {one.name}
                {one.current && ` (${words.current})`}
              </b>
              <span class={`trust ${one.vouched ? "verified" : "changed"}`}>
                <Icon of={one.vouched ? BadgeCheck : TriangleAlert} />
                {one.vouched ? words.vouched : words.notVouched}
                {one.lastSeen !== null && !one.current && ` · ${words.lastSeen(shortMoment(one.lastSeen))}`}
              </span>
            </span>
            {!one.current && (
              <span class="person-acts">
                <button type="button" class="btn" aria-label={words.signOut(one.name)} onClick={() => (ending.value = one)}>
                  {words.signOutLabel}
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {all.value.length > 1 && (
        <button type="button" class="btn" onClick={() => void sealed().verifyOwnDevices()}>
          {words.confirm}
        </button>
      )}
      {ending.value && (
        <EndDevice
          device={ending.value}
          close={() => {
            ending.value = null;
            look();
          }}
        />
      )}
    </section>
  );
}

function EndDevice({ device, close }: { device: Device; close: () => void }) {
  const problem = useSignal<Text | null>(null);
  const words = t().devices;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget as HTMLFormElement).get("password") ?? "");
    const done = await sealed().signOutDevice(device.id, password);
    if (done.ok) close();
    else problem.value = done.problem;
  };
  return (
    <Dialog title={words.signOut(device.name)} close={close}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <Problem text={problem.value} />
        <div class="field">
          <label for="device-password">{words.password}</label>
          <input id="device-password" name="password" type="password" autocomplete="current-password" required />
        </div>
        <div class="buttons">
          <button type="button" class="btn" onClick={close}>
            {t().common.cancel}
          </button>
          <button type="submit" class="btn danger">
            {words.signOutLabel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Blocked() {
  const people = useSignal<Person[]>(sealed().blockedPeople());
  const words = t().devices;
  return (
    <section class="section">
      <h2>{words.blocked}</h2>
      {people.value.length === 0 && <p class="muted">{words.nobodyBlocked}</p>}
      <ul class="people">
        {people.value.map((one) => (
          <li key={one.id} class="person">
            <span class="row-main">
              <b dir="auto">{one.name}</b>
              <span class="row-preview">{one.id}</span>
            </span>
            <button
              type="button"
              class="btn"
              onClick={() =>
                void sealed()
                  .block(one.id, "no")
                  .then(() => (people.value = people.value.filter(({ id }) => id !== one.id)))
              }
            >
              {t().about.unblock(one.name)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
