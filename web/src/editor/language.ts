// What CodeMirror knows about rule text: its colours, and what may be meant by a word.
import { autocompletion, type Completion, type CompletionContext } from "@codemirror/autocomplete";
import { RangeSetBuilder, type Extension } from "@codemirror/state";
import { Decoration, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from "@codemirror/view";
import type { Schema } from "../api/types";
import { suggest } from "../lib/complete";
import { tokenize, type TokenKind } from "../lib/tokens";

const marks = new Map<TokenKind, Decoration>();
const mark = (kind: TokenKind) => {
  const known = marks.get(kind) ?? Decoration.mark({ class: "t-" + kind });
  marks.set(kind, known);
  return known;
};

function decorate(view: EditorView): DecorationSet {
  const b = new RangeSetBuilder<Decoration>();
  for (const t of tokenize(view.state.doc.toString())) b.add(t.from, t.to, mark(t.kind));
  return b.finish();
}

export const colours: Extension = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = decorate(view);
    }
    update(u: ViewUpdate) {
      if (u.docChanged) this.decorations = decorate(u.view);
    }
  },
  { decorations: (p) => p.decorations },
);

const boosts = { value: 4, field: 3, list: 3, segment: 3, event: 2, function: 0, keyword: -1 };
const types = { value: "constant", field: "property", list: "class", segment: "class", event: "variable", function: "function", keyword: "keyword" };

// completion offers what suggest() knows; `schema` is asked when it is needed, so that a
// schema that comes later is used.
export function completion(schema: () => Schema): Extension {
  const source = (context: CompletionContext) => {
    const { from, options } = suggest(context.state.doc.toString(), context.pos, schema());
    if (options.length === 0 || (!context.explicit && from === context.pos && !afterMark(context))) return null;
    const completions: Completion[] = options.map((o) => ({ label: o.label, apply: o.insert, detail: o.detail, type: types[o.kind], boost: boosts[o.kind] }));
    return { from, options: completions, filter: true, validFor: /^[\p{L}\p{N}_.]*$/u };
  };
  return autocompletion({ override: [source], icons: false, activateOnTyping: true, maxRenderedOptions: 60 });
}

// Without a word begun, completion opens by itself only behind a comparison, a parenthesis or
// a word that wants a name.
const afterMark = (c: CompletionContext) => /(?:[=<>(]|\b(?:LIST|SEGMENT|DID|NEVER))\s$/i.test(c.state.sliceDoc(Math.max(0, c.pos - 12), c.pos));
