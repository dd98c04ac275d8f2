import { useId } from "react";
import type { TreeField } from "./fields";
import { Choice } from "./Choice";

interface Props {
  field: TreeField | undefined;
  label: string;
  value: unknown;
  onChange: (value: unknown) => void;
}

// One value, by the kind of its field. Common values are offered, others can be typed.
export function One({ field, label, value, onChange }: Props) {
  const list = useId();
  const kind = field?.kind ?? "any";
  if (kind === "bool") {
    return <Choice label={label} value={String(value)} options={[["true", "true"], ["false", "false"]]} onChange={(v) => onChange(v === "true")} />;
  }
  const text = value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
  const values = (field?.values ?? []).filter((v) => typeof v !== "object");
  const type = kind === "date" && (text === "" || /^\d{4}-\d\d-\d\d$/.test(text)) ? "date" : "text";
  return (
    <>
      <input
        className={"rule-value" + (kind === "number" ? " short" : "")}
        type={type}
        inputMode={kind === "number" ? "decimal" : undefined}
        aria-label={label}
        value={text}
        list={values.length ? list : undefined}
        placeholder={kind === "time" ? "2026-01-31T10:00:00Z" : undefined}
        onChange={(e) => onChange(typed(e.target.value, kind, value))}
      />
      {values.length > 0 && (
        <datalist id={list}>
          {values.map((v) => (
            <option key={String(v)} value={String(v)} />
          ))}
        </datalist>
      )}
    </>
  );
}

// typed is what was typed, as a number where the field has numbers and the number is written
// back as it was typed; "1." and large integers stay text, of which nothing is lost.
export function typed(text: string, kind: string, before?: unknown): unknown {
  if (kind !== "number" && !(kind === "any" && typeof before === "number")) return text;
  const n = Number(text);
  return text.trim() !== "" && String(n) === text.trim() ? n : text;
}
