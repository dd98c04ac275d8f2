import type { Preview } from "../api/types";
import { count } from "../lib/format";
import { Sample } from "./Results";

// Who would enter and leave if the rule were active.
export function Changes({ preview: p, active, old }: { preview: Preview | undefined; active: boolean; old: string }) {
  const unchanged = p && p.enter === 0 && p.leave === 0;
  return (
    <section className="card" aria-labelledby="change-title">
      <h2 id="change-title">If it were active</h2>
      <div className={"two" + old}>
        <div data-testid="editor-enter">
          <span className="label">Would enter</span>
          <span className={"big" + (p?.enter ? " in" : "")}>{p ? "+" + count(p.enter) : "–"}</span>
          {p && p.enter_sample.length > 0 && <Sample ids={p.enter_sample} most={6} />}
        </div>
        <div data-testid="editor-leave">
          <span className="label">Would leave</span>
          <span className={"big" + (p?.leave ? " out" : "")}>{p ? "−" + count(p.leave) : "–"}</span>
          {p && p.leave_sample.length > 0 && <Sample ids={p.leave_sample} most={6} />}
        </div>
      </div>
      <p className="muted foot">
        {!active ? "There is no active rule: everybody who matches would enter." : unchanged ? "The members would stay the same." : "Compared with the active rule."}
      </p>
    </section>
  );
}
