import { useState } from "react";
import { json } from "../api/api";
import { useDiffs } from "../api/feed";
import { useLoad } from "../api/load";
import type { Draft, SegmentRow } from "../api/types";
import { plural } from "../lib/format";
import { to } from "../lib/route";
import { State } from "../ui/State";
import { DropSegment } from "./DropSegment";
import { SegmentTableRow } from "./SegmentTableRow";

interface Everything {
  segments: SegmentRow[];
  drafts: Draft[];
}

async function load(signal: AbortSignal): Promise<Everything> {
  const [segments, drafts] = await Promise.all([
    json<{ segments: SegmentRow[] }>("GET", "/app/segments", undefined, { signal }),
    json<{ drafts: Draft[] }>("GET", "/app/drafts", undefined, { signal }),
  ]);
  return { segments: segments.value.segments, drafts: drafts.value.drafts };
}

// All segments, with their sizes, and the drafts of others.
export function SegmentsPage() {
  const all = useLoad(load, []);
  const [dropping, setDropping] = useState<SegmentRow>();
  useDiffs(all.reload);
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Segments</h1>
          <p className="muted">Rules that keep themselves current, as data changes and as time passes.</p>
        </div>
        <a className="button primary" href={to("segments", "new")} data-testid="new-segment">
          New segment
        </a>
      </div>
      <State of={all}>{(value) => <Table {...value} onDrop={setDropping} />}</State>
      {dropping && <DropSegment segment={dropping} onDone={all.reload} onClose={() => setDropping(undefined)} />}
    </>
  );
}

function Table({ segments, drafts, onDrop }: Everything & { onDrop: (s: SegmentRow) => void }) {
  const active = new Set(segments.map((s) => s.id));
  const onlyDrafts = drafts.filter((d) => !active.has(d.id)).map(asRow);
  if (segments.length + onlyDrafts.length === 0) {
    return (
      <div className="empty">
        <h2>No segments yet</h2>
        <p>
          <a href={to("segments", "new")}>Write the first rule</a>, or <a href={to("import")}>import a definition</a> of another system.
        </p>
      </div>
    );
  }
  return (
    <div className="card flush">
      <table className="data" role="table" data-testid="segments-list">
        <caption className="hidden">{plural(segments.length, "segment")}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">Segment</th>
            <th role="columnheader" scope="col" className="num">Size</th>
            <th role="columnheader" scope="col">Over time</th>
            <th role="columnheader" scope="col" className="num">Today</th>
            <th role="columnheader" scope="col" className="num">Churn</th>
            <th role="columnheader" scope="col"><span className="hidden">Actions</span></th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {[...onlyDrafts, ...segments].map((s) => (
            <SegmentTableRow key={s.id} segment={s} active={active.has(s.id)} onDrop={() => onDrop(s)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

// A draft of a segment that is not active has no members.
const asRow = (d: Draft): SegmentRow => ({ id: d.id, name: d.name, rule: d.rule, size: 0, sizes: [], entered_day: 0, left_day: 0, churn: 0, warnings: 0, draft: true });
