/**
 * What was said, as a window over it that moves with the scrolling: however long a conversation is, the page holds no
 * more than `COUNT` lines of it.
 */
import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { ArrowDown, Lock, ShieldAlert } from "lucide";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { isOneLine, sealed, uploads, type Chat, type Part, type Timeline } from "../sealed";
import { throughFlow } from "../shell/arrows";
import { isAtEnd, NEAR, type Place, useHold, useRoom } from "../shell/hold";
import { Icon } from "../shell/icon";
import { t } from "../words/words";
import { Flow } from "./flow";
import type { Wish } from "./menu";
import { UploadRow } from "./upload";
import { wanted } from "./wanted";

const COUNT = 120;
const STEP = 40;
/** Pages loaded for one quote. */
const MOST_TRIES = 8;
export const NEWEST: Part = { end: null, count: COUNT };

interface Given {
  chat: Chat;
  timeline: Timeline;
  part: Signal<Part>;
  intend: (wish: Wish) => void;
}

export function History({ chat, timeline, part, intend }: Given) {
  const place = useRef<HTMLDivElement>(null);
  const atEnd = useSignal(true);
  const gaveUp = useRef(false);
  const { messages } = timeline;
  const last = messages.at(-1);
  const mine = uploads.value.filter(({ room }) => room === chat.id);
  const hold = useHold(place, atEnd);
  const center = (id: string) => (part.value = { end: sealed().after(chat.id, id, COUNT / 2), count: COUNT });

  useFirstLook(place, timeline, center, atEnd, hold);
  useRoom(place, atEnd);
  useWanted(place, chat.id, timeline, center, atEnd);
  useReading(chat, last?.key, atEnd);

  const earlier = async () => {
    if (timeline.earlier) {
      const ends = messages.filter((one, at) => !isOneLine(one.body, messages[at + 1]?.body));
      const end = ends.at(-1 - STEP) ?? last;
      if (end) part.value = { end: end.id, count: COUNT };
    } else if (!timeline.complete && !timeline.loading) {
      gaveUp.current = !(await sealed().earlier(chat.id));
    }
  };
  const later = () => {
    if (timeline.later && last) part.value = { end: sealed().after(chat.id, last.id, STEP), count: COUNT };
  };
  // A page that does not fill the window, or brings nothing that is shown, moves nothing: no scrolling would ask for the next.
  useEffect(() => {
    const flow = place.current;
    const atTop = flow !== null && flow.clientHeight > 0 && flow.scrollTop < NEAR;
    if (atTop && !gaveUp.current && !timeline.earlier && !timeline.complete && !timeline.loading) void earlier();
  });
  const scrolled = () => {
    const flow = place.current;
    if (!flow) return;
    const below = flow.scrollHeight - flow.scrollTop - flow.clientHeight;
    atEnd.value = isAtEnd(flow) && !timeline.later;
    hold();
    // Whoever reads further up keeps these messages on the screen, however many more arrive.
    if (below > NEAR && part.value.end === null && last && last.delivery !== "sending") part.value = { end: last.id, count: COUNT };
    if (flow.scrollTop < NEAR) void earlier();
    else if (below < NEAR) later();
  };
  return (
    <div class="flow-place">
      <div ref={place} class="flow" onScroll={scrolled} onKeyDown={(event) => throughFlow(event, place.current, ".line")} tabIndex={0} role="region" aria-label={t().chat.history} aria-description={t().chat.historyKeys}>
        <div class="column">
          {timeline.complete && !timeline.earlier ? (
            <p class="beginning">
              <Icon of={Lock} />
              {t().chat.beginning}
            </p>
          ) : (
            <button type="button" class="btn earlier" onClick={() => void earlier()}>
              {timeline.loading ? t().common.loading : t().chat.earlier}
            </button>
          )}
          <Flow messages={messages} chat={chat} firstNew={timeline.firstNew} intend={intend} />
          {timeline.later && (
            <button type="button" class="btn earlier" onClick={later}>
              {t().chat.later}
            </button>
          )}
          {mine.map((one) => (
            <UploadRow key={one.id} upload={one} />
          ))}
          {chat.blocked && (
            <p class="note">
              <Icon of={ShieldAlert} />
              {t().about.blocked}
            </p>
          )}
        </div>
      </div>
      {!atEnd.value && (
        <button
          type="button"
          class="round to-end"
          aria-label={t().chat.toLatest}
          onClick={() => {
            atEnd.value = true;
            part.value = { ...NEWEST };
          }}
        >
          <Icon of={ArrowDown} />
        </button>
      )}
    </div>
  );
}

/** At the first look: to the first unread message, if there is one. */
function useFirstLook(place: Place, { messages, firstNew, readUpTo }: Timeline, center: (id: string) => void, atEnd: Signal<boolean>, remember: () => void): void {
  const look = useRef<"first" | "centered" | "done">("first");
  useLayoutEffect(() => {
    if (look.current === "done" || messages.length === 0 || readUpTo === null || firstNew === null) return;
    const marker = place.current?.querySelector(".new-marker");
    if (!marker && look.current === "first") {
      look.current = "centered";
      return center(readUpTo);
    }
    look.current = "done";
    marker?.scrollIntoView({ block: "center" });
    const flow = place.current;
    if (flow) atEnd.value = isAtEnd(flow);
    remember();
  });
}

/** To the message that a quote leads to; what is not loaded is loaded, within reason. */
function useWanted(place: Place, room: string, timeline: Timeline, center: (id: string) => void, atEnd: Signal<boolean>): void {
  const id = wanted.value;
  const tries = useRef(0);
  useLayoutEffect(() => {
    tries.current = 0;
  }, [id]);
  useLayoutEffect(() => {
    const flow = place.current;
    if (id === null || !flow || timeline.loading) return;
    const line = flow.querySelector(`#${CSS.escape(`m-${id}`)}`);
    if (line || tries.current >= MOST_TRIES) {
      wanted.value = null;
      if (!line) return;
      atEnd.value = false;
      line.scrollIntoView({ block: "center" });
      return;
    }
    tries.current += 1;
    if (sealed().isLoaded(room, id)) center(id);
    else if (timeline.complete) wanted.value = null;
    else void sealed().earlier(room);
  });
}

/** Whoever looks at the end has read everything. */
function useReading(chat: Chat, last: string | undefined, atEnd: Signal<boolean>): void {
  const read = () => {
    if (atEnd.value && document.visibilityState === "visible") void sealed().markRead(chat.id);
  };
  useEffect(read, [last, chat.unread]);
  useSignalEffect(() => {
    if (atEnd.value) read();
  });
  useEffect(() => {
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  });
}
