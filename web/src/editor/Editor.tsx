import { useEffect, useMemo, useRef, useState } from "react";
import type { Schema } from "../api/types";
import { to } from "../lib/route";
import type { Start } from "../pages/EditorPage";
import { ActivateDialog } from "./ActivateDialog";
import { ConflictDialog } from "./ConflictDialog";
import { diagnostics } from "./diagnostics";
import { EditorHead } from "./EditorHead";
import { Notes } from "./Notes";
import { Results } from "./Results";
import { RuleText } from "./RuleText";
import { RuleTree } from "./RuleTree";
import { forget, keep } from "./unsaved";
import { useRule } from "./useRule";
import { useSaving } from "./useSaving";

// One segment: its rule as a tree and as text, what it would do, and saving it.
export function Editor({ start, schema }: { start: Start; schema: Schema }) {
  const [name, setName] = useState(start.name);
  const rule = useRule(start.rule);
  const { text, setText } = rule;
  const show = (n: string, t: string) => {
    setName(n);
    setText(t);
  };
  const saving = useSaving(start, { name, text, rule: rule.rule, show });
  const saved = saving.draft ?? saving.active ?? { name: "", rule: "" };
  const dirty = name !== saved.name || text !== saved.rule;
  useUnsaved(dirty, saving.id ?? "new", name, text, saving.draft?.revision);

  const { faults, warnings } = rule;
  const marks = useMemo(() => (rule.source === "text" || !faults.length ? diagnostics(text, faults, warnings, setText) : []), [faults, warnings, rule.source]);

  return (
    <>
      <p className="crumbs">
        <a href={to("segments")}>Segments</a> <span aria-hidden="true">/</span> {saving.id ?? "new"}
      </p>
      <EditorHead name={name} onName={setName} dirty={dirty} saving={saving} ready={rule.rule !== "" && !faults.length && !rule.incomplete && !rule.busy && text.trim() !== ""} />
      <div className="editor-sides">
        <section className="card" aria-labelledby="tree-title">
          <h2 id="tree-title">Conditions</h2>
          <RuleTree tree={rule.tree} schema={schema} onChange={rule.setTree} />
        </section>
        <section className="card" aria-labelledby="text-title">
          <h2 id="text-title">Rule text</h2>
          <RuleText text={text} schema={schema} diagnostics={marks} onChange={setText} />
          <Notes rule={rule} onFix={setText} />
        </section>
      </div>
      <Results rule={text.trim() === "" ? "" : rule.rule} stale={rule.busy || rule.incomplete || faults.length > 0} id={saving.id} active={saving.active} />
      {saving.conflict && <ConflictDialog theirs={saving.conflict.theirs} mine={{ name, rule: text }} saving={saving} />}
      {saving.dry && <ActivateDialog dry={saving.dry} name={name} id={saving.id} saving={saving} />}
    </>
  );
}

// What is not saved is kept while other pages are looked at, and the browser asks before it
// closes the page.
function useUnsaved(dirty: boolean, id: string, name: string, text: string, revision: number | undefined) {
  const latest = useRef({ dirty, id, name, text, revision });
  latest.current = { dirty, id, name, text, revision };
  useEffect(() => {
    const ask = (e: BeforeUnloadEvent) => latest.current.dirty && e.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => {
      window.removeEventListener("beforeunload", ask);
      const { dirty, id, ...work } = latest.current;
      if (dirty) keep(id, work);
      else forget(id);
    };
  }, []);
}
