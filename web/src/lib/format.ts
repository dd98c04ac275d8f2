// Numbers, instants and values as people read them.

const number = new Intl.NumberFormat("en");
const compactNumber = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export const count = (n: number) => number.format(n);
export const compact = (n: number) => (Math.abs(n) < 10_000 ? number.format(n) : compactNumber.format(n));
export function percent(x: number): string {
  const some = x !== 0 && Math.abs(x) < 0.1;
  return (some ? (x * 100).toFixed(1) : number.format(Math.round(x * 100))) + " %";
}
export const plural = (n: number, one: string, many = one + "s") => `${count(n)} ${n === 1 ? one : many}`;

const parts: Intl.DateTimeFormatOptions = { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" };
const dayFormat = new Intl.DateTimeFormat("en-GB", parts);
const minuteFormat = new Intl.DateTimeFormat("en-GB", { ...parts, hour: "2-digit", minute: "2-digit" });
const secondFormat = new Intl.DateTimeFormat("en-GB", { ...parts, hour: "2-digit", minute: "2-digit", second: "2-digit" });

type Instant = string | number | Date;
const say = (format: Intl.DateTimeFormat, at: Instant) => {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : format.format(date);
};

export const day = (at: Instant) => say(dayFormat, at);
export const minute = (at: Instant) => say(minuteFormat, at);
export const second = (at: Instant) => say(secondFormat, at);

const steps: [number, string][] = [
  [365 * 86_400, "year"],
  [30 * 86_400, "month"],
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
];

// distance is how far an instant is from now, in the largest unit: "in 3 days", "2 hours ago".
export function distance(at: Instant, now: number): string {
  const seconds = (new Date(at).getTime() - now) / 1000;
  for (const [size, unit] of steps) {
    const n = Math.floor(Math.abs(seconds) / size);
    if (n >= 1) return seconds > 0 ? `in ${plural(n, unit)}` : `${plural(n, unit)} ago`;
  }
  return seconds > 0 ? "in less than a minute" : "just now";
}

// value is a field or property as text; {"$date": …} and {"$time": …} are a day and an instant.
export function value(v: unknown): string {
  if (v === null || v === undefined) return "–";
  if (Array.isArray(v)) return v.map(value).join(", ");
  if (typeof v !== "object") return String(v);
  const o = v as Record<string, unknown>;
  for (const key of ["$date", "$time", "$duration"]) {
    if (typeof o[key] === "string") return key === "$time" ? second(o[key]) : o[key];
  }
  return JSON.stringify(v);
}
