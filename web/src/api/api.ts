// Calls to the server. There are two backends with one face: fetch and EventSource to where
// the page came from, or, in the playground, the same Go handler compiled to WebAssembly,
// which defines window.segmentCall and window.segmentFeed before the page starts.
import { found, lost, setProbe } from "./connection";
import { watchEvents, type FeedHandlers } from "./events";

export interface Answer {
  status: number;
  headers: Record<string, string>; // names in lower case
  body: string;
}

declare global {
  interface Window {
    segmentCall?: (method: string, path: string, body: string, headers: Record<string, string>) => Promise<Answer>;
    segmentFeed?: (from: number, onEvent: (name: string, data: string) => void) => () => void;
  }
}

// An ApiError is an answer that says no: a problem (RFC 9457), or no answer at all (status 0).
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly problem: Record<string, unknown> = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

export interface Options {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

// call makes one request. The path begins with a slash and is taken relative to the page.
export async function call(method: string, path: string, body?: unknown, o: Options = {}): Promise<Answer> {
  const text = body === undefined ? "" : JSON.stringify(body);
  const headers: Record<string, string> = { Accept: "application/json", ...o.headers };
  if (text) headers["Content-Type"] = "application/json";
  if (window.segmentCall) {
    const answer = await window.segmentCall(method, path, text, headers);
    o.signal?.throwIfAborted();
    return answer;
  }
  const r = await fetch("." + path, { method, headers, body: text || undefined, signal: o.signal, cache: "no-cache" });
  return { status: r.status, headers: Object.fromEntries(r.headers), body: await r.text() };
}

// json makes a call and reads its answer, or throws an ApiError.
export async function json<T>(method: string, path: string, body?: unknown, o: Options = {}): Promise<{ value: T; headers: Answer["headers"] }> {
  let answer: Answer;
  try {
    answer = await call(method, path, body, o);
  } catch (e) {
    if (o.signal?.aborted) throw e;
    lost();
    throw new ApiError(0, "The server does not answer.");
  }
  if (answer.status === 502 || answer.status === 503 || answer.status === 504) lost();
  else found();
  const value = parse(answer.body);
  if (answer.status >= 400) throw refused(answer, value);
  return { value: value as T, headers: answer.headers };
}

function parse(text: string): unknown {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

function refused(answer: Answer, value: unknown): ApiError {
  const problem = value && typeof value === "object" ? (value as Record<string, unknown>) : {};
  const message = problem.detail ?? problem.title ?? `The server answered with status ${answer.status}.`;
  return new ApiError(answer.status, String(message), problem, answer.headers);
}

// feed watches who enters and leaves, after the revision given (or from now on), until the
// function that it returns is called.
export function feed(from: number | undefined, on: FeedHandlers): () => void {
  if (!window.segmentFeed) return watchEvents(from, on);
  on.state("open");
  return window.segmentFeed(from ?? -1, (name, data) => on.event(name, data));
}

setProbe(async () => (await call("GET", "/app/info")).status < 500);
