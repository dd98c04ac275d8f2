import { useLayoutEffect, useRef, useState } from "react";
import type { Overlap } from "../api/types";
import { compact, count, plural } from "../lib/format";
import { layout, type Column, type UpsetLayout } from "../lib/upset";

// An UpSet plot. The table beside it says the same in words.
export function Upset({ overlap }: { overlap: Overlap }) {
  const [frame, room] = useRoom();
  const l = layout(overlap, room);
  const label = `Overlap of ${overlap.sets.map((s) => s.name || s.id).join(", ")}: ${plural(l.columns.length, "intersection")}. The table below says the same.`;
  return (
    <div ref={frame}>
      {l.columns.length === 0 && <p className="muted">None of these segments has members.</p>}
      <svg className="upset" width={l.width} height={l.height} viewBox={`0 0 ${l.width} ${l.height}`} role="img" aria-label={label}>
        <Axis l={l} />
        {l.rows.map((r, i) => (
          <g key={r.id}>
            {i % 2 === 0 && <rect className="stripe" x={0} y={r.y - 15} width={l.width} height={30} />}
            <rect className="set-bar" x={l.left - 12 - r.bar} y={r.y - 7} width={r.bar} height={14} rx={2} />
            <text className="set-size" x={l.left - 18 - r.bar} y={r.y + 4} textAnchor="end">{compact(r.size)}</text>
            <text className="set-name" x={8} y={r.y + 4}>{shorten(r.name, l.letters)}<title>{r.name}</title></text>
          </g>
        ))}
        {l.columns.map((c) => <Col key={c.key} c={c} l={l} />)}
      </svg>
    </div>
  );
}

function Axis({ l }: { l: UpsetLayout }) {
  return (
    <g className="axis">
      {l.ticks.map((t) => (
        <g key={t.value}>
          <line x1={l.left - 6} x2={l.width} y1={t.y} y2={t.y} />
          <text x={l.left - 12} y={t.y + 4} textAnchor="end">{compact(t.value)}</text>
        </g>
      ))}
    </g>
  );
}

function Col({ c, l }: { c: Column; l: UpsetLayout }) {
  return (
    <g className="column">
      <title>{`${c.names.join(" and ")}: ${count(c.count)}`}</title>
      <rect className="bar-rect" x={c.x - c.bar.width / 2} y={c.bar.y} width={c.bar.width} height={c.bar.height} rx={2} />
      <text className="bar-count" x={c.x} y={c.bar.y - 6} textAnchor="middle">{compact(c.count)}</text>
      {c.span && <line className="link" x1={c.x} x2={c.x} y1={l.rows[c.span[0]]!.y} y2={l.rows[c.span[1]]!.y} />}
      {c.dots.map((on, i) => (
        <circle key={i} className={on ? "dot on" : "dot"} cx={c.x} cy={l.rows[i]!.y} r={6} />
      ))}
    </g>
  );
}

// useRoom is the width that there is for the plot.
function useRoom() {
  const frame = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(900);
  useLayoutEffect(() => {
    if (!frame.current) return;
    const watch = new ResizeObserver(([entry]) => setRoom(Math.floor(entry!.contentRect.width)));
    watch.observe(frame.current);
    return () => watch.disconnect();
  }, []);
  return [frame, room] as const;
}

const shorten = (text: string, most: number) => (text.length > most ? text.slice(0, most - 1) + "…" : text);
