// What a rule would do, asked anew when it changes, when members change and when a simulated
// clock moves. What was there stays until the answer comes.
import { useEffect, useState } from "react";
import { ApiError, json } from "../api/api";
import { connection } from "../api/connection";
import { useDiffs } from "../api/feed";
import { useInfo } from "../api/info";
import { useStore } from "../api/store";

export interface Asked<T> {
  value: T | undefined;
  error: string;
  loading: boolean;
}

export function useAsked<T>(path: string, rule: string, body: object, pause: number): Asked<T> {
  const [state, setState] = useState<Asked<T>>({ value: undefined, error: "", loading: false });
  const [turn, setTurn] = useState(0);
  const { epoch } = useStore(connection);
  const info = useInfo();
  const clock = info?.simulated ? info.now : "";
  useDiffs(() => setTurn((n) => n + 1), 2000);
  useEffect(() => {
    if (rule === "") {
      setState({ value: undefined, error: "", loading: false });
      return;
    }
    const stop = new AbortController();
    setState((s) => ({ ...s, loading: true }));
    const timer = setTimeout(async () => {
      try {
        const { value } = await json<T>("POST", path, { rule, ...body }, { signal: stop.signal });
        if (!stop.signal.aborted) setState({ value, error: "", loading: false });
      } catch (e) {
        if (stop.signal.aborted) return;
        const away = e instanceof ApiError && e.status === 0;
        setState((s) => ({ value: away ? s.value : undefined, error: away ? "" : (e as Error).message, loading: false }));
      }
    }, pause);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [path, rule, JSON.stringify(body), pause, turn, epoch, clock]);
  return state;
}
