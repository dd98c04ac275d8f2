import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchEvents } from "./events";

// A stream that the test speaks for.
class FakeSource extends EventTarget {
  static all: FakeSource[] = [];
  onopen: (() => void) | null = null;
  onerror: ((e: Event) => void) | null = null;
  closed = false;
  constructor(readonly url: string) {
    super();
    FakeSource.all.push(this);
    this.addEventListener("error", (e) => this.onerror?.(e));
  }
  say(name: string, data: unknown, id = "") {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data), lastEventId: id }));
  }
  fail() {
    this.dispatchEvent(new Event("error"));
  }
  close() {
    this.closed = true;
  }
}

// A page that the test hides and shows.
class FakePage extends EventTarget {
  visibilityState = "visible";
  turn(to: "visible" | "hidden") {
    this.visibilityState = to;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}
let page: FakePage;

const last = () => FakeSource.all.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeSource);
  vi.stubGlobal("document", (page = new FakePage()));
  vi.stubGlobal("window", new EventTarget());
  FakeSource.all = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("comes again after the last revision, with longer and longer pauses", () => {
  const seen: string[] = [];
  const stop = watchEvents(undefined, { state: () => {}, event: (name, data) => seen.push(name + data) });
  expect(last().url).toBe("./v1/diffs");
  last().say("diff", { revision: 7 }, "7");
  last().fail();
  vi.advanceTimersByTime(500);
  expect(last().url).toBe("./v1/diffs?from=7");
  last().fail();
  vi.advanceTimersByTime(999);
  expect(FakeSource.all).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(FakeSource.all).toHaveLength(3);
  expect(FakeSource.all.slice(0, 2).every((s) => s.closed)).toBe(true);
  expect(seen).toEqual(['diff{"revision":7}']);
  stop();
  expect(last().closed).toBe(true);
});

test("after a resync it begins anew", () => {
  const names: string[] = [];
  watchEvents(3, { state: () => {}, event: (name) => names.push(name) });
  expect(last().url).toBe("./v1/diffs?from=3");
  last().say("resync", { code: "resync" });
  vi.advanceTimersByTime(500);
  expect(last().url).toBe("./v1/diffs");
  expect(names).toEqual(["resync"]);
});

test("an error that the server says is passed on, and the stream comes again where it was", () => {
  const names: string[] = [];
  watchEvents(undefined, { state: () => {}, event: (name) => names.push(name) });
  last().say("diff", {}, "4");
  last().say("error", { detail: "closing" });
  vi.advanceTimersByTime(500);
  expect(last().url).toBe("./v1/diffs?from=4");
  expect(names).toEqual(["diff", "error"]);
});

test("a page that is hidden for a while lets its stream go, and goes on where it was", () => {
  const stop = watchEvents(undefined, { state: () => {}, event: () => {} });
  last().say("ready", { revision: 7 });
  page.turn("hidden");
  vi.advanceTimersByTime(9_000);
  expect(last().closed).toBe(false); // only a look at another tab
  vi.advanceTimersByTime(1_000);
  expect(last().closed).toBe(true);
  expect(FakeSource.all).toHaveLength(1);
  page.turn("visible");
  expect(last().url).toBe("./v1/diffs?from=7");
  stop();
  page.turn("hidden");
  page.turn("visible");
  expect(FakeSource.all).toHaveLength(2);
});
