import type { SegmentRow } from "../api/types";
import { compact, count, percent, plural } from "../lib/format";
import { to } from "../lib/route";
import { Rule } from "../ui/Rule";
import { Sparkline } from "../ui/Sparkline";

interface Props {
  segment: SegmentRow;
  active: boolean; // else there is only a draft
  onDrop: () => void;
}

export function SegmentTableRow({ segment: s, active, onDrop }: Props) {
  const name = s.name || s.id;
  return (
    <tr role="row" data-testid="segment-row" data-segment={s.id}>
      <td role="cell" className="main-cell">
        <a className="row-name" href={to("segments", s.id)}>
          {name}
        </a>
        {s.draft && <span className="tag draft">{active ? "Draft changes" : "Draft"}</span>}
        {s.warnings > 0 && <span className="tag warn">{plural(s.warnings, "warning")}</span>}
        <Rule text={s.rule} oneLine />
      </td>
      <td role="cell" className="num size" data-label="Size">
        {active ? <span title={count(s.size)}>{compact(s.size)}</span> : <span className="muted">–</span>}
      </td>
      <td role="cell" data-label="Over time">
        <Sparkline points={s.sizes} />
      </td>
      <td role="cell" className="num" data-label="Today">
        {!active && <span className="muted">–</span>}
        {active && (
          <>
            <span className={s.entered_day ? "in" : "muted"}>
              <span className="hidden">entered </span>+{compact(s.entered_day)}
            </span>{" "}
            <span className={s.left_day ? "out" : "muted"}>
              <span className="hidden">left </span>−{compact(s.left_day)}
            </span>
          </>
        )}
      </td>
      <td role="cell" className="num" data-label="Churn">
        {active ? percent(s.churn) : <span className="muted">–</span>}
      </td>
      <td role="cell" className="row-actions">
        <a className="button small" href={to("segments", s.id)} aria-label={`Open ${name}`}>
          Open
        </a>
        <button className="small quiet" onClick={onDrop} aria-label={`Drop ${name}`}>
          Drop
        </button>
      </td>
    </tr>
  );
}
