// Faults and warnings as squiggles below the words that they are about, each with its fix.
import type { Diagnostic } from "@codemirror/lint";
import type { Fault, Warning } from "../api/types";
import { range } from "../lib/offsets";

// fixedFault is the text after the fix of a fault, which is the whole rule as it was probably
// meant; fixedWarning that after the fix of a warning, which replaces its part.
export const fixedFault = (_: string, f: Fault) => f.fix ?? "";

export function fixedWarning(text: string, w: Warning): string {
  const { from, to } = range(text, w.offset, w.length);
  return text.slice(0, from) + w.fix + text.slice(to);
}

export function diagnostics(text: string, faults: Fault[], warnings: Warning[], apply: (text: string) => void): Diagnostic[] {
  const of = (severity: "error" | "warning", f: Fault | Warning, fixed: (() => string) | undefined): Diagnostic => ({
    ...range(text, f.offset, f.length),
    severity,
    message: f.message,
    actions: fixed && [{ name: fixLabel(f), apply: () => apply(fixed()) }],
  });
  return [
    ...faults.filter((f) => f.offset !== undefined).map((f) => of("error", f, f.fix ? () => fixedFault(text, f) : undefined)),
    ...warnings.filter((w) => w.line).map((w) => of("warning", w, w.fix ? () => fixedWarning(text, w) : undefined)),
  ].sort((a, b) => a.from - b.from);
}

export const fixLabel = (f: Fault | Warning) => ("suggestion" in f && f.suggestion ? `Write ${f.suggestion}` : "Fix it");
