import { expect, test } from "vitest";
import { diagnostics, fixedFault, fixedWarning } from "./diagnostics";

const text = 'größe = 1 and contry = "US"';
const fault = { code: "unknown", message: "unknown field `contry`", line: 1, column: 15, offset: 16, length: 6 };

test("a name is put right in its place, and the rest stays as it was typed", () => {
  expect(fixedFault(text, { ...fault, suggestion: "`country`", fix: "the whole" })).toBe('größe = 1 and country = "US"');
  expect(fixedFault(text, { ...fault, suggestion: "`in`" })).toBe('größe = 1 and `in` = "US"');
});

test("without a name the fix is the whole rule, without either there is none", () => {
  expect(fixedFault(text, { ...fault, fix: "x = 1" })).toBe("x = 1");
  expect(fixedFault(text, fault)).toBeUndefined();
});

test("the fix of a warning replaces its part", () => {
  expect(fixedWarning("a > 3 AND b", { code: "x", message: "", line: 1, length: 5, fix: "a >= 3" })).toBe("a >= 3 AND b");
});

test("squiggles are in order, and only where a place is known", () => {
  const applied: string[] = [];
  const d = diagnostics(text, [{ ...fault, suggestion: "`country`" }, { code: "limit", message: "no place" }], [{ code: "w", message: "w", line: 1, length: 7 }, { code: "w", message: "no place" }], (t) => applied.push(t));
  expect(d.map((x) => [x.severity, x.from, x.to])).toEqual([["warning", 0, 5], ["error", 14, 20]]);
  d[1]!.actions![0]!.apply(null as never, 0, 0);
  expect(applied).toEqual(['größe = 1 and country = "US"']);
});
