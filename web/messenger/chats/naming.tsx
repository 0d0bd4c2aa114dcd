/** Naming somebody: after `@` the people of the chat are offered, to be picked by keyboard or hand. */
import type { Person } from "../sealed";
import { Avatar } from "../shell/avatar";
import { t } from "../words/words";

const MOST = 6;
const BEGUN = /(?:^|[\s(])@([^\s@]{0,32})$/u;
const WITHIN_NAME = /[\p{L}\p{N}._-]/u;

/** Where a name was begun before the caret, and who fits what is typed of it. */
export interface Naming {
  from: number;
  fitting: readonly Person[];
  at: number;
}

export function namingAt(text: string, caret: number, people: readonly Person[]): Naming | null {
  const typed = BEGUN.exec(text.slice(0, caret))?.[1]?.toLocaleLowerCase();
  if (typed === undefined) return null;
  const fitting = people.filter(({ id, name }) => name.toLocaleLowerCase().startsWith(typed) || id.startsWith(`@${typed}`)).slice(0, MOST);
  const whole = fitting.length === 1 && fitting[0]?.name.toLocaleLowerCase() === typed; // nothing is left to choose
  return fitting.length > 0 && !whole ? { from: caret - typed.length - 1, fitting, at: 0 } : null;
}

/** The ids of those whom the text names. */
export function namedIn(text: string, people: readonly Person[]): string[] {
  return people.filter(({ name }) => placesOf(text, name).length > 0).map(({ id }) => id);
}

/** Where `@name` stands in the text, and not a longer name. */
export function placesOf(text: string, name: string): number[] {
  const places: number[] = [];
  const wanted = `@${name}`;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const next = text.slice(at + wanted.length, at + wanted.length + 2);
    if (!WITHIN_NAME.test(next[0] ?? " ") || /^[.-](?![\p{L}\p{N}])/u.test(next)) places.push(at);
  }
  return places;
}

export function NamingList({ naming, pick }: { naming: Naming; pick: (person: Person) => void }) {
  return (
    <ul class="naming" role="listbox" id="naming" aria-label={t().chat.mention}>
      {naming.fitting.map((person, at) => (
        <li
          key={person.id}
          id={`naming-${at}`}
          role="option"
          aria-selected={at === naming.at}
          onMouseDown={(event) => {
            event.preventDefault(); // the caret stays where it is
            pick(person);
          }}
        >
          <Avatar name={person.name} seed={person.id} />
          <b dir="auto">{person.name}</b>
          <span class="muted small">{person.id}</span>
        </li>
      ))}
    </ul>
  );
}
