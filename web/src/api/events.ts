// The stream of diffs over EventSource. A browser comes again by itself only after some
// failures, so the page does all of it: it closes the stream at the first error, waits, and
// opens a new one after the last revision that it has seen.
//
// A browser has six connections to a host, for all its tabs together, and a stream takes one.
// So a page that is not seen lets its stream go, and takes it up where it was when it is seen.

export interface FeedHandlers {
  event(name: string, data: string): void; // ready, diff, resync, error
  state(state: "open" | "waiting"): void;
}

const shortest = 500;
const longest = 8000;
const unseen = 10_000; // milliseconds after which a hidden page lets the stream go

export function watchEvents(from: number | undefined, on: FeedHandlers): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = from === undefined ? "" : String(from);
  let pause = shortest;
  let asleep = false;
  let nap: ReturnType<typeof setTimeout> | undefined;

  const open = () => {
    source = new EventSource("./v1/diffs" + (last ? `?from=${encodeURIComponent(last)}` : ""));
    const pass = (name: string) => (e: Event) => {
      if (!(e instanceof MessageEvent)) return;
      if (e.lastEventId) last = e.lastEventId;
      if (name === "ready" && !last) last = String((JSON.parse(String(e.data)) as { revision: number }).revision);
      if (name === "resync") last = "";
      pause = shortest;
      on.event(name, String(e.data));
      if (name === "resync" || name === "error") again();
    };
    source.onopen = () => on.state("open");
    for (const name of ["ready", "diff", "resync", "error"]) source.addEventListener(name, pass(name));
    source.onerror = (e) => {
      if (!(e instanceof MessageEvent)) again();
    };
  };

  const again = () => {
    source?.close();
    on.state("waiting");
    clearTimeout(timer);
    timer = setTimeout(open, pause);
    pause = Math.min(pause * 2, longest);
  };

  const sleep = () => {
    asleep = true;
    clearTimeout(timer);
    clearTimeout(nap);
    source?.close();
  };
  const wake = () => {
    clearTimeout(nap);
    if (!asleep) return;
    asleep = false;
    pause = shortest;
    open();
  };
  const seen = () => {
    clearTimeout(nap);
    if (document.visibilityState !== "hidden") wake();
    else nap = setTimeout(sleep, unseen);
  };
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("pagehide", sleep);
  window.addEventListener("pageshow", wake);

  open();
  return () => {
    document.removeEventListener("visibilitychange", seen);
    window.removeEventListener("pagehide", sleep);
    window.removeEventListener("pageshow", wake);
    sleep();
  };
}
