import { describe, expect, test } from "vitest";
import { tokenize } from "./tokens";

const kinds = (text: string) => tokenize(text).map((t) => `${t.kind}:${t.text}`);

describe("tokenize", () => {
  test("a rule", () => {
    expect(kinds('COUNT(opened) >= 5 IN LAST 30 DAYS')).toEqual([
      "function:COUNT", "bracket:(", "name:opened", "bracket:)", "operator:>=", "number:5", "keyword:IN", "keyword:LAST", "number:30", "keyword:DAYS",
    ]);
  });
  test("a keyword in any case, a path that holds one, a name between backticks", () => {
    expect(kinds("not address.day = `in`")).toEqual(["keyword:not", "name:address", "bracket:.", "name:day", "operator:=", "name:`in`"]);
  });
  test("a function only in front of its parenthesis", () => {
    expect(kinds("LAST (buy) IN LAST 1 day")[0]).toBe("function:LAST");
    expect(kinds("MONTH = 3")[0]).toBe("keyword:MONTH");
  });
  test("text with escapes, the other quotes, and text that does not end", () => {
    expect(kinds(String.raw`a = "x \" y" OR b = 'it "is"'`)).toContain(String.raw`text:"x \" y"`);
    expect(kinds(`b = 'it "is"'`)).toContain(`text:'it "is"'`);
    expect(kinds('a = "open AND b')).toEqual(["name:a", "operator:=", 'wrong:"open AND b']);
  });
  test("dates, instants, money, comments, letters beyond ASCII", () => {
    expect(kinds("a > 2026-01-31 b < 2026-01-31T10:00:00+02:00 c > $5.50 # done")).toEqual([
      "name:a", "operator:>", "date:2026-01-31", "name:b", "operator:<", "date:2026-01-31T10:00:00+02:00", "name:c", "operator:>", "number:$5.50", "comment:# done",
    ]);
    expect(kinds("größe ≥ 3")).toEqual(["name:größe", "operator:≥", "number:3"]);
  });
  test("covers whatever it is given, in order and without overlap", () => {
    const signs = ['"', "'", "`", "\\", "#", "\n", "(", ")", ".", " ", "a", "é", "😀", "1", "-", "2026-01-31", "$", ">=", "AND"];
    let seed = 1;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (let n = 0; n < 2000; n++) {
      const text = Array.from({ length: 12 }, () => signs[Math.floor(random() * signs.length)]).join("");
      let at = 0;
      for (const t of tokenize(text)) {
        expect(t.from).toBeGreaterThanOrEqual(at);
        expect(t.to).toBeGreaterThan(t.from);
        expect(text.slice(t.from, t.to)).toBe(t.text);
        expect(text.slice(at, t.from).trim()).toBe("");
        at = t.to;
      }
      expect(text.slice(at).trim()).toBe("");
    }
  });
});
