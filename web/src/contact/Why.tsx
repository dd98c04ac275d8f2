import { useState } from "react";
import { json } from "../api/api";
import { useLoad } from "../api/load";
import type { Explained, Explanation } from "../api/types";
import { distance, minute, plural } from "../lib/format";
import { Rule } from "../ui/Rule";
import { State } from "../ui/State";
import { Verdict } from "./Memberships";

interface Props {
  segment: string;
  contact: string;
  now: number;
  version: string; // changes when the answer may have changed
}

// Why a contact is in a segment, or not: each part of the rule with its verdict and what was seen.
export function Why({ segment, contact, now, version }: Props) {
  const path = `/v1/segments/${encodeURIComponent(segment)}/explain/${encodeURIComponent(contact)}`;
  const why = useLoad(async (signal) => (await json<Explained>("GET", path, undefined, { signal })).value, [path, version]);
  const [asText, setAsText] = useState(false);
  return (
    <div className="why">
      <State of={why}>
        {(w) => (
          <>
            {!asText && (
              <ul className="why-tree" aria-label="The parts of the rule">
                <Part part={w.explanation} now={now} />
              </ul>
            )}
            <pre data-testid="explain-text" className={asText ? "" : "hidden"}>
              {typeof w.text === "string" ? w.text : w.text.join("\n")}
            </pre>
            <button className="small quiet" aria-pressed={asText} onClick={() => setAsText(!asText)}>
              {asText ? "Show as a tree" : "Show as text"}
            </button>
          </>
        )}
      </State>
    </div>
  );
}

const groups: Record<string, string> = { and: "All of", or: "Any of", not: "Not" };

function Part({ part, now }: { part: Explanation; now: number }) {
  const parts = part.parts ?? [];
  return (
    <li>
      <div className="why-part">
        <Verdict holds={part.holds} yes="Holds" no="Does not hold" />
        <div>
          {parts.length > 0 && part.group ? <span className="group-name">{groups[part.group.toLowerCase()] ?? part.group}</span> : <Rule text={part.condition} />}
          {part.seen && <span className="seen"> {part.seen}</span>}
          {part.note && <span className="muted"> {part.note}</span>}
          {part.next && (
            <span className="muted" title={minute(part.next) + " UTC"}>
              {" "}
              Can change {distance(part.next, now)}.
            </span>
          )}
        </div>
      </div>
      {parts.length > 0 && (
        <ul>
          {parts.map((p, i) => (
            <Part key={i} part={p} now={now} />
          ))}
        </ul>
      )}
      {part.more ? <p className="muted">{plural(part.more, "more part")} left out.</p> : null}
    </li>
  );
}
