// One change of a contact through /v1, and what it did to memberships, said at the foot of
// the page.
import { useState, type FormEvent } from "react";
import { json } from "../api/api";
import type { Diff } from "../api/types";
import { say } from "../ui/toast";

interface Outcome {
  revision: number;
  diffs?: Diff[];
}

export function useChange(onChange: () => void) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const change = async (method: string, path: string, body: unknown, done: string): Promise<boolean> => {
    setBusy(true);
    setError("");
    try {
      const { value } = await json<Outcome>(method, path, body);
      say([done, ...(value?.diffs ?? []).map(words)].join(" "));
      onChange();
      return true;
    } catch (e) {
      setError((e as Error).message);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { change, busy, error };
}

const words = (d: Diff) => (d.entered ? `Entered ${d.segment}.` : `Left ${d.segment}.`);

// submits is a handler for forms, which do not leave the page.
export const submits = (then: () => void) => (e: FormEvent) => {
  e.preventDefault();
  then();
};

// parsed reads what was typed for a field: by its kind, or, where no kind is known, as JSON
// where it is a number, true or false, and else as text.
export function parsed(text: string, kind: string): unknown {
  if (text === "") return null;
  if (kind === "text" || kind === "date" || kind === "time") return text;
  if (kind === "list" || kind === "object") return JSON.parse(text) as unknown;
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  return text;
}
