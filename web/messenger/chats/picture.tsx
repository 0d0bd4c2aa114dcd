/** A picture that can be changed: shown large, with a way to choose another and to do without. */
import { ImageUp, Trash2 } from "lucide";
import { useRef } from "preact/hooks";
import { Avatar } from "../shell/avatar";
import { Icon } from "../shell/icon";
import { t } from "../words/words";

export function PictureChoice({ name, seed, picture, hint, busy, choose, remove }: {
  name: string;
  seed: string;
  picture: string | null;
  hint: string;
  busy: boolean;
  choose: (file: File) => void;
  remove: () => void;
}) {
  const picker = useRef<HTMLInputElement>(null);
  const words = t().picture;
  return (
    <div class="picture-choice">
      <Avatar name={name} seed={seed} picture={picture ?? undefined} />
      <div>
        <p class="hint muted small">{hint}</p>
        <div class="buttons start">
          <button type="button" class="btn" disabled={busy} onClick={() => picker.current?.click()}>
            <Icon of={ImageUp} /> {busy ? words.busy : picture ? words.change : words.choose}
          </button>
          {picture && (
            <button type="button" class="btn" disabled={busy} onClick={remove}>
              <Icon of={Trash2} /> {words.remove}
            </button>
          )}
        </div>
        <input
          ref={picker}
          type="file"
          accept="image/jpeg,image/png,image/webp,image/gif"
          hidden
          aria-hidden="true"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (file) choose(file);
          }}
        />
      </div>
    </div>
  );
}
