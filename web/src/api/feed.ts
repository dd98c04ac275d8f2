// The diffs that have come since the page was opened, kept for the live page, and a hook for
// whoever must look again when members change. There is one stream for the whole page.
import { useEffect, useRef } from "react";
import { feed } from "./api";
import { store } from "./store";
import type { Diff } from "./types";

export interface FeedItem extends Diff {
  key: number; // counts up over everything received
}

export interface Feed {
  state: "waiting" | "open";
  items: FeedItem[]; // newest first, at most `kept`
  received: number;
  restarts: number; // how often the stream had to begin anew
}

export const feedStore = store<Feed>({ state: "waiting", items: [], received: 0, restarts: 0 });

const kept = 500;
let pending: FeedItem[] = [];
let scheduled = false;
let revision: number | undefined;
let count = 0;

// flush shows what has come since the last time: at most ten times a second, however many
// diffs there are.
function flush() {
  scheduled = false;
  const f = feedStore.get();
  feedStore.set({ ...f, items: [...pending.reverse(), ...f.items].slice(0, kept), received: count });
  pending = [];
}

export function startFeed(): () => void {
  return feed(undefined, {
    state: (state) => feedStore.set({ ...feedStore.get(), state }),
    event(name, data) {
      if (name === "diff") {
        const diff = JSON.parse(data) as Diff;
        revision = diff.revision;
        pending.push({ ...diff, key: ++count });
        if (pending.length > kept) pending = pending.slice(-kept);
        if (!scheduled) setTimeout(flush, 100);
        scheduled = true;
        return;
      }
      const began = name === "ready" ? (JSON.parse(data) as { revision: number }).revision : undefined;
      const anew = name === "resync" || (began !== undefined && revision !== undefined && began < revision);
      if (anew) feedStore.set({ ...feedStore.get(), restarts: feedStore.get().restarts + 1 });
      if (anew) revision = began;
    },
  });
}

// useDiffs calls `then` after diffs have come, at most once in `pause` milliseconds.
export function useDiffs(then: () => void, pause = 1000) {
  const latest = useRef(then);
  latest.current = then;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let seen = feedStore.get().received;
    const stop = feedStore.watch(() => {
      const { received } = feedStore.get();
      if (received === seen || timer !== undefined) return;
      timer = setTimeout(() => {
        timer = undefined;
        seen = feedStore.get().received;
        latest.current();
      }, pause);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [pause]);
}
