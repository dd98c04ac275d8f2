// What can be chosen in the tree: fields, events, lists, segments, and text for all the rest.
import type { OptionGroup, RuleType } from "react-querybuilder";
import type { Kind, Schema } from "../api/types";

export interface TreeField {
  name: string;
  value: string;
  label: string;
  kind: Kind | "event" | "members" | "rule";
  values?: unknown[];
  [key: string]: unknown;
}

const field = (name: string, label: string, kind: TreeField["kind"], values?: unknown[]): TreeField => ({ name, value: name, label, kind, values });

// fieldGroups lists all of them; `known` adds those that a rule uses and the schema lacks.
export function fieldGroups(schema: Schema, usedFields: Iterable<string>): OptionGroup<TreeField>[] {
  const fields = schema.fields.map((f) => field(f.name, f.label || f.name, f.kind, f.values));
  const events = schema.events.map((e) => field("event:" + e.name, e.name, "event"));
  const members = [field("list", "In the list", "members"), field("segment", "In the segment", "members")];
  const known = new Set([...fields, ...events, ...members].map((f) => f.name).concat("$rule"));
  for (const name of usedFields) {
    if (known.has(name)) continue;
    if (name.startsWith("event:")) events.push(field(name, name.slice(6), "event"));
    else fields.push(field(name, name, "any"));
  }
  return [
    { label: "Fields", options: fields },
    { label: "What they did", options: events },
    { label: "Membership", options: members },
    { label: "Anything else", options: [field("$rule", "Rule text", "rule")] },
  ].filter((g) => g.options.length > 0);
}

export const flat = (groups: OptionGroup<TreeField>[]): Map<string, TreeField> => new Map(groups.flatMap((g) => g.options.map((f) => [f.name, f])));

const labels: Record<string, string> = {
  "=": "is", "!=": "is not", "<": "less than", "<=": "at most", ">": "more than", ">=": "at least",
  contains: "contains", doesNotContain: "does not contain", beginsWith: "starts with", doesNotBeginWith: "does not start with",
  endsWith: "ends with", doesNotEndWith: "does not end with", null: "is missing", notNull: "is set",
  in: "is one of", notIn: "is none of", between: "is between", notBetween: "is not between", is: "says",
};
const counted: Record<string, string> = { "=": "exactly", "!=": "not exactly", "<": "fewer than", "<=": "at most", ">": "more than", ">=": "at least" };
const dated: Record<string, string> = { "<": "before", "<=": "on or before", ">": "after", ">=": "on or after" };

const order = ["<", "<=", ">", ">="];
const text = ["contains", "doesNotContain", "beginsWith", "doesNotBeginWith", "endsWith", "doesNotEndWith"];
const sets = ["in", "notIn"];
const ranges = ["between", "notBetween"];
const exists = ["null", "notNull"];
const equal = ["=", "!="];

function names(kind: TreeField["kind"]): string[] {
  switch (kind) {
    case "event": return [">=", ">", "=", "!=", "<=", "<"];
    case "members": return sets;
    case "rule": return ["is"];
    case "bool": return [...equal, ...exists];
    case "number": case "duration": case "date": case "time": return [...equal, ...order, ...ranges, ...sets, ...exists];
    case "list": case "object": return ["contains", "doesNotContain", ...exists, ...equal];
    case "text": return [...equal, ...text, ...sets, ...exists, ...order, ...ranges];
    default: return [...equal, ...order, ...text, ...sets, ...ranges, ...exists];
  }
}

export function operators(f: TreeField | undefined, usedHere: Iterable<string> = []) {
  const kind = f?.kind ?? "any";
  const special = kind === "event" ? counted : kind === "date" || kind === "time" ? dated : kind === "members" ? { in: "yes", notIn: "no" } : {};
  const all = [...new Set([...names(kind), ...usedHere])];
  return all.map((name) => ({ name, value: name, label: (special as Record<string, string>)[name] ?? labels[name] ?? name }));
}

export interface EventValue {
  agg: "count";
  n: number;
  window?: { last: number; unit: string };
}

// defaultValue is what a new condition asks before anything is chosen.
export function defaultValue(rule: RuleType, f: TreeField | undefined, schema: Schema): unknown {
  switch (f?.kind) {
    case "event": return { agg: "count", n: 1, window: { last: 30, unit: "days" } } satisfies EventValue;
    case "members": return rule.field === "list" ? (schema.lists[0] ?? "") : (schema.segments[0]?.id ?? "");
    case "bool": return true;
    case "number": return 0;
    case "date": case "time": return new Date().toISOString().slice(0, 10);
    case "rule": return "";
    default: return typeof f?.values?.[0] === "object" ? "" : (f?.values?.[0] ?? "");
  }
}
