import { useState } from "react";
import type { ContactPage, Schema } from "../api/types";
import { day } from "../lib/format";
import { submits, useChange } from "./change";

interface Props {
  contact: ContactPage;
  schema: Schema | undefined;
  onChange: () => void;
}

// The lists that a contact is on, with leaving, and a form to join another.
export function Lists({ contact, schema, onChange }: Props) {
  const [name, setName] = useState("");
  const { change, busy, error } = useChange(onChange);
  const path = (list: string) => `/v1/contacts/${encodeURIComponent(contact.id)}/lists/${encodeURIComponent(list)}`;
  const join = async () => (await change("PUT", path(name), undefined, `Joined ${name}.`)) && setName("");
  const others = schema?.lists.filter((l) => !contact.lists.some((on) => on.name === l)) ?? [];
  return (
    <>
      {contact.lists.length === 0 && <p className="muted">On no list.</p>}
      <ul className="lists" data-testid="contact-lists">
        {contact.lists.map((l) => (
          <li key={l.name}>
            <span>
              {l.name} <span className="muted">since {day(l.joined)}</span>
            </span>
            <button className="small quiet" disabled={busy} aria-label={`Leave ${l.name}`} onClick={() => change("DELETE", path(l.name), undefined, `Left ${l.name}.`)}>
              Leave
            </button>
          </li>
        ))}
      </ul>
      <form className="inline-form" onSubmit={submits(join)} aria-label="Join a list">
        <label>
          <span>List</span>
          <input list="list-names" required value={name} onChange={(e) => setName(e.target.value)} autoComplete="off" />
        </label>
        <button disabled={busy || !name}>Join</button>
        <datalist id="list-names">
          {others.map((l) => <option key={l} value={l} />)}
        </datalist>
      </form>
      {error && <p className="note error" role="alert">{error}</p>}
    </>
  );
}
