import { acceptCompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, placeholder } from "@codemirror/view";
import { useEffect, useRef } from "react";
import type { Schema } from "../api/types";
import { colours, completion } from "./language";

interface Props {
  text: string;
  schema: Schema;
  diagnostics: Diagnostic[];
  onChange: (text: string) => void;
}

// The rule as text. The editor holds its own document; `text` replaces it only where it says
// something else, which is after an edit of the tree.
export function RuleText(props: Props) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    view.current = new EditorView({
      parent: parent.current!,
      state: EditorState.create({ doc: latest.current.text, extensions: extensions(latest) }),
    });
    return () => view.current?.destroy();
  }, []);

  useEffect(() => {
    const v = view.current!;
    const doc = v.state.doc.toString();
    if (doc === props.text) return;
    const at = Math.min(v.state.selection.main.head, props.text.length);
    v.dispatch({ changes: { from: 0, to: doc.length, insert: props.text }, selection: { anchor: at } });
  }, [props.text]);

  useEffect(() => {
    const v = view.current!;
    const end = v.state.doc.length;
    const inside = props.diagnostics.filter((d) => d.from <= end && d.to <= end);
    v.dispatch(setDiagnostics(v.state, inside));
  }, [props.diagnostics]);

  return <div ref={parent} className="rule-text" data-testid="editor-text" />;
}

function extensions(latest: { current: Props }) {
  return [
    history(),
    drawSelection(),
    closeBrackets(),
    colours,
    completion(() => latest.current.schema),
    // Tab takes what is offered; else it leaves the editor, so that the keyboard is not caught.
    keymap.of([{ key: "Tab", run: acceptCompletion }, ...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...lintKeymap, ...defaultKeymap]),
    placeholder('country = "US" AND DID opened IN LAST 30 DAYS'),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": "Rule text", spellcheck: "false", autocapitalize: "off", autocorrect: "off", "aria-describedby": "editor-errors" }),
    EditorView.updateListener.of((u) => {
      const text = u.state.doc.toString();
      if (u.docChanged && text !== latest.current.text) latest.current.onChange(text);
    }),
  ];
}
