// The stream of diffs over EventSource. A browser comes again by itself only after some
// failures, so the page does all of it: it closes the stream at the first error, waits, and
// opens a new one after the last revision that it has seen.

export interface FeedHandlers {
  event(name: string, data: string): void; // ready, diff, resync, error
  state(state: "open" | "waiting"): void;
}

const shortest = 500;
const longest = 8000;

export function watchEvents(from: number | undefined, on: FeedHandlers): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = from === undefined ? "" : String(from);
  let pause = shortest;

  const open = () => {
    source = new EventSource("./v1/diffs" + (last ? `?from=${encodeURIComponent(last)}` : ""));
    const pass = (name: string) => (e: Event) => {
      if (!(e instanceof MessageEvent)) return;
      if (e.lastEventId) last = e.lastEventId;
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

  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
