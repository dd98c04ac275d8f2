// Nested fields by their paths: {custom: {score: 5}} is custom.score.

type Fields = Record<string, unknown>;

// Objects with a key that starts with $ are values: {"$date": "2026-01-31"}.
const isNested = (v: unknown): v is Fields =>
  typeof v === "object" && v !== null && !Array.isArray(v) && !Object.keys(v).some((k) => k.startsWith("$"));

// flatten lists all fields that hold a value, with their paths.
export function flatten(fields: Fields, before = ""): [path: string, value: unknown][] {
  return Object.entries(fields).flatMap(([key, v]) => (isNested(v) ? flatten(v, before + key + ".") : [[before + key, v] as [string, unknown]]));
}

// setting is what to set so that the field at a path has a value: its outermost field, whole,
// because one part of an object cannot be set by itself. null takes the field away.
export function setting(fields: Fields, path: string, value: unknown): Fields {
  const dot = path.indexOf(".");
  if (path in fields || dot < 0) return { [path]: value };
  const [key, rest] = [path.slice(0, dot), path.slice(dot + 1)];
  const inner = isNested(fields[key]) ? fields[key] : {};
  const next: Fields = { ...inner, ...setting(inner, rest, value) };
  if (value === null) for (const k of Object.keys(next)) if (next[k] === null) delete next[k];
  return { [key]: next };
}
