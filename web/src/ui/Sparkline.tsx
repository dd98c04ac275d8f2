import { count, day } from "../lib/format";
import { spark } from "../lib/spark";

const width = 112;
const height = 28;

// The size of a segment over time, in the height of a line of text.
export function Sparkline({ points }: { points: { at: string; n: number }[] }) {
  const s = spark(points, width, height, 3);
  if (!s) return <span className="muted">–</span>;
  const [first, last] = [points[0]!, points.at(-1)!];
  const label = points.length === 1 ? `${count(last.n)} since ${day(first.at)}` : `From ${count(first.n)} on ${day(first.at)} to ${count(last.n)} on ${day(last.at)}`;
  return (
    <svg className="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <path className="spark-area" d={s.area} />
      <path className="spark-line" d={s.line} />
      <circle cx={s.end.x} cy={s.end.y} r="2.2" />
    </svg>
  );
}
