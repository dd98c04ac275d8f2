// What the host says about itself, and its clock. A clock of the wall goes on by itself
// between two answers; a simulated one stands until somebody moves it.
import { useEffect, useState } from "react";
import { ApiError, json } from "./api";
import { connection } from "./connection";
import { store, useStore } from "./store";
import type { Info } from "./types";

export const info = store<{ value: Info | undefined; read: number }>({ value: undefined, read: 0 });

export async function readInfo(): Promise<void> {
  try {
    const { value } = await json<Info>("GET", "/app/info");
    info.set({ value, read: Date.now() });
  } catch (e) {
    if (!(e instanceof ApiError)) throw e;
  }
}

// useInfo is the host's word about itself; it is asked again when the server is back.
export function useInfo(): Info | undefined {
  return useStore(info).value;
}

export function useInfoReader() {
  const { epoch } = useStore(connection);
  useEffect(() => {
    void readInfo();
    const timer = setInterval(() => document.hidden || void readInfo(), 30_000);
    return () => clearInterval(timer);
  }, [epoch]);
}

// useNow is the host's time in milliseconds since 1970, once a second.
export function useNow(): number | undefined {
  const { value, read } = useStore(info);
  const [, tick] = useState(0);
  useEffect(() => {
    if (!value || value.simulated) return;
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, [value]);
  if (!value) return undefined;
  const then = Date.parse(value.now);
  return value.simulated ? then : then + (Date.now() - read);
}

// advance moves a simulated clock on; it resolves to the number of diffs.
export async function advance(by: string): Promise<number> {
  const { value } = await json<{ now: string; diffs: number }>("POST", "/app/clock", { advance: by });
  await readInfo();
  return value.diffs;
}
