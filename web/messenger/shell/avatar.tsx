import type { IconNode } from "lucide";
import { Icon } from "./icon";

/** A picture, an emblem, or two letters on one of eight colors that is always the same for the same name. Channels are square. */
export function Avatar({ name, seed, picture, emblem, square }: {
  name: string;
  seed: string;
  picture?: string | undefined;
  emblem?: IconNode | undefined;
  square?: boolean;
}) {
  return (
    <span class={`avatar hue-${hueOf(seed)} ${square ? "square" : ""}`} aria-hidden="true">
      {picture ? <img src={picture} alt="" /> : emblem ? <Icon of={emblem} /> : initials(name)}
    </span>
  );
}

export function initials(name: string): string {
  const letters = name
    .split(/\s+/)
    .map((word) => [...word].find((letter) => /[\p{L}\p{N}]/u.test(letter)))
    .filter((letter) => letter !== undefined);
  return letters.slice(0, 2).join("").toLocaleUpperCase() || "?";
}

function hueOf(seed: string): number {
  let sum = 0;
  for (const letter of seed) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum % 8;
}
