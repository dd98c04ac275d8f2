import type { RuleGroupType } from "react-querybuilder";
import { describe, expect, test } from "vitest";
import { sameTree, shaped, used, withIds } from "./tree";

const tree = (...rules: RuleGroupType["rules"]): RuleGroupType => ({ combinator: "and", rules });

describe("withIds", () => {
  test("gives every part an id, each another", () => {
    const t = withIds(tree({ field: "a", operator: "=", value: 1 }, tree({ field: "b", operator: "=", value: 1 })));
    const ids = [t.id, t.rules[0]!.id, t.rules[1]!.id, (t.rules[1] as RuleGroupType).rules[0]!.id];
    expect(new Set(ids).size).toBe(4);
    expect(ids).not.toContain(undefined);
  });
  test("keeps ids that are there, and those of the old tree at the same place", () => {
    const old = withIds(tree({ field: "a", operator: "=", value: 1 }));
    const next = withIds(tree({ field: "a", operator: "=", value: 2 }, { id: "own", field: "b", operator: "=", value: 3 }), old);
    expect(next.id).toBe(old.id);
    expect(next.rules[0]!.id).toBe(old.rules[0]!.id);
    expect(next.rules[1]!.id).toBe("own");
  });
});

test("sameTree looks past ids, and at everything that is said", () => {
  const a = tree({ field: "a", operator: "=", value: 1 });
  expect(sameTree(withIds(a), { ...withIds(a), not: false })).toBe(true);
  expect(sameTree(a, { ...a, not: true })).toBe(false);
  expect(sameTree(a, { ...a, combinator: "or" })).toBe(false);
  expect(sameTree(a, tree({ field: "a", operator: "=", value: "1" }))).toBe(false);
  expect(sameTree(a, tree({ field: "a", operator: "=", value: 1, valueSource: "field" }))).toBe(false);
});

describe("shaped", () => {
  const value = (operator: string, value: unknown, field = "a") => (shaped(tree({ field, operator, value })).rules[0] as { value: unknown }).value;
  test("makes lists, pairs and single values of each other", () => {
    expect(value("in", "x")).toEqual(["x"]);
    expect(value("in", "")).toEqual([]);
    expect(value("between", "x")).toEqual(["x", ""]);
    expect(value("between", ["x", "y", "z"])).toEqual(["x", "y"]);
    expect(value("=", ["x", "y"])).toBe("x");
    expect(value("=", [])).toBe("");
  });
  test("leaves what fits, events, lists and segments alone", () => {
    expect(value("between", [1, 2])).toEqual([1, 2]);
    expect(value("in", "VIP", "list")).toBe("VIP");
    expect(value(">=", { agg: "count", n: 1 }, "event:e")).toEqual({ agg: "count", n: 1 });
  });
});

test("used lists fields with their operators, at any depth", () => {
  const u = used(tree({ field: "a", operator: "=", value: 1 }, tree({ field: "a", operator: "<", value: 1 }, { field: "b.c", operator: "in", value: [] })));
  expect([...u].map(([f, o]) => [f, ...o])).toEqual([["a", "=", "<"], ["b.c", "in"]]);
});
