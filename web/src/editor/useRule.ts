// The rule that is edited, as text and as a tree. Whichever is edited last is the truth and
// writes the other: after a short pause it goes to the server, and of several answers only
// that to the last edit counts. What somebody types is never rewritten under the cursor: an
// edit of the text changes the tree, an edit of the tree changes the text.
import { useCallback, useEffect, useRef, useState } from "react";
import type { RuleGroupType } from "react-querybuilder";
import { ApiError, json } from "../api/api";
import { connection } from "../api/connection";
import { useStore } from "../api/store";
import type { Fault, Loss, TreeAnswer, Warning } from "../api/types";
import { emptyTree, sameTree, shaped, withIds } from "../lib/tree";

const pause = 120; // milliseconds after the last key

export interface RuleState {
  text: string;
  tree: RuleGroupType;
  rule: string; // the last text without faults, in canonical form: what is previewed
  faults: Fault[];
  warnings: Warning[];
  losses: Loss[]; // what of the tree no rule can say
  incomplete: boolean; // the tree says nothing that a rule could say
  source: "text" | "tree"; // which was edited last
  busy: boolean; // an edit has not been answered yet
  error: string; // why the server could not be asked
}

export interface RuleEditing extends RuleState {
  setText(text: string): void;
  setTree(tree: RuleGroupType): void;
}

export function useRule(first: string): RuleEditing {
  const [state, setState] = useState<RuleState>(() => ({
    text: first, tree: emptyTree(), rule: "", faults: [], warnings: [], losses: [], incomplete: false, source: "text", busy: first.trim() !== "", error: "",
  }));
  const edit = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const request = useRef<AbortController>(undefined);
  const latest = useRef(state);
  latest.current = state;

  const change = useCallback((next: Partial<RuleState>) => {
    latest.current = { ...latest.current, ...next };
    setState(latest.current);
  }, []);

  const ask = useCallback(async () => {
    const mine = edit.current;
    const { source, text, tree } = latest.current;
    request.current = new AbortController();
    try {
      const body = source === "text" ? { rule: text } : { tree };
      const { value } = await json<TreeAnswer>("POST", "/app/tree", body, { signal: request.current.signal });
      if (mine === edit.current) change(answered(latest.current, value));
    } catch (e) {
      if (mine !== edit.current || request.current.signal.aborted) return;
      const away = e instanceof ApiError && e.status === 0; // it is asked again when it is back
      change({ busy: away, error: away ? "" : (e as Error).message });
    }
  }, [change]);

  const plan = useCallback((next: Partial<RuleState>, empty: boolean) => {
    edit.current++;
    clearTimeout(timer.current);
    request.current?.abort();
    change({ ...next, error: "", busy: !empty });
    if (empty) change({ text: "", tree: emptyTree(), rule: "", faults: [], warnings: [], losses: [], incomplete: false });
    else timer.current = setTimeout(ask, pause);
  }, [ask, change]);

  const { epoch } = useStore(connection);
  useEffect(() => {
    if (latest.current.busy) void ask();
    return () => request.current?.abort();
  }, [epoch, ask]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const setText = useCallback((text: string) => plan({ text, source: "text" }, text.trim() === ""), [plan]);
  const setTree = useCallback((given: RuleGroupType) => {
    const tree = withIds(shaped(given));
    if (sameTree(tree, latest.current.tree)) return;
    plan({ tree, source: "tree" }, tree.rules.length === 0);
  }, [plan]);
  return { ...state, setText, setTree };
}

// answered is the state after the answer to its last edit.
export function answered(s: RuleState, a: TreeAnswer): RuleState {
  const incomplete = a.faults.length === 0 && !a.rule;
  const next = { ...s, busy: false, error: "", faults: a.faults, warnings: a.warnings, losses: a.losses ?? [], incomplete };
  if (!a.rule || a.faults.length > 0) return next;
  if (s.source === "tree") return { ...next, rule: a.rule, text: a.rule };
  const tree = a.tree && withIds(a.tree, s.tree);
  return { ...next, rule: a.rule, tree: tree && !sameTree(tree, s.tree) ? tree : s.tree };
}
