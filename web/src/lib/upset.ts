// The layout of an UpSet plot: which sets overlap, and how much. Each column is one exclusive
// intersection, with its bar above and, for each set, a dot below that is filled where the
// set takes part. Sets are rows, with their sizes as bars to the left.
import type { Overlap } from "../api/types";

export interface Column {
  key: string;
  x: number; // the middle
  count: number;
  bar: { y: number; height: number };
  dots: boolean[]; // by set
  span: [number, number] | undefined; // first and last filled row, where there are two or more
  names: string[];
}

export interface UpsetLayout {
  width: number;
  height: number;
  columns: Column[];
  rows: { id: string; name: string; size: number; y: number; bar: number }[];
  ticks: { value: number; y: number }[];
  left: number; // where the columns begin
  base: number; // the y of the foot of the bars
}

const size = { left: 250, column: 34, row: 30, bars: 170, top: 24, sizeBar: 80 };

export function layout(o: Overlap, most = 24): UpsetLayout {
  const shown = o.intersections.filter((i) => i.count > 0).slice(0, most);
  const top = niceCeil(Math.max(1, ...shown.map((i) => i.count)));
  const largest = Math.max(1, ...o.sets.map((s) => s.size));
  const base = size.top + size.bars;
  const names = new Map(o.sets.map((s) => [s.id, s.name || s.id]));
  const columns = shown.map((inter, i): Column => {
    const dots = o.sets.map((s) => inter.in.includes(s.id));
    const height = Math.max(1, (inter.count / top) * size.bars);
    const first = dots.indexOf(true);
    const last = dots.lastIndexOf(true);
    return {
      key: inter.in.join("\u0000"),
      x: size.left + (i + 0.5) * size.column,
      count: inter.count,
      bar: { y: base - height, height },
      dots,
      span: last > first ? [first, last] : undefined,
      names: inter.in.map((id) => names.get(id) ?? id),
    };
  });
  const rows = o.sets.map((s, i) => ({ id: s.id, name: s.name || s.id, size: s.size, y: base + 22 + (i + 0.5) * size.row, bar: (s.size / largest) * size.sizeBar }));
  const ticks = [0, top / 2, top].filter(Number.isInteger).map((value) => ({ value, y: base - (value / top) * size.bars }));
  return {
    width: size.left + Math.max(columns.length, 4) * size.column + 16,
    height: base + 22 + o.sets.length * size.row + 8,
    columns,
    rows,
    ticks,
    left: size.left,
    base,
  };
}

// niceCeil is the next of 1, 2, 4, 5, 10, 20, 40, 50, 100 … that is not less than n.
export function niceCeil(n: number): number {
  const power = 10 ** Math.floor(Math.log10(n));
  return [1, 2, 4, 5, 10].map((f) => f * power).find((c) => c >= n) ?? n;
}
