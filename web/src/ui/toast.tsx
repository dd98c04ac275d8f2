// Short messages at the foot of the page: what was done, or why it was not. They are read out
// by screen readers and go by themselves.
import { store, useStore } from "../api/store";

interface Toast {
  key: number;
  text: string;
  kind: "done" | "error";
}

const toasts = store<Toast[]>([]);
let keys = 0;

export function say(text: string, kind: Toast["kind"] = "done") {
  const key = ++keys;
  toasts.set([...toasts.get().slice(-2), { key, text, kind }]);
  setTimeout(() => drop(key), kind === "error" ? 10_000 : 5000);
}

const drop = (key: number) => toasts.set(toasts.get().filter((t) => t.key !== key));

export function Toasts() {
  return (
    <div className="toasts" role="status" aria-live="polite">
      {useStore(toasts).map((t) => (
        <div key={t.key} className={"toast " + t.kind}>
          <span>{t.text}</span>
          <button className="icon" aria-label="Close this message" onClick={() => drop(t.key)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
