// useLoad loads something and loads it again when its dependencies change, when the server
// is back after it was away, and when reload is called. While it loads again, what was there
// stays on the page.
import { useCallback, useEffect, useState, type DependencyList } from "react";
import { connection } from "./connection";
import { useStore } from "./store";

export interface Loaded<T> {
  value: T | undefined;
  error: Error | undefined;
  loading: boolean;
  reload: () => void;
}

export function useLoad<T>(get: (signal: AbortSignal) => Promise<T>, deps: DependencyList): Loaded<T> {
  const [state, setState] = useState<{ value?: T; error?: Error; loading: boolean }>({ loading: true });
  const [turn, setTurn] = useState(0);
  const { epoch } = useStore(connection);
  useEffect(() => {
    const stop = new AbortController();
    setState((s) => ({ ...s, loading: true }));
    get(stop.signal).then(
      (value) => !stop.signal.aborted && setState({ value, loading: false }),
      (error: Error) => !stop.signal.aborted && setState((s) => ({ ...s, error, loading: false })),
    );
    return () => stop.abort();
    // eslint-style dependency lists do not apply: `get` is made anew by every render.
  }, [...deps, turn, epoch]);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  return { value: state.value, error: state.error, loading: state.loading, reload };
}
