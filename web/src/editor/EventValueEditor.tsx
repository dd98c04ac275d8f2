import type { EventValue } from "./fields";

interface Props {
  value: EventValue;
  onChange: (value: EventValue) => void;
}

const units = ["minutes", "hours", "days", "weeks", "months", "quarters", "years"];
const whole = (text: string, least: number) => Math.max(least, Math.floor(Number(text) || 0));

// How often something was done, and in which window: `5 times in the last 30 days`.
export function EventValueEditor({ value: given, onChange }: Props) {
  const value: EventValue = given && typeof given === "object" ? given : { agg: "count", n: 1 };
  const { window } = value;
  const plural = window && (units.includes(window.unit) || !units.includes(window.unit + "s")) ? window.unit : window && window.unit + "s";
  const setWindow = (w: EventValue["window"]) => {
    const { window: _, ...rest } = value;
    onChange(w ? { ...rest, window: w } : rest);
  };
  return (
    <span className="rule-value event-value">
      <input className="short" type="number" min={0} aria-label="How many times" value={value.n} onChange={(e) => onChange({ ...value, n: whole(e.target.value, 0) })} />
      <span>times</span>
      <select aria-label="When" value={window ? "last" : "ever"} onChange={(e) => setWindow(e.target.value === "last" ? { last: 30, unit: "days" } : undefined)}>
        <option value="last">in the last</option>
        <option value="ever">at any time</option>
      </select>
      {window && (
        <>
          <input className="short" type="number" min={1} aria-label="Length of the window" value={window.last} onChange={(e) => setWindow({ ...window, last: whole(e.target.value, 1) })} />
          <select aria-label="Unit of the window" value={plural} onChange={(e) => setWindow({ ...window, unit: e.target.value })}>
            {(units.includes(plural!) ? units : [plural!, ...units]).map((u) => (
              <option key={u}>{u}</option>
            ))}
          </select>
        </>
      )}
    </span>
  );
}
