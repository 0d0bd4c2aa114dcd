/** Photos and files, decrypted here when they are looked at. */
import { useSignal } from "@preact/signals";
import { Download, FileText } from "lucide";
import { useEffect } from "preact/hooks";
import { sealed, type Attachment, type Body } from "../sealed";
import { Dialog } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { sizeOf } from "../words/moments";
import { t } from "../words/words";
import { TextBody } from "./text";

export function PhotoBody({ body }: { body: Extract<Body, { kind: "photo" }> }) {
  const address = useSignal("");
  const damaged = useSignal(false);
  const open = useSignal(false);
  useEffect(() => {
    sealed()
      .open(body.file, "preview")
      .then((found) => (address.value = found))
      .catch(() => (damaged.value = true));
  }, [body.file.source]);
  const ratio = body.width > 0 && body.height > 0 ? Math.min(3, Math.max(1 / 3, body.width / body.height)) : 4 / 3;
  if (damaged.value) return <p class="gone">{t().chat.damaged}</p>;
  return (
    <>
      <button type="button" class="photo" style={{ aspectRatio: String(ratio) }} aria-label={`${t().chat.openPhoto}: ${body.file.name}`} onClick={() => (open.value = true)}>
        {address.value && <img src={address.value} alt="" />}
      </button>
      {body.caption && <TextBody text={body.caption} />}
      {open.value && <Photo file={body.file} close={() => (open.value = false)} />}
    </>
  );
}

function Photo({ file, close }: { file: Attachment; close: () => void }) {
  const address = useSignal("");
  useEffect(() => {
    void sealed()
      .open(file, "whole")
      .then((found) => (address.value = found));
  }, []);
  return (
    <Dialog title={file.name} close={close}>
      <p class="whole-photo">{address.value && <img src={address.value} alt={file.name} />}</p>
      <div class="buttons">
        <button type="button" class="btn" onClick={() => void save(file)}>
          <Icon of={Download} />
          {t().chat.save}
        </button>
        <button type="button" class="btn primary" onClick={close}>
          {t().common.close}
        </button>
      </div>
    </Dialog>
  );
}

export function FileBody({ body }: { body: Extract<Body, { kind: "file" }> }) {
  const state = useSignal<"idle" | "busy" | "damaged">("idle");
  const fetchIt = async () => {
    state.value = "busy";
    try {
      await save(body.file);
      state.value = "idle";
    } catch {
      state.value = "damaged";
    }
  };
  return (
    <>
      <button type="button" class="file" disabled={state.value === "busy"} onClick={() => void fetchIt()} aria-label={`${t().chat.save}: ${body.file.name}`}>
        <span class="file-icon">
          <Icon of={state.value === "busy" ? Download : FileText} />
        </span>
        <span class="file-main">
          <b dir="auto">{body.file.name}</b>
          <span>{body.file.bytes > 0 ? sizeOf(body.file.bytes) : t().chat.file}</span>
        </span>
      </button>
      {state.value === "damaged" && <p class="gone">{t().chat.damaged}</p>}
      {body.caption && <TextBody text={body.caption} />}
    </>
  );
}

async function save(file: Attachment): Promise<void> {
  const address = await sealed().open(file, "whole");
  const link = Object.assign(document.createElement("a"), { href: address, download: file.name });
  link.click();
}
