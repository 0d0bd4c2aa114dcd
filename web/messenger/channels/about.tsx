/** All about one channel: what it is, its address to pass on, what it writes, what is like it; for its owner, who runs it. */
import { useSignal } from "@preact/signals";
import { BellOff, Flag, Pin, Rss, Share2 } from "lucide";
import { useEffect } from "preact/hooks";
import * as api from "../open/api";
import { open, roleIn, shownOf } from "../open/live";
import type { Channel, Week } from "../open/model";
import { follows, isKept, keeping, toggle } from "../open/notes";
import { session } from "../sealed";
import { Icon } from "../shell/icon";
import { Pane } from "../shell/pane";
import { weekOf } from "../words/moments";
import { t } from "../words/words";
import { Bots } from "./bots";
import { ChannelRow } from "./discover";
import { Editors } from "./editors";
import { OwnChannel } from "./own";
import { Report } from "./report";
import { TakeOver } from "./take-over";
import { w } from "./words";

export function ChannelAbout({ name }: { name: string }) {
  const { channel, state } = shownOf(name);
  useEffect(() => {
    if (!shownOf(name).channel) void open(name);
  }, [name]);
  const back = { at: "channel", name } as const;
  if (!channel) return <Pane title={`@${name}`} back={back}><p class="form" role="status">{state === "missing" ? w().missing : t().common.loading}</p></Pane>;
  return (
    <Pane title={channel.title} back={back}>
      <div class="form wide">
        <p class="note open">{w().createText}</p>
        {channel.about && <p dir="auto">{channel.about}</p>}
        <p class="muted small">{w().followHint}</p>
        <InList name={name} />
        <Share channel={channel} />
        <Statistics name={name} />
        <Similar name={name} />
        {roleIn(name) === "owner" && (
          <>
            <OwnChannel channel={channel} />
            <Editors channel={name} />
            <Bots channel={name} />
            <TakeOver channel={name} />
          </>
        )}
      </div>
    </Pane>
  );
}

/** How the channel stands in the member's own list; nobody else learns of it. */
function InList({ name }: { name: string }) {
  if (session.value.state !== "ready" || (!follows.value.includes(name) && roleIn(name) === null)) return null;
  const words = t().about;
  return (
    <div class="chips-row" aria-busy={keeping.value}>
      <button type="button" class="btn" onClick={() => void toggle("pinned", name)}>
        <Icon of={Pin} /> {isKept("pinned", name) ? words.unpin : words.pin}
      </button>
      <button type="button" class="btn" onClick={() => void toggle("muted", name)}>
        <Icon of={BellOff} /> {isKept("muted", name) ? words.unmute : words.mute}
      </button>
    </div>
  );
}

function Share({ channel }: { channel: Channel }) {
  const said = useSignal("");
  const reporting = useSignal(false);
  return (
    <section class="section share">
      <h2>{w().share}</h2>
      <div class="share-parts">
        <img class="qr" src={`/c/${channel.name}/qr.svg`} alt={w().qr(channel.url)} width={148} height={148} />
        <div class="share-links">
          <a class="receipt" href={channel.url}>{channel.url}</a>
          <div class="chips-row">
            <button type="button" class="btn" onClick={() => void navigator.clipboard?.writeText(channel.url).then(() => (said.value = w().copied))}>
              <Icon of={Share2} /> {said.value || w().copyLink}
            </button>
            <a class="btn" href={`/c/${channel.name}/feed.atom`}>
              <Icon of={Rss} /> {w().feed}
            </a>
            <button type="button" class="btn" onClick={() => (reporting.value = true)}>
              <Icon of={Flag} /> {w().reportChannel}
            </button>
          </div>
        </div>
      </div>
      {reporting.value && <Report target={channel.url} close={() => (reporting.value = false)} />}
    </section>
  );
}

function Statistics({ name }: { name: string }) {
  const weeks = useSignal<readonly Week[]>([]);
  useEffect(() => void api.statistics(name).then((found) => (weeks.value = found.weeks), () => undefined), [name]);
  if (weeks.value.length === 0) return null;
  const first = weeks.value.findIndex((week) => week.posts + week.comments > 0);
  const most = Math.max(1, ...weeks.value.map((week) => week.posts + week.comments));
  return (
    <section class="section">
      <h2>{w().statistics}</h2>
      <p class="muted small">{w().statisticsText}</p>
      <div class="table-scroll" tabIndex={0} role="region" aria-label={w().statistics}>
        <table class="weeks">
          <thead>
            <tr>
              <th scope="col">{w().week}</th>
              <th scope="col">{w().posts}</th>
              <th scope="col">{w().commentsCount}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {weeks.value.slice(Math.max(0, first)).map((week) => (
              <tr key={week.begins}>
                <th scope="row">{weekOf(Date.parse(week.begins))}</th>
                <td>{week.posts}</td>
                <td>{week.comments}</td>
                <td aria-hidden="true">
                  <meter max={most} value={week.posts + week.comments} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Similar({ name }: { name: string }) {
  const found = useSignal<readonly Channel[]>([]);
  useEffect(() => void api.similar(name).then((page) => (found.value = page.items), () => undefined), [name]);
  if (found.value.length === 0) return null;
  return (
    <section class="section">
      <h2>{w().similar}</h2>
      <ul class="people">
        {found.value.map((one) => (
          <li key={one.id}>
            <ChannelRow channel={one} />
          </li>
        ))}
      </ul>
    </section>
  );
}
