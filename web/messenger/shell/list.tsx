import { useSignal } from "@preact/signals";
import { BellOff, Compass, type IconNode, Lock, Megaphone, Pencil, Pin, Search, Settings, ShieldCheck } from "lucide";
import { memo } from "preact/compat";
import { w } from "../channels/words";
import { RecoveryBanner } from "../joining/recovery";
import { WaysIn } from "../joining/ways";
import { session } from "../sealed";
import { shortMoment } from "../words/moments";
import { t } from "../words/words";
import { step } from "./arrows";
import { Avatar } from "./avatar";
import { Icon } from "./icon";
import { language } from "./preferences";
import { href, OPEN, route, type Route } from "./router";
import { fitting, rows, type Row, type World } from "./rows";

const FIRST_ROWS = 50;
const MORE_ROWS = 50;
/** Pixels before the end at which the list grows. */
const NEAR = 800;
const EMBLEM = { sealed: Lock, open: Megaphone, official: ShieldCheck };

/** Screens that ask for the recovery key themselves: beside them the list does not ask again. */
const OWN_BANNER = new Set<Route["at"]>(["chat", "settings"]);

export function ConversationList() {
  const filter = useSignal<"all" | World>("all");
  const text = useSignal("");
  const signedIn = session.value.state === "ready";
  const shown = fitting(rows.value, filter.value, text.value);
  return (
    <nav class="list" aria-label={t().shell.conversations} onKeyDown={(event) => step(event, event.currentTarget, ".rows .row")}>
      <div class="list-top">
        <label class="search">
          <Icon of={Search} />
          <input
            type="search"
            value={text.value}
            onInput={(event) => (text.value = event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Enter" && shown[0] && (location.hash = shown[0].href)}
            placeholder={t().shell.searchShort}
            aria-label={t().shell.search}
          />
        </label>
        <a class="round" href={href({ at: "discover" })} aria-label={w().discover} title={w().discover}>
          <Icon of={Compass} />
        </a>
        <a class="round" href={href({ at: "settings" })} aria-label={t().shell.settings} title={t().shell.settings}>
          <Icon of={Settings} />
        </a>
        {signedIn && (
          <a class="round primary" href={href({ at: "new-chat" })} aria-label={t().shell.newChat} title={t().shell.newChat}>
            <Icon of={Pencil} />
          </a>
        )}
      </div>
      <Filters chosen={filter.value} choose={(value) => (filter.value = value)} />
      {!OWN_BANNER.has(route.value.at) && <RecoveryBanner />}
      {shown.length > 0 ? (
        <Rows rows={shown} />
      ) : (
        <Empty searching={text.value !== "" || filter.value !== "all"} signedIn={signedIn} />
      )}
    </nav>
  );
}

function Filters({ chosen, choose }: { chosen: "all" | World; choose: (value: "all" | World) => void }) {
  const words = t().shell;
  const names: ["all" | World, string][] = [
    ["all", words.filterAll],
    ["sealed", words.filterSealed],
    ["open", words.filterChannels],
    ["official", words.filterOfficial],
  ];
  return (
    <div class="filters" role="group" aria-label={words.filters}>
      {names.map(([value, name]) => (
        <button key={value} type="button" aria-pressed={chosen === value} onClick={() => choose(value)}>
          {name}
        </button>
      ))}
    </div>
  );
}

/** A long list grows as it is scrolled or walked through; what its rows say is compared before they are drawn again. */
function Rows({ rows: all }: { rows: readonly Row[] }) {
  const count = useSignal(FIRST_ROWS);
  const here = route.value;
  const open = "room" in here ? href({ at: "chat", room: here.room }) : href(here);
  // The Tab key stops once in the list; from there the arrows go on.
  const stop = all.find((row) => row.href === open) ?? all[0];
  const scrolled = (event: Event) => {
    const { scrollTop, clientHeight, scrollHeight } = event.currentTarget as HTMLElement;
    if (scrollHeight - scrollTop - clientHeight < NEAR && count.value < all.length) count.value += MORE_ROWS;
  };
  return (
    <ul class="rows" onScroll={scrolled}>
      {all.slice(0, count.value).map((row) => (
        <ListRow key={row.key} row={row} current={row.href === open} stop={row === stop} look={language.value} />
      ))}
    </ul>
  );
}

const ListRow = memo(
  OneRow,
  (a, b) => a.current === b.current && a.stop === b.stop && a.look === b.look && JSON.stringify(a.row) === JSON.stringify(b.row),
);

function OneRow({ row, current, stop }: { row: Row; current: boolean; stop: boolean; look: string }) {
  return (
    <li>
      <a class={`row in-${row.world}`} href={row.href} aria-current={current ? "page" : undefined} tabIndex={stop ? 0 : -1}>
        <Avatar name={row.title} seed={row.seed ?? row.key} picture={row.picture} square={row.world === "open"} emblem={row.emblem ?? (row.world === "official" ? ShieldCheck : undefined)} />
        <span class="row-main">
          <span class="row-line">
            <span class={`row-name ${row.world}`}>
              <Icon of={EMBLEM[row.world]} />
              <span class="visually-hidden">{row.world === "open" ? t().world.public : row.world === "sealed" ? t().world.sealed : ""}</span>
              <b dir="auto">{row.title}</b>
              {row.muted && <Sign of={BellOff} word={t().shell.muted} />}
            </span>
            {row.at > 0 && <time dateTime={new Date(row.at).toISOString()}>{shortMoment(row.at)}</time>}
          </span>
          <span class="row-line">
            <span class="row-preview" dir="auto">
              {row.draft ? <span class="draft">{row.draft}</span> : row.preview}
            </span>
            <Marks row={row} />
          </span>
        </span>
      </a>
    </li>
  );
}

/** That one is named, how much is unread, and where nothing is, that the row is pinned. */
function Marks({ row }: { row: Row }) {
  return (
    <span class="row-marks">
      {(row.mentions ?? 0) > 0 && (
        <span class="badge">
          <span aria-hidden="true">@</span>
          <span class="visually-hidden">{t().shell.mentions}</span>
        </span>
      )}
      {row.unread > 0 && (
        <span class={`badge ${row.muted ? "quiet" : ""}`}>
          <span aria-hidden="true">{row.unread > 999 ? "999+" : row.unreadMore ? `${row.unread}+` : row.unread}</span>
          <span class="visually-hidden">{row.unreadMore ? t().shell.unreadMore(row.unread) : t().shell.unread(row.unread)}</span>
        </span>
      )}
      {row.pinned && row.unread === 0 && <Sign of={Pin} word={t().shell.pinned} />}
    </span>
  );
}

/** Of what will stand here; the welcome says the rest where it is open. */
function Stranger() {
  return (
    <div class="empty-list">
      <p>{t().shell.strangerText}</p>
      {OPEN.has(route.value.at) && (
        <p class="buttons center">
          <WaysIn />
        </p>
      )}
    </div>
  );
}

function Sign({ of, word }: { of: IconNode; word: string }) {
  return (
    <span class="row-sign" title={word}>
      <Icon of={of} />
      <span class="visually-hidden">{word}</span>
    </span>
  );
}

function Empty({ searching, signedIn }: { searching: boolean; signedIn: boolean }) {
  const words = t().shell;
  if (searching) return <p class="empty-list">{words.nothingFound}</p>;
  if (!signedIn) return <Stranger />;
  return (
    <div class="empty-list">
      <b>{words.emptyTitle}</b>
      <p>{words.emptyText}</p>
      <a class="btn primary" href={href({ at: "new-chat" })}>
        {words.newChat}
      </a>
      <a class="btn" href={href({ at: "discover" })}>
        {w().discover}
      </a>
    </div>
  );
}
