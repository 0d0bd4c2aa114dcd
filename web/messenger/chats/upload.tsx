/** A file on its way out. */
import { X } from "lucide";
import { sealed, type Upload } from "../sealed";
import { Icon } from "../shell/icon";
import { language } from "../shell/preferences";
import { sizeOf } from "../words/moments";
import { t } from "../words/words";

export function UploadRow({ upload }: { upload: Upload }) {
  const words = t().chat;
  const share = Math.round(upload.sent * 100);
  return (
    <div class="upload">
      <div class="upload-main">
        <b dir="auto">{upload.name}</b>
        <span class="small muted">
          {sizeOf(upload.bytes)} · {upload.state === "preparing" ? words.preparing : upload.state === "failed" ? words.failed : words.uploading(share)}
        </span>
        {upload.state !== "failed" && <progress max={100} value={share} aria-label={words.uploading(share)} />}
        {upload.problem && (
          <p class="problem" role="alert">
            {upload.problem[language.value]}
          </p>
        )}
      </div>
      {upload.state === "failed" && (
        <button type="button" class="btn" onClick={() => void sealed().retryUpload(upload.id)}>
          {words.retry}
        </button>
      )}
      <button type="button" class="round" aria-label={`${t().common.cancel}: ${upload.name}`} onClick={() => sealed().cancelUpload(upload.id)}>
        <Icon of={X} />
      </button>
    </div>
  );
}
