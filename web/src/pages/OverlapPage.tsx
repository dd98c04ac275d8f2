import { useState } from "react";
import { json } from "../api/api";
import { useDiffs } from "../api/feed";
import { useLoad } from "../api/load";
import type { Overlap, SegmentRow } from "../api/types";
import { count } from "../lib/format";
import { State } from "../ui/State";
import { OverlapTable } from "./OverlapTable";
import { Upset } from "./Upset";

const most = 8;

// Which segments share members, and how many.
export function OverlapPage() {
  const segments = useLoad(async (signal) => (await json<{ segments: SegmentRow[] }>("GET", "/app/segments", undefined, { signal })).value.segments, []);
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Overlap</h1>
          <p className="muted">Choose up to {most} segments. Each column of the plot is the contacts who are in exactly the segments marked below it.</p>
        </div>
      </div>
      <State of={segments}>{(all) => <Chosen all={all} />}</State>
    </>
  );
}

function Chosen({ all }: { all: SegmentRow[] }) {
  const [ids, setIds] = useState(() => [...all].sort((a, b) => b.size - a.size).slice(0, 4).map((s) => s.id));
  const toggle = (id: string) => setIds(ids.includes(id) ? ids.filter((i) => i !== id) : [...ids, id]);
  return (
    <>
      <fieldset className="choose">
        <legend>
          Segments <span className="muted">{ids.length} of {most}</span>
        </legend>
        {all.map((s) => (
          <label key={s.id} className={ids.includes(s.id) ? "choice on" : "choice"}>
            <input type="checkbox" checked={ids.includes(s.id)} disabled={!ids.includes(s.id) && ids.length >= most} onChange={() => toggle(s.id)} />
            {s.name || s.id} <span className="muted">{count(s.size)}</span>
          </label>
        ))}
      </fieldset>
      {ids.length > 0 ? <Plot ids={ids} /> : <div className="empty"><p>Choose a segment.</p></div>}
    </>
  );
}

function Plot({ ids }: { ids: string[] }) {
  const query = new URLSearchParams(ids.map((id) => ["segments", id]));
  const overlap = useLoad(async (signal) => (await json<Overlap>("GET", `/app/overlap?${query}`, undefined, { signal })).value, [String(query)]);
  useDiffs(overlap.reload, 2000);
  return (
    <State of={overlap}>
      {(o) => (
        <>
          <div className="card plot" data-testid="overlap-plot" tabIndex={0} role="group" aria-label="Plot of the overlap">
            <Upset overlap={o} />
          </div>
          <details className="card">
            <summary>The same as a table</summary>
            <OverlapTable overlap={o} />
          </details>
        </>
      )}
    </State>
  );
}
