/** What every screen on the right is made of: a head with the way back on a phone, and a body. */
import { ArrowLeft } from "lucide";
import type { ComponentChildren } from "preact";
import { t } from "../words/words";
import { Icon } from "./icon";
import { href, type Route } from "./router";

export function Pane({ title, back = { at: "start" }, act, children }: { title: string; back?: Route; act?: ComponentChildren; children: ComponentChildren }) {
  return (
    <main class="pane">
      <header class="head">
        <Back to={back} />
        <h1>{title}</h1>
        {act}
      </header>
      <div class="body">{children}</div>
    </main>
  );
}

export function Back({ to = { at: "start" } }: { to?: Route }) {
  return (
    <a class="round back" href={href(to)} aria-label={t().common.back}>
      <Icon of={ArrowLeft} />
    </a>
  );
}
