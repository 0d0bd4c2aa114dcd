/** Bringing a channel over from Telegram: a folder is chosen, and the rest is watched. */
import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Problem } from "../open/api";
import { foundExport, type Progress, takeOver } from "../open/export";
import type { Taken } from "../open/model";
import { w } from "./words";

export function TakeOver({ channel }: { channel: string }) {
  const progress = useSignal<Progress | null>(null);
  const running = useSignal<AbortController | null>(null);
  const said = useSignal("");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.setAttribute("webkitdirectory", "");
    return () => running.peek()?.abort();
  }, []);
  const begin = async (chosen: readonly File[]) => {
    progress.value = null;
    said.value = "";
    const stop = (running.value = new AbortController()); // no second one begins while it is looked into
    try {
      const found = await foundExport(chosen);
      if (found) await takeOver(channel, found, (now) => (progress.value = now), stop.signal);
      said.value = !found ? w().takeOverNone : stop.signal.aborted ? w().takeOverStopped : w().takeOverEnd;
    } catch (error) {
      const cancelled = error instanceof Problem && error.code === "cancelled";
      said.value = cancelled ? w().takeOverStopped : error instanceof Error ? error.message : String(error);
    } finally {
      running.value = null;
    }
  };
  return (
    <section class="section">
      <h2>{w().takeOver}</h2>
      <p class="muted small">{w().takeOverText}</p>
      <div class="buttons start">
        <Choice label={w().takeOverChoose} input={input} off={running.value !== null} chosen={(files) => void begin(files)} />
        <Choice label={w().takeOverChooseZip} accept=".zip" off={running.value !== null} chosen={(files) => void begin(files)} />
      </div>
      {progress.value && <Watched now={progress.value} />}
      {running.value && (
        <button type="button" class="btn" onClick={() => running.value?.abort()}>{w().takeOverStop}</button>
      )}
      {said.value && <p role="status">{said.value}</p>}
    </section>
  );
}

function Choice({ label, off, chosen, input, accept }: {
  label: string;
  off: boolean;
  chosen: (files: readonly File[]) => void;
  input?: RefObject<HTMLInputElement | null>;
  accept?: string;
}) {
  return (
    <label class={`btn file-choice ${off ? "off" : ""}`}>
      {label}
      <input
        {...(input ? { ref: input } : {})}
        class="visually-hidden"
        type="file"
        multiple={accept === undefined}
        accept={accept ?? ""}
        disabled={off}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          if (files.length > 0) chosen(files);
        }}
      />
    </label>
  );
}

function Watched({ now }: { now: Progress }) {
  const fates = Object.entries(now.counts) as [Taken["fate"], number][];
  return (
    <>
      <p class="beside">
        <progress max={now.all} value={now.done} aria-label={w().takeOver} /> <span>{w().takeOverAt(now.done, now.all)}</span>
      </p>
      <ul class="plain-rows counts">
        {fates.map(([fate, count]) => (
          <li key={fate}>
            <span>{w().fates[fate]}</span> <b>{count}</b>
          </li>
        ))}
      </ul>
      {now.missing > 0 && <p class="note">{w().takeOverMissing(now.missing)}</p>}
      {now.remarks.map((one) => (
        <p key={one.number} class="small">{w().takeOverRemark(one.number, `${w().fates[one.fate]}. `)}<About of={one} /></p>
      ))}
    </>
  );
}

/** Why; for what was refused, the way to the reasons and the appeal. */
function About({ of }: { of: Taken }) {
  const statement = /(sor_[a-z0-9]{26})/.exec(of.about)?.[1];
  if (statement) return <a href={`#/notices/${statement}`}>{w().reasonsAndAppeal}</a>;
  return of.fate === "held" ? null : <>{of.about}</>;
}
