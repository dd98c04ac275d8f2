import { describe, expect, test } from "vitest";
import { spark } from "./spark";
import { layout, niceCeil } from "./upset";

const points = (...sizes: number[]) => sizes.map((n, i) => ({ at: `2026-01-0${i + 1}T00:00:00Z`, n }));

describe("spark", () => {
  test("reaches from edge to edge, higher is more", () => {
    const s = spark(points(0, 10, 5), 104, 24, 2)!;
    expect(s.line).toBe("M2 22L52 2L102 12");
    expect(s.end).toEqual({ x: 102, y: 12 });
  });
  test("instants that lie apart lie apart", () => {
    const s = spark([{ at: "2026-01-01T00:00:00Z", n: 1 }, { at: "2026-01-02T00:00:00Z", n: 1 }, { at: "2026-01-05T00:00:00Z", n: 1 }], 104, 24, 2)!;
    expect(s.line).toBe("M2 12L27 12L102 12");
  });
  test("none, one, and two at one instant", () => {
    expect(spark([], 100, 20)).toBeUndefined();
    expect(spark(points(7), 104, 24)!.line).toBe("M2 12L102 12");
    expect(spark([points(1)[0]!, points(2)[0]!], 104, 24)!.line).not.toContain("NaN");
  });
});

describe("upset", () => {
  const overlap = {
    sets: [{ id: "a", name: "A", size: 60 }, { id: "b", name: "", size: 30 }, { id: "c", name: "C", size: 0 }],
    intersections: [{ in: ["a"], count: 40 }, { in: ["a", "b"], count: 20 }, { in: ["b"], count: 10 }, { in: ["c"], count: 0 }],
  };
  const l = layout(overlap, 1000);
  test("a column for each intersection that is not empty", () => {
    expect(l.columns.map((c) => c.count)).toEqual([40, 20, 10]);
    expect(l.columns[1]!.dots).toEqual([true, true, false]);
    expect(l.columns[1]!.names).toEqual(["A", "b"]);
    expect(l.columns.map((c) => c.span)).toEqual([undefined, [0, 1], undefined]);
  });
  test("bars stand on the base, as high as their counts", () => {
    const [a, ab] = [l.columns[0]!.bar, l.columns[1]!.bar];
    expect(a.height).toBe(2 * ab.height);
    for (const { bar } of l.columns) expect(bar.y + bar.height).toBeCloseTo(l.base);
    expect(l.rows[0]!.bar).toBe(2 * l.rows[1]!.bar);
  });
  test("fits into its room while columns are not too narrow", () => {
    expect(l.width).toBeLessThanOrEqual(1000);
    expect(layout(overlap, 340).width).toBeLessThanOrEqual(340);
  });
  test("ticks are round", () => {
    expect([1, 3, 4.5, 7, 99, 1204].map(niceCeil)).toEqual([1, 4, 5, 10, 100, 2000]);
    expect(layout({ sets: overlap.sets, intersections: [] }, 900).ticks.map((t) => t.value)).toEqual([0, 1]);
  });
});
