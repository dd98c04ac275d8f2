import { useState } from "react";
import { json } from "../api/api";
import { useInfo } from "../api/info";
import type { Imported } from "../api/types";
import { submits } from "../contact/change";
import { to } from "../lib/route";
import { Rule } from "../ui/Rule";
import { Losses } from "./Losses";

// A definition of another system, as a rule, and what of it could not be kept.
export function ImportPage() {
  const systems = useInfo()?.systems ?? [];
  const [chosen, setSystem] = useState("");
  const system = chosen || systems[0] || "";
  const [text, setText] = useState("");
  const [answer, setAnswer] = useState<Imported>();
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setError("");
    try {
      setAnswer((await json<Imported>("POST", "/app/import", { system, definition: definition(text) })).value);
    } catch (e) {
      setAnswer(undefined);
      setError((e as Error).message);
    }
    setBusy(false);
  };
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Import</h1>
          <p className="muted">Bring a segment from another system. What cannot be kept is said, with its place.</p>
        </div>
      </div>
      <div className="editor-sides">
        <form className="card import-form" onSubmit={submits(run)}>
          <label>
            <span>System</span>
            <select value={system} onChange={(e) => setSystem(e.target.value)} data-testid="import-system">
              {systems.map((s) => <option key={s}>{s}</option>)}
            </select>
          </label>
          <label>
            <span>Definition</span>
            <textarea rows={16} required spellCheck={false} value={text} onChange={(e) => setText(e.target.value)} placeholder="Paste the definition as the other system exports it" data-testid="import-text" />
          </label>
          <button className="primary" disabled={busy || !text.trim() || !system} data-testid="import-run">Read it</button>
        </form>
        <section className="card" aria-labelledby="result-title" aria-live="polite">
          <h2 id="result-title">As a rule</h2>
          {error && <p className="note error" role="alert">{error}</p>}
          {!error && !answer && <p className="muted">The rule appears here.</p>}
          {answer && <Result answer={answer} />}
        </section>
      </div>
    </>
  );
}

// definition is what was pasted: JSON as JSON, where no number loses digits by it, and
// everything else as text.
function definition(text: string): unknown {
  try {
    return /\d{16}/.test(text) ? text : (JSON.parse(text) as unknown);
  } catch {
    return text;
  }
}

function Result({ answer: a }: { answer: Imported }) {
  return (
    <>
      {a.name && <p className="version-name">{a.name}</p>}
      {a.rule && (
        <div className="rule-box">
          <Rule text={a.rule} />
        </div>
      )}
      {a.faults.map((f, i) => (
        <p key={i} className="note error">{f.message}</p>
      ))}
      {a.rule && (
        <p>
          <a className="button primary" href={to("segments", "new", { rule: a.rule, name: a.name })} data-testid="import-use">
            Use in the editor
          </a>
        </p>
      )}
      <Losses losses={a.losses} />
    </>
  );
}
