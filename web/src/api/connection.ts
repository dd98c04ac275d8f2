// Whether the server answers. Who notices that it does not calls lost(); from then on the
// server is asked again and again, with longer and longer pauses, until it answers. Then
// `epoch` grows by one, and whatever was loaded before is loaded anew.
import { store } from "./store";

export interface Connection {
  state: "connecting" | "online" | "offline";
  epoch: number;
  retryAt: number; // milliseconds since 1970 of the next try, while offline
}

export const connection = store<Connection>({ state: "connecting", epoch: 0, retryAt: 0 });

const shortest = 500;
const longest = 8000;
let timer: ReturnType<typeof setTimeout> | undefined;
let pause = shortest;
let probe: () => Promise<boolean> = async () => true;

// How the server is asked whether it is there. Set once, by api.ts.
export function setProbe(ask: () => Promise<boolean>) {
  probe = ask;
}

export function found() {
  const c = connection.get();
  if (c.state === "connecting") connection.set({ ...c, state: "online" });
}

export function lost() {
  if (timer !== undefined) return;
  pause = shortest;
  plan();
}

export function tryNow() {
  if (timer === undefined) return;
  clearTimeout(timer);
  void attempt();
}

function plan() {
  const wait = pause * (0.75 + Math.random() / 2); // not all pages at once
  connection.set({ ...connection.get(), state: "offline", retryAt: Date.now() + wait });
  timer = setTimeout(attempt, wait);
}

async function attempt() {
  if (await probe().catch(() => false)) {
    timer = undefined;
    const c = connection.get();
    connection.set({ state: "online", epoch: c.epoch + 1, retryAt: 0 });
    return;
  }
  pause = Math.min(pause * 2, longest);
  plan();
}
