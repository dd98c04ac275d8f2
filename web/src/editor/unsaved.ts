// What was typed and not saved, kept while other pages are looked at, and the identity of the
// editor: a new segment gets its id when it is saved, and its editor stays the same.

export interface Unsaved {
  name: string;
  text: string;
  revision: number | undefined; // of the draft that it began from
}

const kept = new Map<string, Unsaved>();

export const keep = (id: string, work: Unsaved) => void kept.set(id, work);
export const forget = (id: string) => void kept.delete(id);
export const take = (id: string) => kept.get(id);

let news = 0;
const keys = new Map<string, string>();

export const editorKey = (id: string) => (id === "new" ? `new ${news}` : (keys.get(id) ?? id));

// created says that what was edited as "new" has this id from now on.
export function created(id: string) {
  keys.set(id, `new ${news++}`);
  forget("new");
}

// slug is an id made of a name: lower case, with dashes, none of those taken.
export function slug(name: string, taken: Iterable<string>): string {
  const base = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "") || "segment";
  const used = new Set(taken).add("new");
  let id = base;
  for (let n = 2; used.has(id); n++) id = `${base}-${n}`;
  return id;
}
