import { memo } from "react";
import { tokenize } from "../lib/tokens";

// Rule text with its colours, to be read. It is cut into text nodes, so whatever it holds is
// text and never markup.
export const Rule = memo(function Rule({ text, oneLine }: { text: string; oneLine?: boolean }) {
  const pieces = [];
  let at = 0;
  for (const token of tokenize(text)) {
    if (token.from > at) pieces.push(text.slice(at, token.from));
    pieces.push(
      <span key={token.from} className={"t-" + token.kind}>
        {token.text}
      </span>,
    );
    at = token.to;
  }
  return (
    <code className={oneLine ? "rule-code one-line" : "rule-code"} title={oneLine ? text : undefined}>
      {pieces}
      {text.slice(at)}
    </code>
  );
});
