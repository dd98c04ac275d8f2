import { describe, expect, test } from "vitest";
import type { Schema } from "../api/types";
import { name, suggest } from "./complete";

const schema: Schema = {
  fields: [
    { name: "country", label: "Country", kind: "text", values: ["US", 'a "quoted" one'] },
    { name: "Job Title", label: "", kind: "text" },
    { name: "age", label: "Age", kind: "number", values: ["18", "21"] },
    { name: "address.city", label: "City", kind: "text", values: ["Bern"] },
  ],
  events: [{ name: "purchase", properties: [{ name: "amount", kind: "number" }] }],
  lists: ["VIP"],
  segments: [{ id: "active", name: "Active readers" }],
};

// The bar is where the cursor is.
const at = (text: string) => {
  const cursor = text.indexOf("|");
  return suggest(text.replace("|", ""), cursor, schema);
};
const inserts = (text: string) => at(text).options.map((o) => o.insert);

describe("suggest", () => {
  test("replaces the word that is begun, with its path", () => {
    expect(at("age > 3 AND cou|").from).toBe(12);
    expect(at("address.ci|").from).toBe(0);
    expect(at("age > 3 AND |").from).toBe(12);
  });
  test("fields, events, keywords and functions where anything may stand", () => {
    expect(inserts("|")).toEqual(expect.arrayContaining(["country", "`Job Title`", "purchase", "AND", "COUNT("]));
  });
  test("lists and segments behind their words, quoted", () => {
    expect(inserts("IN LIST |")).toEqual(['"VIP"']);
    expect(inserts("NOT IN SEGMENT |")).toEqual(['"active"']);
    expect(inserts('IN LIST "V|')).toEqual(['"VIP"']);
  });
  test("events and their properties within an aggregate, events behind DID", () => {
    expect(inserts("SUM(|")).toEqual(["purchase", "purchase.amount"]);
    expect(inserts("DID pur|")).toEqual(["purchase", "NOT"]);
  });
  test("common values behind a comparison: quoted for text, bare for numbers", () => {
    expect(inserts("country = |").slice(0, 2)).toEqual(['"US"', String.raw`"a \"quoted\" one"`]);
    expect(inserts('country IN ("US", |').slice(0, 1)).toEqual(['"US"']);
    expect(inserts('country = "U|')).toEqual(['"US"', String.raw`"a \"quoted\" one"`]);
    expect(inserts("age >= |").slice(0, 2)).toEqual(["18", "21"]);
    expect(inserts("address.city = |")[0]).toBe('"Bern"');
  });
  test("nothing within a comment", () => {
    expect(inserts("age > 3 # cou|")).toEqual([]);
  });
});

test("a name is quoted where it has to be", () => {
  expect(name("address.city")).toBe("address.city");
  expect(name("in")).toBe("`in`");
  expect(name("Job Title")).toBe("`Job Title`");
  expect(name("a`b")).toBe("`a``b`");
});
