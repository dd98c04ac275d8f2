// The page that the address asks for: hash routes, so that the page works from any path and
// from static files.
import { useSyncExternalStore } from "react";

export interface Route {
  page: string; // segments, contacts, feed, overlap, import
  id: string | undefined;
  query: URLSearchParams;
}

export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [page, ...rest] = path.split("/");
  return { page: page || "segments", id: rest.length ? decode(rest.join("/")) : undefined, query: new URLSearchParams(query) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// to is the address of a page, for links.
export function to(page: string, id?: string, query?: Record<string, string>): string {
  const search = query && Object.keys(query).length ? "?" + new URLSearchParams(query) : "";
  return "#/" + page + (id === undefined ? "" : "/" + encodeURIComponent(id)) + search;
}

const watch = (then: () => void) => {
  window.addEventListener("hashchange", then);
  return () => window.removeEventListener("hashchange", then);
};

export const useHash = () => useSyncExternalStore(watch, () => window.location.hash);
