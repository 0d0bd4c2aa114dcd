/** A calm page of its own, for the moments before there is a list. */
import { Lock } from "lucide";
import type { ComponentChildren } from "preact";
import { language, LANGUAGES } from "../shell/preferences";
import { Icon } from "../shell/icon";
import { t } from "../words/words";

export function Frame({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <main class="frame">
      <div class="frame-card">
        <p class="frame-emblem">
          <Icon of={Lock} />
        </p>
        <h1>{title}</h1>
        {children}
      </div>
      <p class="frame-languages">
        {LANGUAGES.map((one) => (
          <button key={one} type="button" lang={one} aria-pressed={language.value === one} onClick={() => language.choose(one)}>
            {t().language[one]}
          </button>
        ))}
      </p>
    </main>
  );
}
