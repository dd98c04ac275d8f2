import type { Ahead } from "../api/types";
import { count, day } from "../lib/format";
import type { Asked } from "./usePreview";

// The size in the days to come, if nothing but time happens.
export function AheadCard({ now, ahead, old }: { now: number | undefined; ahead: Asked<Ahead>; old: string }) {
  const points = ahead.value?.ahead ?? [];
  const most = Math.max(1, now ?? 0, ...points.map((p) => p.count));
  return (
    <section className="card" aria-labelledby="ahead-title">
      <h2 id="ahead-title">As time passes</h2>
      {ahead.error && <p className="note error">{ahead.error}</p>}
      <ul className={"ahead" + old} data-testid="editor-ahead">
        <Step label="Now" n={now} most={most} change={0} />
        {points.map((p) => (
          <Step key={p.days} label={p.days === 1 ? "In 1 day" : `In ${p.days} days`} title={day(p.at)} n={p.count} most={most} change={p.count - (now ?? p.count)} />
        ))}
      </ul>
      <p className="muted foot">
        If nothing happens but time.
        {ahead.value?.sampled ? ` Estimated from ${count(ahead.value.sampled)} contacts.` : ""}
      </p>
    </section>
  );
}

function Step({ label, title, n, most, change }: { label: string; title?: string; n: number | undefined; most: number; change: number }) {
  return (
    <li>
      <span className="label" title={title}>
        {label}
      </span>
      <span className="ahead-count">
        {n === undefined ? "–" : count(n)}
        {change !== 0 && <span className={change > 0 ? "in" : "out"}> {change > 0 ? "+" : "−"}{count(Math.abs(change))}</span>}
      </span>
      <span className="bar" aria-hidden="true">
        <span style={{ width: `${((n ?? 0) / most) * 100}%` }} />
      </span>
    </li>
  );
}
