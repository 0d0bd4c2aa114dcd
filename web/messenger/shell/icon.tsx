/** One set of icons (Lucide), drawn inline. An icon never says anything alone: words stand beside it or in its button's name. */
import { h } from "preact";
import type { IconNode } from "lucide";

export function Icon({ of, class: more = "" }: { of: IconNode; class?: string }) {
  return (
    <svg class={`i ${more}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {of.map(([tag, attributes]) => h(tag, attributes as Record<string, string>))}
    </svg>
  );
}
