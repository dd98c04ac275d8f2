import type { Fault, Warning } from "../api/types";
import { fixedFault, fixedWarning, fixLabel } from "./diagnostics";
import type { RuleState } from "./useRule";

interface Props {
  rule: RuleState;
  onFix: (text: string) => void;
}

// What is wrong with the rule, and what is allowed but likely not meant, each with its fix.
export function Notes({ rule, onFix }: Props) {
  const { text, faults, warnings, losses, error, source } = rule;
  const empty = text.trim() === "" && faults.length === 0;
  return (
    <div id="editor-errors" className="notes" aria-live="polite" data-testid="editor-errors">
      {error && <p className="note error">{error}</p>}
      {(faults.length > 0 || rule.incomplete) && source === "tree" && <p className="muted">The text is still that before the last change of the conditions.</p>}
      {faults.map((f, i) => (
        <Note key={i} kind="error" note={f} place={source === "text" && f.line ? `line ${f.line}, column ${f.column}` : ""} fix={source === "text" ? fixedFault(text, f) : undefined} onFix={onFix} />
      ))}
      {warnings.map((w, i) => (
        <Note key={i} kind="warning" note={w} place="" fix={w.fix !== undefined && w.line ? fixedWarning(text, w) : undefined} onFix={onFix} />
      ))}
      {losses.map((l, i) => (
        <Note key={i} kind="warning" note={{ code: l.kind, message: `${l.what}. ${l.needs}`.trim() }} place="" fix={undefined} onFix={onFix} />
      ))}
      {empty && <p className="muted">Write a rule here, or build it from conditions. Ctrl+Space shows what can be written.</p>}
      {!empty && !error && !rule.incomplete && faults.length === 0 && warnings.length === 0 && <p className="muted ok-line">{rule.busy ? "Checking …" : "The rule is right."}</p>}
    </div>
  );
}

interface NoteProps {
  kind: "error" | "warning";
  note: Fault | Warning;
  place: string;
  fix: string | undefined; // the text with the fix
  onFix: (text: string) => void;
}

function Note({ kind, note, place, fix, onFix }: NoteProps) {
  return (
    <div className={"note " + kind}>
      <p>
        <span className="hidden">{kind === "error" ? "Error: " : "Warning: "}</span>
        {note.message}
        {place && <span className="place"> ({place})</span>}
      </p>
      {fix !== undefined && (
        <button className="small" onClick={() => onFix(fix)}>
          {fixLabel(note)}
        </button>
      )}
    </div>
  );
}
