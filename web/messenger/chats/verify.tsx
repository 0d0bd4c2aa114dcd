/** The comparison of emoji, above whatever is open. */
import { sealed, verification } from "../sealed";
import { Dialog } from "../shell/dialog";
import { language } from "../shell/preferences";
import { t } from "../words/words";

export function Verify() {
  const now = verification.value;
  if (now.state === "none") return null;
  const words = t().verify;
  const ended = now.state === "done" || now.state === "cancelled";
  return (
    <Dialog title={words.title} close={() => (ended ? sealed().closeVerification() : void sealed().cancelVerification())}>
      <Stage />
    </Dialog>
  );
}

function Stage() {
  const now = verification.value;
  const words = t().verify;
  switch (now.state) {
    case "none":
      return null;
    case "asked":
      return (
        <>
          <p>{now.own ? words.askedOwn : words.asked(now.by.name)}</p>
          <p class="muted">{words.why}</p>
          <div class="buttons">
            <button type="button" class="btn" onClick={() => void sealed().cancelVerification()}>
              {words.refuse}
            </button>
            <button type="button" class="btn primary" onClick={() => void sealed().acceptVerification()}>
              {words.accept}
            </button>
          </div>
        </>
      );
    case "waiting":
      return (
        <>
          <p role="status">{now.own ? words.waitingOwn : words.waiting(now.for.name)}</p>
          <div class="buttons">
            <button type="button" class="btn" onClick={() => void sealed().cancelVerification()}>
              {t().common.cancel}
            </button>
          </div>
        </>
      );
    case "compare":
      return (
        <>
          <p>{words.compare}</p>
          <ol class="sas">
            {now.emoji.map(({ symbol, name }, at) => (
              <li key={at} data-sas={name}>
                <span aria-hidden="true">{symbol}</span>
                <b>{(language.value === "id" && words.emoji[name]) || name}</b>
              </li>
            ))}
          </ol>
          <p class="muted">{words.compareHow}</p>
          <div class="buttons">
            <button type="button" class="btn danger" onClick={() => sealed().emojiDiffer()}>
              {words.differ}
            </button>
            <button type="button" class="btn primary" onClick={() => void sealed().emojiMatch()}>
              {words.match}
            </button>
          </div>
        </>
      );
    case "confirming":
      return <p role="status">{words.confirming}</p>;
    case "done":
    case "cancelled":
      return (
        <>
          <p role="status">{now.state === "done" ? words.done(now.with.name) : now.mismatch ? words.mismatch : words.cancelled}</p>
          <div class="buttons">
            <button type="button" class="btn primary" onClick={() => sealed().closeVerification()}>
              {t().common.close}
            </button>
          </div>
        </>
      );
  }
}
