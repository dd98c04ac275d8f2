// The layout of an UpSet plot: which sets overlap, and how much. Each column is one exclusive
// intersection, with its bar above and, for each set, a dot below that is filled where the
// set takes part. Sets are rows, with their sizes as bars to the left.
import type { Overlap } from "../api/types";

export interface Column {
  key: string;
  x: number; // the middle
  count: number;
  bar: { y: number; height: number; width: number };
  dots: boolean[]; // by set
  span: [number, number] | undefined; // first and last filled row, where there are two or more
  names: string[];
}

export interface Row {
  id: string;
  name: string;
  size: number;
  y: number; // the middle
  bar: number; // the width of its bar
}

export interface UpsetLayout {
  width: number;
  height: number;
  columns: Column[];
  rows: Row[];
  ticks: { value: number; y: number }[];
  left: number; // where the columns begin
  base: number; // the y of the foot of the bars
  letters: number; // how many of a name fit
}

const row = 30;
const bars = 180; // height
const top = 24;
const most = 24; // columns

// layout fits the plot into the width where it can; a column has at least 30 units.
export function layout(o: Overlap, room: number): UpsetLayout {
  const narrow = room < 600;
  const left = narrow ? 176 : 330;
  const sizeBar = narrow ? 26 : 90;
  const shown = o.intersections.filter((i) => i.count > 0).slice(0, most);
  const column = Math.min(64, Math.max(30, (room - left - 8) / Math.max(shown.length, 4)));
  const highest = niceCeil(Math.max(1, ...shown.map((i) => i.count)));
  const largest = Math.max(1, ...o.sets.map((s) => s.size));
  const base = top + bars;
  const names = new Map(o.sets.map((s) => [s.id, s.name || s.id]));
  const columns = shown.map((inter, i): Column => {
    const dots = o.sets.map((s) => inter.in.includes(s.id));
    const height = Math.max(1, (inter.count / highest) * bars);
    const [first, last] = [dots.indexOf(true), dots.lastIndexOf(true)];
    return {
      key: inter.in.join("\u0000"),
      x: left + (i + 0.5) * column,
      count: inter.count,
      bar: { y: base - height, height, width: Math.min(28, column * 0.6) },
      dots,
      span: last > first ? [first, last] : undefined,
      names: inter.in.map((id) => names.get(id) ?? id),
    };
  });
  const rows = o.sets.map((s, i) => ({ id: s.id, name: s.name || s.id, size: s.size, y: base + 22 + (i + 0.5) * row, bar: (s.size / largest) * sizeBar }));
  const ticks = [0, highest / 2, highest].filter(Number.isInteger).map((value) => ({ value, y: base - (value / highest) * bars }));
  return {
    width: left + Math.max(columns.length, 4) * column + 8,
    height: base + 22 + o.sets.length * row + 8,
    columns, rows, ticks, left, base,
    letters: narrow ? 11 : 22,
  };
}

// niceCeil is the next of 1, 2, 4, 5, 10, 20, 40, 50, 100 … that is not less than n.
export function niceCeil(n: number): number {
  const power = 10 ** Math.floor(Math.log10(n));
  return [1, 2, 4, 5, 10].map((f) => f * power).find((c) => c >= n) ?? n;
}
