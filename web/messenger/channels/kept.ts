/** A list that its owner changes: what stands in it, and what went wrong with the last change. */
import { useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

export interface Kept<One> {
  items: Signal<readonly One[]>;
  problem: Signal<string>;
  /** Changes the list, and reads it again. */
  change: (act: () => Promise<unknown>) => Promise<void>;
}

export function useKept<One>(read: () => Promise<{ items: readonly One[] }>, of: string): Kept<One> {
  const items = useSignal<readonly One[]>([]);
  const problem = useSignal("");
  const look = () => read().then((found) => void (items.value = found.items), () => undefined);
  useEffect(() => void look(), [of]);
  const change = async (act: () => Promise<unknown>) => {
    problem.value = "";
    try {
      await act();
      await look();
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  return { items, problem, change };
}
