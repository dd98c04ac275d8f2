// The tree of react-querybuilder, as the server reads and writes it. Pure.
import type { RuleGroupType, RuleType } from "react-querybuilder";

type Node = RuleGroupType | RuleType;

export const isGroup = (n: Node): n is RuleGroupType => "rules" in n;

export const emptyTree = (): RuleGroupType => withIds({ combinator: "and", rules: [] });

let ids = 0;

// withIds gives every part an id. Parts at the same place keep the id that they have in
// `old`, so that the page keeps what is drawn for them, and with it the focus.
export function withIds<T extends Node>(node: T, old?: Node): T {
  const id = node.id ?? old?.id ?? `n${++ids}`;
  if (!isGroup(node)) return { ...node, id };
  const before = old && isGroup(old) ? old.rules : [];
  return { ...node, id, rules: node.rules.map((r, i) => withIds(r as Node, before[i] as Node | undefined)) } as T;
}

// sameTree compares what two trees say, not their ids.
export const sameTree = (a: Node, b: Node): boolean => JSON.stringify(bare(a)) === JSON.stringify(bare(b));

function bare(node: Node): unknown {
  if (!isGroup(node)) {
    const { field, operator, value, valueSource } = node;
    return { field, operator, value, ...(valueSource && valueSource !== "value" ? { valueSource } : {}) };
  }
  return { combinator: node.combinator, not: Boolean(node.not), rules: node.rules.map((r) => bare(r as Node)) };
}

// shaped makes values fit their operators: a list for in, a pair for between, else one value.
export function shaped<T extends Node>(node: T): T {
  if (isGroup(node)) return { ...node, rules: node.rules.map((r) => shaped(r as Node)) } as T;
  const value = shapedValue(node);
  return value === node.value ? node : { ...node, value };
}

function shapedValue({ field, operator, value }: RuleType): unknown {
  if (field === "list" || field === "segment" || field === "$rule" || field.startsWith("event:")) return value;
  const many = Array.isArray(value);
  if (operator === "in" || operator === "notIn") return many ? value : value === "" || value == null ? [] : [value];
  if (operator === "between" || operator === "notBetween") {
    if (many && value.length === 2) return value;
    return many ? [value[0] ?? "", value[1] ?? ""] : [value ?? "", ""];
  }
  if (operator === "null" || operator === "notNull") return value;
  return many ? (value[0] ?? "") : value;
}

// used lists the fields of a tree, each with the operators beside it, so that what the schema
// does not know can still be chosen and shown.
export function used(node: Node, into: Map<string, Set<string>> = new Map()): Map<string, Set<string>> {
  if (isGroup(node)) {
    node.rules.forEach((r) => used(r as Node, into));
    return into;
  }
  const operators = into.get(node.field) ?? new Set();
  into.set(node.field, operators.add(node.operator));
  return into;
}
