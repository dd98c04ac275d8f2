import { useState } from "react";
import type { ContactPage, Schema } from "../api/types";
import { value } from "../lib/format";
import { flatten, setting } from "../lib/paths";
import { parsed, submits, useChange } from "./change";

interface Props {
  contact: ContactPage;
  schema: Schema | undefined;
  onChange: () => void;
}

// The fields of a contact, and a form that sets one.
export function Fields({ contact, schema, onChange }: Props) {
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const { change, busy, error } = useChange(onChange);
  const [wrong, setWrong] = useState("");
  const field = schema?.fields.find((f) => f.name === name);
  const label = (key: string) => schema?.fields.find((f) => f.name === key)?.label || key;
  const set = async () => {
    setWrong("");
    let given: unknown;
    try {
      given = parsed(text.trim(), field?.kind ?? "any");
    } catch {
      return setWrong("A list or an object is written as JSON, such as [\"a\", \"b\"].");
    }
    const done = given === null ? `Removed ${name}.` : `Set ${name}.`;
    if (await change("PATCH", `/v1/contacts/${encodeURIComponent(contact.id)}`, { set: setting(contact.fields, name, given) }, done)) setText("");
  };
  return (
    <>
      <dl className="fields" data-testid="contact-fields">
        {flatten(contact.fields).map(([key, v]) => (
          <div key={key}>
            <dt title={key}>{label(key)}</dt>
            <dd>{value(v)}</dd>
          </div>
        ))}
      </dl>
      <form className="inline-form" onSubmit={submits(set)} aria-label="Set a field">
        <label>
          <span>Field</span>
          <input list="field-names" required value={name} onChange={(e) => setName(e.target.value)} autoComplete="off" data-testid="field-name" />
        </label>
        <label>
          <span>New value</span>
          <input list="field-values" value={text} onChange={(e) => setText(e.target.value)} placeholder="Empty removes it" autoComplete="off" data-testid="field-value" />
        </label>
        <button disabled={busy || !name} data-testid="field-set">Set</button>
        <datalist id="field-names">
          {schema?.fields.map((f) => <option key={f.name} value={f.name}>{f.label}</option>)}
        </datalist>
        <datalist id="field-values">
          {field?.values?.map((v) => <option key={String(v)} value={String(v)} />)}
        </datalist>
      </form>
      {(wrong || error) && <p className="note error" role="alert">{wrong || error}</p>}
    </>
  );
}
