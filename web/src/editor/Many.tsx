import { useId, useState, type KeyboardEvent } from "react";
import type { TreeField } from "./fields";
import { typed } from "./One";

interface Props {
  field: TreeField | undefined;
  value: unknown;
  onChange: (value: unknown[]) => void;
}

// Several values, each as a chip. Enter adds what is typed, Backspace in the empty field
// takes the last away.
export function Many({ field, value, onChange }: Props) {
  const [text, setText] = useState("");
  const list = useId();
  const values = Array.isArray(value) ? value : [];
  const add = (given = text) => {
    const clean = given.trim();
    const next = typed(clean, field?.kind ?? "any", values[0]);
    if (clean !== "" && !values.includes(next)) onChange([...values, next]);
    setText("");
  };
  const keys = (e: KeyboardEvent) => {
    if (e.key === "Enter" || e.key === ",") {
      e.preventDefault();
      add();
    }
    if (e.key === "Backspace" && text === "" && values.length) onChange(values.slice(0, -1));
  };
  const rest = (field?.values ?? []).filter((v) => !values.some((w) => String(w) === String(v)));
  return (
    <span className="rule-value chips" role="group" aria-label="Values">
      {values.map((v, i) => (
        <span className="chip" key={String(v)}>
          {String(v)}
          <button type="button" aria-label={`Remove ${String(v)}`} onClick={() => onChange(values.filter((_, j) => j !== i))}>
            ×
          </button>
        </span>
      ))}
      <input
        aria-label="Add a value"
        placeholder="Add …"
        value={text}
        list={list}
        onChange={(e) => {
          const chosen = rest.some((v) => String(v) === e.target.value) && !(e.nativeEvent as InputEvent).inputType?.startsWith("insertText");
          if (chosen) add(e.target.value);
          else setText(e.target.value);
        }}
        onKeyDown={keys}
        onBlur={() => add()}
      />
      <datalist id={list}>
        {rest.map((v) => (
          <option key={String(v)} value={String(v)} />
        ))}
      </datalist>
    </span>
  );
}
