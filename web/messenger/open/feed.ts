/**
 * Server-sent events over `fetch`: the browser's own `EventSource` would send cookies along, and reading carries no name.
 * After a break it goes on exactly where it stood.
 */
export interface FeedEvent {
  name: "post" | "edit" | "removed" | "restored";
  data: { id: string | null; channel: string; state: string };
}

const PAUSES = [500, 1_000, 3_000, 10_000];

/** Follows `channels` until `stop` is called. `again` is told when a break may have left a gap. */
export function follow(channels: readonly string[], seen: (event: FeedEvent) => void, again: () => void): () => void {
  const address = `/api/v1/feed?channels=${channels.map(encodeURIComponent).join(",")}`;
  let last = "";
  const open = async (stopping: AbortSignal) => {
    const answer = await fetch(address, { headers: last ? { "Last-Event-ID": last } : {}, credentials: "omit", signal: stopping });
    if (answer.status === 400 || answer.status === 410) {
      last = "";
      again();
    }
    return answer;
  };
  return read(open, (frame) => {
    const parsed = parse(frame);
    if (parsed.id) last = parsed.id;
    if (parsed.event) seen(parsed.event);
  });
}

/** Tells `news` whenever there may be something new for the member whose session `open` uses, until stopped. */
export function listen(open: (stop: AbortSignal) => Promise<Response>, news: () => void): () => void {
  return read(open, (frame) => frame.includes("event: inbox") && news());
}

/** Reads one stream after the other, until stopped. */
function read(open: (stop: AbortSignal) => Promise<Response>, each: (frame: string) => unknown): () => void {
  const stopping = new AbortController();
  void keepReading(open, each, stopping.signal);
  return () => stopping.abort();
}

async function keepReading(open: (stop: AbortSignal) => Promise<Response>, each: (frame: string) => unknown, stopping: AbortSignal): Promise<void> {
  for (let failures = 0; !stopping.aborted; ) {
    try {
      const answer = await open(stopping);
      if (!answer.ok || !answer.body) throw new Error(String(answer.status));
      failures = 0;
      await framesOf(answer.body, each);
    } catch {
      failures += 1;
    }
    if (!stopping.aborted) await new Promise((later) => setTimeout(later, PAUSES[Math.min(failures, PAUSES.length - 1)]));
  }
}

async function framesOf(body: ReadableStream<Uint8Array>, each: (frame: string) => unknown): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const frames = (rest + value).split("\n\n");
    rest = frames.pop() ?? "";
    frames.forEach(each);
  }
}

function parse(frame: string): { id: string; event: FeedEvent | null } {
  const fields = new Map(frame.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));
  const [name, data] = [fields.get("event"), fields.get("data")];
  const known = name === "post" || name === "edit" || name === "removed" || name === "restored";
  return { id: fields.get("id") ?? "", event: known && data ? { name, data: JSON.parse(data) } : null };
}
