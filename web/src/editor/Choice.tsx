interface Props {
  label: string;
  value: string;
  options: [value: string, label: string][];
  onChange: (value: string) => void;
}

// One of several names. A value that is not among them is kept and shown.
export function Choice({ label, value, options, onChange }: Props) {
  const known = options.some(([v]) => v === value);
  return (
    <select className="rule-value" aria-label={label} value={value} onChange={(e) => onChange(e.target.value)}>
      {!known && <option value={value}>{value || "Choose …"}</option>}
      {options.map(([v, text]) => (
        <option key={v} value={v}>
          {text}
        </option>
      ))}
    </select>
  );
}
