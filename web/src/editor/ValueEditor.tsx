import type { ValueEditorProps } from "react-querybuilder";
import type { Schema } from "../api/types";
import { EventValueEditor } from "./EventValueEditor";
import type { EventValue, TreeField } from "./fields";
import { Choice } from "./Choice";
import { Many } from "./Many";
import { One } from "./One";

interface Context {
  schema: Schema;
  fields: Map<string, TreeField>;
}

// The right-hand side of a condition, by what is on its left.
export function ValueEditor(props: ValueEditorProps) {
  const { schema, fields } = props.context as Context;
  const { field: name, operator, value, handleOnChange: set } = props;
  const f = fields.get(name);
  if (operator === "null" || operator === "notNull") return null;
  if (props.valueSource === "field") {
    return <Choice label="The other field" value={String(value)} options={schema.fields.map((o) => [o.name, o.label || o.name])} onChange={set} />;
  }
  if (f?.kind === "event") return <EventValueEditor value={value as EventValue} onChange={set} />;
  if (name === "list") return <Choice label="List" value={String(value)} options={schema.lists.map((l) => [l, l])} onChange={set} />;
  if (name === "segment") return <Choice label="Segment" value={String(value)} options={schema.segments.map((s) => [s.id, s.name || s.id])} onChange={set} />;
  if (f?.kind === "rule") {
    return <input className="rule-value rule-line" aria-label="Rule text of this condition" value={String(value ?? "")} spellCheck={false} onChange={(e) => set(e.target.value)} />;
  }
  if (operator === "in" || operator === "notIn") return <Many field={f} value={value} onChange={set} />;
  if (operator === "between" || operator === "notBetween") {
    const [a, b] = Array.isArray(value) ? value : [value, ""];
    return (
      <span className="rule-value pair">
        <One field={f} label="From" value={a} onChange={(v) => set([v, b])} /> and <One field={f} label="To" value={b} onChange={(v) => set([a, v])} />
      </span>
    );
  }
  return <One field={f} label="Value" value={value} onChange={set} />;
}
