import { useInfo } from "../api/info";
import type { Ahead, Definition, Preview } from "../api/types";
import { count, percent, plural } from "../lib/format";
import { to } from "../lib/route";
import { AheadCard } from "./AheadCard";
import { Changes } from "./Changes";
import { Funnel } from "./Funnel";
import { useAsked } from "./usePreview";

interface Props {
  rule: string; // canonical; "" if there is none
  stale: boolean; // it is not what is being edited
  id: string | undefined;
  active: Definition | undefined;
}

// What the rule would do, as it is typed.
export function Results({ rule, stale, id, active }: Props) {
  const preview = useAsked<Preview>("/app/preview", rule, active ? { id } : {}, 80);
  const ahead = useAsked<Ahead>("/app/ahead", rule, { days: [1, 30] }, 300);
  const of = useInfo()?.contacts ?? 0;
  const p = preview.value;
  const old = stale || preview.loading ? " old" : "";
  return (
    <div className="results">
      <section className="card" aria-labelledby="who-title">
        <h2 id="who-title">Who matches</h2>
        <div className={"figure" + old} aria-live="polite" aria-atomic="true">
          <span className="big" data-testid="editor-count">
            {p ? count(p.count) : "–"}
          </span>{" "}
          <span className="muted">
            {p ? `of ${plural(of, "contact")}` : "contacts"}
            {p && of > 0 && ` · ${percent(p.count / of)}`}
          </span>
        </div>
        {preview.error && (
          <p className="note error" role="alert">
            {preview.error}
          </p>
        )}
        {p && <Funnel funnel={p.funnel} of={of} />}
        <p className={"missing" + (p?.missing ? " some" : "")} data-testid="editor-missing">
          {p && (p.missing > 0 ? `${plural(p.missing, "contact matches", "contacts match")} only because a value is missing.` : "Nobody matches only because a value is missing.")}
        </p>
        {p && p.sample.length > 0 && <Sample ids={p.sample} />}
      </section>
      <Changes preview={p} active={active !== undefined} old={old} />
      <AheadCard now={p?.count} ahead={ahead} old={stale || ahead.loading ? " old" : ""} />
    </div>
  );
}

// Some contacts, as links.
export function Sample({ ids, most = 8 }: { ids: string[]; most?: number }) {
  return (
    <ul className="sample" aria-label="Some of them">
      {ids.slice(0, most).map((c) => (
        <li key={c}>
          <a href={to("contacts", c)}>{c}</a>
        </li>
      ))}
    </ul>
  );
}
