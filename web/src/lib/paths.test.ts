import { expect, test } from "vitest";
import { flatten, setting } from "./paths";

const fields = { plan: "free", custom: { score: 5, address: { city: "Bern" } }, born: { $date: "1990-01-31" }, tags: ["a"] };

test("nested fields by path; days and lists are values", () => {
  expect(flatten(fields)).toEqual([["plan", "free"], ["custom.score", 5], ["custom.address.city", "Bern"], ["born", { $date: "1990-01-31" }], ["tags", ["a"]]]);
});

test("setting a part keeps the rest of its object", () => {
  expect(setting(fields, "plan", "pro")).toEqual({ plan: "pro" });
  expect(setting(fields, "custom.address.city", "Basel")).toEqual({ custom: { score: 5, address: { city: "Basel" } } });
  expect(setting(fields, "custom.score", null)).toEqual({ custom: { address: { city: "Bern" } } });
  expect(setting(fields, "other.x", 1)).toEqual({ other: { x: 1 } });
});
