import { useState } from "react";
import type { ContactPage } from "../api/types";
import { count, day, distance, second, value } from "../lib/format";

const step = 20;

// The events of a contact by day, newest first.
export function Timeline({ events, now }: { events: ContactPage["events"]; now: number }) {
  const [shown, setShown] = useState(step);
  if (events.length === 0) return <p className="muted">No events.</p>;
  const visible = events.slice(0, shown);
  return (
    <>
      <ol className="timeline" data-testid="contact-events">
        {visible.map((e, i) => (
          <li key={e.id || i} className={i === 0 || day(e.at) !== day(visible[i - 1]!.at) ? "first" : ""}>
            <time dateTime={e.at} title={second(e.at) + " UTC"}>
              {distance(e.at, now)}
            </time>
            <span className="event-name">{e.name}</span>
            {e.properties && Object.keys(e.properties).length > 0 && (
              <span className="muted">
                {Object.entries(e.properties)
                  .map(([k, v]) => `${k} ${value(v)}`)
                  .join(" · ")}
              </span>
            )}
          </li>
        ))}
      </ol>
      {events.length > shown && (
        <button className="small" onClick={() => setShown(shown + 3 * step)}>
          Show more ({count(events.length - shown)})
        </button>
      )}
    </>
  );
}
