import { expect, test } from "vitest";
import { emptyTree, withIds } from "../lib/tree";
import { answered, type RuleState } from "./useRule";

const state = (s: Partial<RuleState>): RuleState => ({
  text: "a  = 1", tree: emptyTree(), rule: "", faults: [], warnings: [], losses: [], incomplete: false, source: "text", busy: true, error: "x", ...s,
});
const tree = { combinator: "and", rules: [{ field: "a", operator: "=", value: 1 }] };

test("an edit of the text changes the tree and leaves the text as it was typed", () => {
  const s = answered(state({}), { rule: "a = 1", tree, faults: [], warnings: [] });
  expect(s).toMatchObject({ text: "a  = 1", rule: "a = 1", busy: false, error: "" });
  expect(s.tree).toMatchObject(tree);
});

test("an edit of the tree changes the text and leaves the tree", () => {
  const mine = withIds({ ...tree });
  const s = answered(state({ source: "tree", tree: mine }), { rule: "a = 1", tree: { combinator: "or", rules: [] }, faults: [], warnings: [] });
  expect(s.text).toBe("a = 1");
  expect(s.tree).toBe(mine);
});

test("a tree that says the same is kept, so that nothing is drawn anew", () => {
  const mine = withIds({ ...tree });
  expect(answered(state({ tree: mine }), { rule: "a = 1", tree, faults: [], warnings: [] }).tree).toBe(mine);
});

test("with faults the last tree, and the last right rule, stay", () => {
  const mine = withIds({ ...tree });
  const s = answered(state({ tree: mine, rule: "a = 1" }), { faults: [{ code: "syntax", message: "no" }], warnings: [] });
  expect(s).toMatchObject({ rule: "a = 1", tree: mine, text: "a  = 1" });
  expect(s.faults).toHaveLength(1);
});

test("a tree that says nothing is incomplete, and leaves the text", () => {
  const s = answered(state({ source: "tree", rule: "a = 1" }), { faults: [], warnings: [], losses: [{ path: "/rules/0", what: "x", needs: "", kind: "omitted" }] });
  expect(s).toMatchObject({ incomplete: true, rule: "a = 1", text: "a  = 1" });
  expect(s.losses).toHaveLength(1);
});
