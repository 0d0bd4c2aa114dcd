/** Finding people by name; a chat with one of them, or a group. */
import { useSignal } from "@preact/signals";
import { NotebookPen, Plus, Search, Users, X } from "lucide";
import { useEffect } from "preact/hooks";
import { sealed, type Found, type Person, type Text } from "../sealed";
import { Problem } from "../joining/sign-in";
import { Avatar } from "../shell/avatar";
import { Icon } from "../shell/icon";
import { Pane } from "../shell/pane";
import { go } from "../shell/router";
import { t } from "../words/words";

export function NewChat() {
  const group = useSignal(false);
  const problem = useSignal<Text | null>(null);
  const busy = useSignal(false);
  const words = t().newChat;
  const open = async (doing: () => Promise<{ ok: true; room: string } | { ok: false; problem: Text }>) => {
    if (busy.value) return;
    busy.value = true;
    const done = await doing();
    busy.value = false;
    if (done.ok) go({ at: "chat", room: done.room });
    else problem.value = done.problem;
  };
  if (group.value) return <NewGroup problem={problem.value} busy={busy.value} create={(title, people) => void open(() => sealed().openGroup(title, people))} />;
  return (
    <Pane title={words.title}>
      <div class="form">
        <Problem text={problem.value} />
        <People pick={(person) => void open(() => sealed().openDirect(person.id))} name={words.start} />
        <div class="buttons start">
          <button type="button" class="btn" onClick={() => (group.value = true)}>
            <Icon of={Users} />
            {words.group}
          </button>
          <button type="button" class="btn" onClick={() => void open(async () => ({ ok: true, room: await sealed().notesRoom() }))}>
            <Icon of={NotebookPen} />
            {words.notes}
          </button>
        </div>
        {busy.value && <p role="status">{t().common.loading}</p>}
      </div>
    </Pane>
  );
}

function NewGroup({ problem, busy, create }: { problem: Text | null; busy: boolean; create: (title: string, people: string[]) => void }) {
  const chosen = useSignal<Person[]>([]);
  const title = useSignal("");
  const words = t().newChat;
  return (
    <Pane title={words.group}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          create(title.value, chosen.value.map(({ id }) => id));
        }}
      >
        <Problem text={problem} />
        <div class="field">
          <label for="group-title">{words.groupTitle}</label>
          <input id="group-title" value={title.value} maxLength={80} autocomplete="off" onInput={(event) => (title.value = event.currentTarget.value)} aria-describedby="group-hint" />
          <p class="hint" id="group-hint">
            {words.groupTitleHint}
          </p>
        </div>
        {chosen.value.length > 0 && (
          <ul class="chips" aria-label={words.chosen}>
            {chosen.value.map((person) => (
              <li key={person.id}>
                <span dir="auto">{person.name}</span>
                <button type="button" aria-label={words.remove(person.name)} onClick={() => (chosen.value = chosen.value.filter(({ id }) => id !== person.id))}>
                  <Icon of={X} />
                </button>
              </li>
            ))}
          </ul>
        )}
        <People
          pick={(person) => {
            if (!chosen.value.some(({ id }) => id === person.id)) chosen.value = [...chosen.value, person];
          }}
          name={(name) => `${words.add}: ${name}`}
        />
        <button type="submit" class="btn primary" disabled={busy || chosen.value.length === 0}>
          {words.create}
        </button>
      </form>
    </Pane>
  );
}

export function People({ pick, name }: { pick: (person: Person) => void; name: (name: string) => string }) {
  const text = useSignal("");
  const found = useSignal<Found[] | null>(null);
  const words = t().newChat;
  useEffect(() => {
    const typed = text.value.trim();
    if (typed === "") {
      found.value = null;
      return;
    }
    const wait = setTimeout(() => {
      void sealed()
        .find(typed)
        .then((people) => {
          if (text.value.trim() === typed) found.value = people;
        })
        .catch(() => undefined);
    }, 250);
    return () => clearTimeout(wait);
  }, [text.value]);
  return (
    <div class="field">
      <label for="find">{words.find}</label>
      <span class="with-icon">
        <Icon of={Search} />
        <input
          id="find"
          type="search"
          value={text.value}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          aria-describedby="find-hint"
          onInput={(event) => (text.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            const first = found.value?.[0];
            if (event.key !== "Enter") return;
            event.preventDefault();
            if (first) take(first);
          }}
        />
      </span>
      <p class="hint" id="find-hint">
        {words.findHint}
      </p>
      <div role="status">
        {found.value && found.value.length === 0 && <p>{words.nobody}</p>}
      </div>
      {found.value && found.value.length > 0 && (
        <ul class="people">
          {found.value.map((person) => (
            <li key={person.id}>
              <button type="button" class="row" aria-label={name(person.name)} onClick={() => take(person)}>
                <Avatar name={person.name} seed={person.id} />
                <span class="row-main">
                  <b dir="auto">{person.name}</b>
                  <span class="row-preview">{person.id}</span>
                </span>
                <Icon of={Plus} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );

  function take(person: Person): void {
    text.value = "";
    found.value = null;
    pick(person);
  }
}
