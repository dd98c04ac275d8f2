import { json } from "../api/api";
import { useDiffs } from "../api/feed";
import { useInfo, useNow } from "../api/info";
import { useLoad } from "../api/load";
import type { ContactPage as Contact, Schema } from "../api/types";
import { AddEvent } from "../contact/AddEvent";
import { Fields } from "../contact/Fields";
import { Lists } from "../contact/Lists";
import { Memberships } from "../contact/Memberships";
import { Timeline } from "../contact/Timeline";
import { to } from "../lib/route";
import { State } from "../ui/State";

// One contact: what is known, what was done, and for each segment why it is in or not.
export function ContactPage({ id }: { id: string }) {
  const info = useInfo();
  const path = `/app/contacts/${encodeURIComponent(id)}`;
  const contact = useLoad(async (signal) => (await json<Contact>("GET", path, undefined, { signal })).value, [path, info?.simulated ? info.now : ""]);
  const schema = useLoad(async (signal) => (await json<Schema>("GET", "/app/schema", undefined, { signal })).value, []).value;
  const now = useNow() ?? Date.now();
  useDiffs(contact.reload);
  return (
    <>
      <p className="crumbs">
        <a href={to("contacts")}>Contacts</a> <span aria-hidden="true">/</span> <span className="mono">{id}</span>
      </p>
      <State of={contact}>
        {(c) => (
          <>
            <div className="page-head">
              <h1>{String(c.fields.name ?? c.fields.full_name ?? c.fields.email ?? c.id)}</h1>
            </div>
            <div className="contact-grid">
              <section className="card" aria-labelledby="segments-title">
                <h2 id="segments-title">Segments</h2>
                <Memberships contact={c} now={Math.floor(now / 60_000) * 60_000} />
              </section>
              <div className="stack">
                <section className="card" aria-labelledby="fields-title">
                  <h2 id="fields-title">Fields</h2>
                  <Fields contact={c} schema={schema} onChange={contact.reload} />
                </section>
                <section className="card" aria-labelledby="lists-title">
                  <h2 id="lists-title">Lists</h2>
                  <Lists contact={c} schema={schema} onChange={contact.reload} />
                </section>
                <section className="card" aria-labelledby="events-title">
                  <h2 id="events-title">Events</h2>
                  <AddEvent contact={c.id} schema={schema} onChange={contact.reload} />
                  <Timeline events={c.events} now={Math.floor(now / 60_000) * 60_000} />
                </section>
              </div>
            </div>
          </>
        )}
      </State>
    </>
  );
}
