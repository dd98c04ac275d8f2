import type { Loss } from "../api/types";

// What an import left out or changed: where, what, and what it would take to keep it.
export function Losses({ losses }: { losses: Loss[] }) {
  return (
    <div data-testid="import-losses">
      <h3>What was lost</h3>
      {losses.length === 0 && <p className="muted">Nothing: the rule says all of it.</p>}
      <ul className="losses">
        {losses.map((l, i) => (
          <li key={i}>
            <p>
              <span className={"tag " + (l.kind === "omitted" ? "bad" : "warn")}>{l.kind}</span> <code className="mono">{l.path || "/"}</code>
            </p>
            <p>{l.what}</p>
            {l.needs && <p className="muted">To keep it: {l.needs}</p>}
          </li>
        ))}
      </ul>
    </div>
  );
}
