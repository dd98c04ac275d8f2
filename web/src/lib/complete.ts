// What may be meant by the word before the cursor: fields, events, lists, segments, common
// values and keywords. Pure, so that it is tested without an editor.
import type { Schema } from "../api/types";
import { functions, keywords, tokenize, type Token } from "./tokens";

export interface Suggestion {
  label: string; // what is shown
  insert: string; // what is written
  kind: "field" | "event" | "list" | "segment" | "value" | "keyword" | "function";
  detail?: string;
}

export interface Suggestions {
  from: number; // what stands from here to the cursor is replaced
  options: Suggestion[];
}

const plain = /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u;
const reserved = new Set(keywords);

// name is a field or event as it is written in a rule: between backticks where it has to be.
export function name(text: string): string {
  if (plain.test(text) && !reserved.has(text.toUpperCase())) return text;
  return "`" + text.replaceAll("`", "``") + "`";
}

export const quote = (text: string) => JSON.stringify(text);

export function suggest(text: string, cursor: number, schema: Schema): Suggestions {
  const before = tokenize(text.slice(0, cursor));
  const last = before.at(-1);
  const typing = last && last.to === cursor && last.kind !== "bracket" && last.kind !== "operator" ? last : undefined;
  if (typing?.kind === "comment") return { from: cursor, options: [] };
  const path = typing ? pathStart(before) : before.length;
  const from = typing ? before[path]!.from : cursor;
  return { from, options: options(before.slice(0, path), schema, typing?.kind === "wrong") };
}

// pathStart is the index of the first token of the dotted name that ends the list.
function pathStart(tokens: Token[]): number {
  let i = tokens.length - 1;
  while (i >= 2 && tokens[i - 1]!.text === "." && tokens[i - 1]!.to === tokens[i]!.from) i -= 2;
  return i;
}

function options(before: Token[], schema: Schema, inText: boolean): Suggestion[] {
  const word = (back: number) => before.at(-back)?.text.toUpperCase() ?? "";
  if (word(1) === "LIST") return schema.lists.map((l) => ({ label: l, insert: quote(l), kind: "list" }));
  if (word(1) === "SEGMENT") return schema.segments.map((s) => ({ label: s.id, insert: quote(s.id), kind: "segment", detail: s.name }));
  const values = valuesFor(before, schema);
  if (inText) return values;
  if (word(1) === "(" && ["COUNT", "SUM", "AVG", "MIN", "MAX", "FIRST", "LAST", "DISTINCT"].includes(word(2))) return events(schema, true);
  if (["DID", "NEVER", "THEN"].includes(word(1))) return [...events(schema, false), ...words(["NOT"])];
  return [...values, ...fields(schema), ...events(schema, false), ...words(keywords), ...functions.map(asFunction)];
}

const asFunction = (f: string): Suggestion => ({ label: f + "()", insert: f + "(", kind: "function" });
const words = (list: string[]): Suggestion[] => list.map((k) => ({ label: k, insert: k, kind: "keyword" }));

function fields(schema: Schema): Suggestion[] {
  return schema.fields.map((f) => ({ label: f.name, insert: name(f.name), kind: "field", detail: f.label && f.label !== f.name ? `${f.label}, ${f.kind}` : f.kind }));
}

function events(schema: Schema, withProperties: boolean): Suggestion[] {
  return schema.events.flatMap((e) => [
    { label: e.name, insert: name(e.name), kind: "event" as const, detail: "event" },
    ...(withProperties
      ? e.properties.map((p) => ({ label: `${e.name}.${p.name}`, insert: `${name(e.name)}.${name(p.name)}`, kind: "event" as const, detail: p.kind }))
      : []),
  ]);
}

// valuesFor is the common values of the field that is compared: behind `country =` and
// within `country IN (…`.
function valuesFor(before: Token[], schema: Schema): Suggestion[] {
  let i = before.length - 1;
  while (i >= 0 && (before[i]!.kind === "text" || before[i]!.kind === "number" || /^[(,]$/.test(before[i]!.text))) i--;
  if (i < 1 || !(before[i]!.kind === "operator" || /^(IN|CONTAINS|OF|WITH)$/i.test(before[i]!.text))) return [];
  while (i > 0 && (before[i]!.kind === "operator" || before[i]!.kind === "keyword")) i--;
  const start = pathStart(before.slice(0, i + 1));
  const path = before.slice(start, i + 1).map((t) => t.text).join("").replaceAll("`", "");
  const field = schema.fields.find((f) => f.name === path);
  return (field?.values ?? []).map((v) => ({ label: String(v), insert: field?.kind === "number" || field?.kind === "bool" ? String(v).toUpperCase() : quote(String(v)), kind: "value", detail: path }));
}
