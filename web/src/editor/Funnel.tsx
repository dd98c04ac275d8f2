import type { Preview } from "../api/types";
import { count } from "../lib/format";
import { Rule } from "../ui/Rule";

// How many are left after each part of the rule, in its order.
export function Funnel({ funnel, of }: { funnel: Preview["funnel"]; of: number }) {
  const most = Math.max(1, of, ...funnel.map((f) => f.count));
  return (
    <ol className="funnel" data-testid="editor-funnel" aria-label="How many are left after each part of the rule">
      {funnel.map((f, i) => (
        <li key={i}>
          <span className="funnel-rule">
            {i > 0 && <span className="and">and </span>}
            <Rule text={f.rule} />
          </span>
          <span className="funnel-count">{count(f.count)}</span>
          <span className="bar" aria-hidden="true">
            <span style={{ width: `${(f.count / most) * 100}%` }} />
          </span>
        </li>
      ))}
    </ol>
  );
}
