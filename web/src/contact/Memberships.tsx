import { useState } from "react";
import type { ContactPage } from "../api/types";
import { distance, minute } from "../lib/format";
import { to } from "../lib/route";
import { Why } from "./Why";

type Membership = ContactPage["segments"][number];

// Each segment: in or not, the reason in one line, until when, and on demand the whole tree.
export function Memberships({ contact, now }: { contact: ContactPage; now: number }) {
  const sorted = [...contact.segments].sort((a, b) => Number(b.member) - Number(a.member) || (a.name || a.id).localeCompare(b.name || b.id));
  if (sorted.length === 0) return <p className="muted">There are no segments.</p>;
  return (
    <ul className="memberships" data-testid="contact-segments">
      {sorted.map((m) => (
        <Row key={m.id} membership={m} contact={contact.id} now={now} />
      ))}
    </ul>
  );
}

function Row({ membership: m, contact, now }: { membership: Membership; contact: string; now: number }) {
  const [open, setOpen] = useState(false);
  const name = m.name || m.id;
  return (
    <li data-segment={m.id} data-member={m.member}>
      <div className="membership">
        <Verdict holds={m.member} yes="Member" no="Not a member" />
        <div className="membership-text">
          <a className="row-name" href={to("segments", m.id)}>
            {name}
          </a>
          <p className="why-line">{m.why}</p>
          {(m.since || m.until) && (
            <p className="muted when">
              {m.member && m.since && <span title={minute(m.since)}>Since {distance(m.since, now)}. </span>}
              {m.until && (
                <span className="until" title={minute(m.until) + " UTC"}>
                  {m.member ? "Leaves" : "May enter"} by itself {distance(m.until, now)}, on {minute(m.until)} UTC.
                </span>
              )}
            </p>
          )}
        </div>
        <button className="small quiet" aria-expanded={open} aria-label={`${open ? "Hide" : "Why?"} ${name}`} onClick={() => setOpen(!open)}>
          {open ? "Hide" : "Why?"}
        </button>
      </div>
      {open && <Why segment={m.id} contact={contact} now={now} version={m.why + m.member} />}
    </li>
  );
}

// A verdict: an icon with words for those who do not see it, never colour alone.
export function Verdict({ holds, yes, no }: { holds: boolean; yes: string; no: string }) {
  return (
    <span className={"verdict " + (holds ? "yes" : "no")} role="img" aria-label={holds ? yes : no} title={holds ? yes : no}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
        {holds ? <path d="m2.2 6.4 2.5 2.5 5.1-5.6" /> : <path d="m3 3 6 6M9 3l-6 6" />}
      </svg>
    </span>
  );
}
