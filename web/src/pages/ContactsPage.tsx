import { useEffect, useRef, useState } from "react";
import { json } from "../api/api";
import { useInfo } from "../api/info";
import { useLoad } from "../api/load";
import type { ContactRow } from "../api/types";
import { plural, value } from "../lib/format";
import { to } from "../lib/route";
import { State } from "../ui/State";

const page = 50;

interface Found {
  contacts: ContactRow[];
  next?: string;
}

// Contacts, found by the beginning of their id, name or address.
export function ContactsPage() {
  const [typed, setTyped] = useState("");
  const [q, setQ] = useState("");
  const total = useInfo()?.contacts;
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), 150);
    return () => clearTimeout(timer);
  }, [typed]);
  const found = useLoad((signal) => search(q, "", signal), [q]);
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Contacts</h1>
          <p className="muted">{total === undefined ? " " : plural(total, "contact")}</p>
        </div>
      </div>
      <form role="search" className="search" onSubmit={(e) => (e.preventDefault(), setQ(typed.trim()))}>
        <label htmlFor="contact-q">Find a contact</label>
        <input id="contact-q" type="search" placeholder="Beginning of an id, a name or an address" value={typed} onChange={(e) => setTyped(e.target.value)} data-testid="contact-search" autoComplete="off" />
      </form>
      <State of={found}>{(first) => <List key={q} first={first} q={q} />}</State>
    </>
  );
}

async function search(q: string, cursor: string, signal?: AbortSignal): Promise<Found> {
  const query = new URLSearchParams({ q, limit: String(page), ...(cursor ? { cursor } : {}) });
  return (await json<Found>("GET", `/app/contacts?${query}`, undefined, { signal })).value;
}

function List({ first, q }: { first: Found; q: string }) {
  const [more, setMore] = useState<Found>({ contacts: [], next: first.next });
  const [busy, setBusy] = useState(false);
  const from = useRef(first);
  if (from.current !== first) {
    from.current = first;
    setMore({ contacts: [], next: first.next });
  }
  const all = [...first.contacts, ...more.contacts];
  const load = async () => {
    setBusy(true);
    const next = await search(q, more.next!).catch(() => undefined);
    if (next) setMore((m) => ({ contacts: [...m.contacts, ...next.contacts], next: next.next }));
    setBusy(false);
  };
  if (all.length === 0) return <div className="empty" role="status">{q ? <p>No contact begins with “{q}”.</p> : <p>There are no contacts yet.</p>}</div>;
  const extra = columns(all);
  return (
    <>
      <div className="card flush">
        <table className="data" role="table">
          <caption className="hidden">Contacts</caption>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">Contact</th>
              {extra.map((c) => (
                <th role="columnheader" scope="col" key={c}>{c.replaceAll("_", " ")}</th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {all.map((c) => (
              <tr role="row" key={c.id} data-testid="contact-row">
                <td role="cell" className="main-cell">
                  <a className="row-name" href={to("contacts", c.id)}>{c.name || c.id}</a>
                  {c.name && <span className="muted mono sub">{c.id}</span>}
                </td>
                {extra.map((k) => (
                  <td role="cell" key={k} data-label={k.replaceAll("_", " ")}>{value(c[k])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more.next && (
        <p className="more">
          <button onClick={load} disabled={busy}>{busy ? "Loading …" : "Show more"}</button>
        </p>
      )}
    </>
  );
}

// columns are the first few fields that any of the contacts has, beside its id and name.
function columns(all: ContactRow[]): string[] {
  const seen = new Set<string>();
  for (const c of all) for (const k of Object.keys(c)) if (k !== "id" && k !== "name" && c[k] !== undefined) seen.add(k);
  return [...seen].slice(0, 4);
}
