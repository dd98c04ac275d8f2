import { useState } from "react";
import type { Kind, Schema } from "../api/types";
import { parsed, submits, useChange } from "./change";

interface Props {
  contact: string;
  schema: Schema | undefined;
  onChange: () => void;
}

// A form that adds an event which happens now, with the properties that the schema knows.
export function AddEvent({ contact, schema, onChange }: Props) {
  const [name, setName] = useState("");
  const [props, setProps] = useState<Record<string, string>>({});
  const { change, busy, error } = useChange(onChange);
  const properties = schema?.events.find((e) => e.name === name)?.properties ?? [];
  const add = async () => {
    const id = `page-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
    const given = properties.filter((p) => props[p.name]).map((p) => [p.name, read(props[p.name]!, p.kind)]);
    const body = { id, name, ...(given.length ? { props: Object.fromEntries(given) } : {}) };
    if (await change("POST", `/v1/contacts/${encodeURIComponent(contact)}/events`, body, `Added ${name}.`)) setProps({});
  };
  return (
    <>
      <form className="inline-form" onSubmit={submits(add)} aria-label="Add an event">
        <label>
          <span>Event</span>
          <input list="event-names" required value={name} onChange={(e) => setName(e.target.value)} autoComplete="off" data-testid="event-name" />
        </label>
        {properties.map((p) => (
          <label key={p.name}>
            <span>{p.name}</span>
            <input value={props[p.name] ?? ""} onChange={(e) => setProps({ ...props, [p.name]: e.target.value })} autoComplete="off" />
          </label>
        ))}
        <button disabled={busy || !name} data-testid="event-add">Add now</button>
        <datalist id="event-names">
          {schema?.events.map((e) => <option key={e.name} value={e.name} />)}
        </datalist>
      </form>
      {error && <p className="note error" role="alert">{error}</p>}
    </>
  );
}

// A property that is no JSON of its kind goes out as text: the server says what is wrong.
function read(text: string, kind: Kind): unknown {
  try {
    return parsed(text.trim(), kind);
  } catch {
    return text;
  }
}
