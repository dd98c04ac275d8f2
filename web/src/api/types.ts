// The shapes that the server answers with, as CONTRACT and httpapi/openapi.json have them.
// Instants are RFC 3339 text in UTC.
import type { RuleGroupType } from "react-querybuilder";

export interface Info {
  title: string;
  now: string;
  simulated: boolean;
  contacts: number;
  segments: number;
  version: string;
  systems: string[];
  playground: boolean;
}

export type Kind = "text" | "number" | "bool" | "time" | "date" | "duration" | "list" | "object" | "any";

export interface SchemaField {
  name: string;
  label: string;
  kind: Kind;
  values?: unknown[];
}

export interface SchemaEvent {
  name: string;
  properties: { name: string; kind: Kind }[];
}

export interface Schema {
  fields: SchemaField[];
  events: SchemaEvent[];
  lists: string[];
  segments: { id: string; name: string }[];
}

// A fault has its place in the rule text: offset and length count bytes of UTF-8.
export interface Fault {
  code: string;
  message: string;
  line?: number;
  column?: number;
  offset?: number;
  length?: number;
  path?: unknown;
  suggestion?: string;
  fix?: string; // the whole rule as it was probably meant
}

// Of a warning the part is told that it is about, and its place where that is known (line > 0).
export interface Warning {
  code: string;
  message: string;
  part?: string;
  line?: number;
  offset?: number; // left out where it is 0
  length?: number;
  fix?: string; // what to write in place of the part
}

export interface TreeAnswer {
  rule?: string; // missing, as the tree, if there are faults
  tree?: RuleGroupType;
  faults: Fault[];
  warnings: Warning[];
  losses?: Loss[]; // what of a tree no rule can say
}

export interface Draft {
  id: string;
  name: string;
  rule: string;
  updated: string;
  revision: number;
  active: boolean;
}

export interface SegmentRow {
  id: string;
  name: string;
  rule: string;
  size: number;
  sizes: { at: string; n: number }[];
  entered_day: number;
  left_day: number;
  churn: number;
  warnings: number;
  draft: boolean;
}

export interface Preview {
  count: number;
  funnel: { rule: string; count: number }[];
  missing: number;
  sample: string[];
  enter: number;
  leave: number;
  enter_sample: string[];
  leave_sample: string[];
  took_ms: number;
}

export interface Ahead {
  ahead: { days: number; at: string; count: number }[];
  sampled?: number;
}

export interface Definition {
  id: string;
  name: string;
  rule: string;
}

export interface Some {
  count: number;
  contacts: string[];
}

export interface Defined {
  dry_run: boolean;
  revision: number;
  changes: { segment: string; entered: Some; left: Some }[];
}

export interface ContactRow {
  id: string;
  name?: string;
  email?: string;
  [field: string]: unknown;
}

export interface ContactPage {
  id: string;
  fields: Record<string, unknown>;
  lists: { name: string; joined: string }[];
  events: { name: string; at: string; id: string; properties: Record<string, unknown> | null }[];
  segments: { id: string; name: string; member: boolean; since?: string; until?: string; why: string }[];
}

export interface Explanation {
  condition: string;
  group?: string;
  holds: boolean;
  seen?: string;
  note?: string;
  next?: string;
  parts?: Explanation[];
  more?: number;
}

export interface Explained {
  explanation: Explanation;
  text: string | string[];
  member?: boolean;
}

export interface Diff {
  revision: number;
  contact: string;
  segment: string;
  entered: boolean;
  at: string;
  cause: string;
}

export interface Overlap {
  sets: { id: string; name: string; size: number }[];
  intersections: { in: string[]; count: number }[];
}

export interface Loss {
  path: string;
  what: string;
  needs: string;
  kind: "omitted" | "changed";
}

export interface Imported {
  name: string;
  rule: string;
  losses: Loss[];
  faults: Fault[];
}
