import { describe, expect, test } from "vitest";
import { parsed } from "../contact/change";
import { typed } from "../editor/One";
import { slug } from "../editor/unsaved";
import { distance, value } from "./format";
import { range, toUnits } from "./offsets";
import { parse, to } from "./route";

describe("offsets", () => {
  test("bytes of UTF-8 as UTF-16 units", () => {
    const text = "é=“😀” x";
    const bytes = new TextEncoder();
    for (let i = 0; i <= text.length; i++) {
      if (i === 4) continue; // within the pair of the emoji
      expect(toUnits(text, bytes.encode(text.slice(0, i)).length)).toBe(i);
    }
    expect(toUnits(text, 1)).toBe(0); // within é
    expect(toUnits(text, 999)).toBe(text.length);
  });
  test("a range is never empty, and within the text", () => {
    expect(range("contry = 1", 0, 6)).toEqual({ from: 0, to: 6 });
    expect(range("contry = 1", 0)).toEqual({ from: 0, to: 6 });
    expect(range("a = ", 4)).toEqual({ from: 3, to: 4 });
    expect(range("", 0)).toEqual({ from: 0, to: 0 });
  });
});

test("routes there and back, for any id", () => {
  for (const id of ["a", "a/b", "a b?c=1#d", "100%", "ü😀"]) expect(parse(to("contacts", id)).id).toBe(id);
  expect(parse("")).toMatchObject({ page: "segments", id: undefined });
  expect(parse(to("segments", "new", { rule: 'a = "1" & b' })).query.get("rule")).toBe('a = "1" & b');
  expect(parse("#/contacts/%E0%A4%A").id).toBe("%E0%A4%A");
});

test("distances are in whole units", () => {
  const now = Date.parse("2026-03-01T00:00:00Z");
  expect(distance("2026-03-04T05:00:00Z", now)).toBe("in 3 days");
  expect(distance("2026-02-28T22:59:00Z", now)).toBe("1 hour ago");
  expect(distance("2026-03-01T00:00:30Z", now)).toBe("in less than a minute");
});

test("values as text", () => {
  expect(value({ $date: "2026-01-31" })).toBe("2026-01-31");
  expect(value([1, "a", null])).toBe("1, a, –");
  expect(value({ a: 1 })).toBe('{"a":1}');
  expect(value(false)).toBe("false");
});

test("what is typed for a field", () => {
  expect(parsed("", "text")).toBe(null);
  expect(parsed("12", "text")).toBe("12");
  expect(parsed("12", "number")).toBe(12);
  expect(parsed("TRUE", "bool")).toBe(true);
  expect(parsed('["a"]', "list")).toEqual(["a"]);
  expect(parsed("2026-01-31", "any")).toBe("2026-01-31");
});

test("a number in a condition loses nothing", () => {
  expect(typed("12.5", "number")).toBe(12.5);
  expect(typed("9007199254740993", "number")).toBe("9007199254740993");
  expect(typed("1.", "number")).toBe("1.");
  expect(typed("12", "text")).toBe("12");
  expect(typed("12", "any", 3)).toBe(12);
});

test("an id of a name is new", () => {
  expect(slug("Große Käufer!", [])).toBe("große-kaufer");
  expect(slug("Active", ["active", "active-2"])).toBe("active-3");
  expect(slug("new", [])).toBe("new-2");
  expect(slug("***", [])).toBe("segment");
});
