// The line of a sparkline: sizes over time, scaled into a box.

export interface Spark {
  line: string; // the d of an SVG path
  area: string; // the same, closed along the bottom
  end: { x: number; y: number };
}

// spark is undefined without points. One point is a level line. Flat lines lie in the middle.
export function spark(points: { at: string; n: number }[], width: number, height: number, pad = 2): Spark | undefined {
  if (points.length === 0) return undefined;
  const all = points.length === 1 ? [points[0]!, points[0]!] : points;
  const times = all.map((p, i) => (points.length === 1 ? i : Date.parse(p.at)));
  const [start, stop] = [times[0]!, times.at(-1)!];
  const low = Math.min(...all.map((p) => p.n));
  const high = Math.max(...all.map((p) => p.n));
  const x = (i: number) => pad + (stop === start ? i / (all.length - 1) : (times[i]! - start) / (stop - start)) * (width - 2 * pad);
  const y = (n: number) => (high === low ? height / 2 : height - pad - ((n - low) / (high - low)) * (height - 2 * pad));
  const spots = all.map((p, i) => ({ x: round(x(i)), y: round(y(p.n)) }));
  const line = "M" + spots.map((s) => `${s.x} ${s.y}`).join("L");
  const end = spots.at(-1)!;
  return { line, area: `${line}L${end.x} ${height}L${spots[0]!.x} ${height}Z`, end };
}

const round = (n: number) => Math.round(n * 10) / 10;
