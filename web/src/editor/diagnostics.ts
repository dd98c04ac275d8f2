// Faults and warnings as squiggles below the words that they are about, each with its fix.
import type { Diagnostic } from "@codemirror/lint";
import type { Fault, Warning } from "../api/types";
import { name } from "../lib/complete";
import { range } from "../lib/offsets";

// fixedFault is the text after the fix of a fault: with the nearest right name in the place of
// the wrong one where there is such a name, so that the rest stays as it was typed; else the
// whole rule as it was probably meant. undefined if neither is known.
export function fixedFault(text: string, f: Fault): string | undefined {
  const right = nearest(f);
  if (right === undefined || !f.length) return f.fix || undefined;
  const { from, to } = range(text, f.offset, f.length);
  return text.slice(0, from) + right + text.slice(to);
}

// nearest is the right name as it is written in a rule; the server has it between backticks.
function nearest(f: { suggestion?: string }): string | undefined {
  const inner = /^`(.*)`$/s.exec(f.suggestion ?? "")?.[1];
  return inner === undefined ? undefined : name(inner);
}

// fixedWarning is the text after the fix of a warning, which replaces its part.
export function fixedWarning(text: string, w: Warning): string {
  const { from, to } = range(text, w.offset, w.length);
  return text.slice(0, from) + w.fix + text.slice(to);
}

export function diagnostics(text: string, faults: Fault[], warnings: Warning[], apply: (text: string) => void): Diagnostic[] {
  const of = (severity: "error" | "warning", f: Fault | Warning, fixed: string | undefined): Diagnostic => ({
    ...range(text, f.offset, f.length),
    severity,
    message: f.message,
    actions: fixed === undefined ? undefined : [{ name: fixLabel(f), apply: () => apply(fixed) }],
  });
  return [
    ...faults.filter((f) => f.offset !== undefined).map((f) => of("error", f, fixedFault(text, f))),
    ...warnings.filter((w) => w.line).map((w) => of("warning", w, w.fix ? fixedWarning(text, w) : undefined)),
  ].sort((a, b) => a.from - b.from);
}

export function fixLabel(f: Fault | Warning): string {
  const right = nearest(f as { suggestion?: string });
  return right === undefined ? "Fix it" : `Write ${right}`;
}
