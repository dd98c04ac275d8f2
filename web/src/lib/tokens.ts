// Rule text cut into tokens, for its colours and for completion. It is no parser: it knows
// what a token looks like, not what may follow it. The grammar is grammar.ebnf.

export type TokenKind = "keyword" | "name" | "function" | "text" | "number" | "date" | "operator" | "bracket" | "comment" | "wrong";

export interface Token {
  kind: TokenKind;
  from: number; // in UTF-16 units, as the editor counts
  to: number; // exclusive
  text: string;
}

// Words that are written in any case and mean something by themselves.
export const keywords = (
  "AND OR NOT IN LIST SEGMENT JOINED LAST NEXT DAYS DAY WEEKS WEEK MONTHS MONTH QUARTERS QUARTER YEARS YEAR HOURS HOUR " +
  "MINUTES MINUTE SECONDS SECOND AGO BETWEEN SINCE BEFORE WITHIN DURING OLDER THAN CONTAINS ANY ALL NO OF STARTS ENDS WITH " +
  "MATCHES IS SET BLANK NULL TRUE FALSE DID NEVER THEN WHERE HAS HAVE BEEN FOR AT LEAST MOST EXACTLY EVERYONE IGNORING CASE " +
  "CHANGED ZONE CIDR TODAY YESTERDAY TOMORROW NOW THIS PREVIOUS PREVIOUSLY PER MORE FROM TO THE PAST STARTING ELEMENT AS " +
  "JSON DURATION FISCAL ACCENTS"
).split(" ");

export const functions = (
  "COUNT SUM AVG MIN MAX FIRST LAST DISTINCT LENGTH AGE ANNIVERSARY YEAR QUARTER MONTH DAY WEEKDAY HOUR DATE VERSION UNIX " +
  "UNIX_MILLI TIME NUMBER HASH NOW TODAY COALESCE CURRENT_YEAR CURRENT_QUARTER CURRENT_MONTH CURRENT_DAY CURRENT_WEEKDAY CURRENT_HOUR"
).split(" ");

const isKeyword = new Set(keywords);
const isFunction = new Set(functions);

// Each pattern is tried at the place reached; the first that matches wins.
const patterns: [RegExp, TokenKind][] = [
  [/#[^\n]*/y, "comment"],
  [/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y, "text"],
  [/["'][^\n]*/y, "wrong"], // text that does not end
  [/`(?:[^`]|``)+`/y, "name"],
  [/\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?/y, "date"],
  [/[$€£¥]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y, "number"],
  [/[\p{L}_][\p{L}\p{N}_]*/uy, "name"],
  [/<=|>=|<>|!=|==|[=<>+\-*/%×÷≠≤≥−|]/y, "operator"],
  [/[(),.]/y, "bracket"],
];

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    const token = tokenAt(text, at) ?? { kind: "wrong" as const, from: at, to: at + 1, text: text[at]! };
    tokens.push(token);
    at = token.to;
  }
  return tokens;
}

function tokenAt(text: string, at: number): Token | undefined {
  for (const [pattern, kind] of patterns) {
    pattern.lastIndex = at;
    const m = pattern.exec(text);
    if (!m) continue;
    const to = at + m[0].length;
    return { kind: kind === "name" ? nameKind(text, at, to) : kind, from: at, to, text: m[0] };
  }
  return undefined;
}

// nameKind says whether a word is a function, a keyword or a name. A word behind a dot is
// always part of a path, as in address.day.
function nameKind(text: string, from: number, to: number): TokenKind {
  const word = text.slice(from, to).toUpperCase();
  if (text[from] === "`" || text[from - 1] === ".") return "name";
  if (isFunction.has(word) && /^\s*\(/.test(text.slice(to))) return "function";
  return isKeyword.has(word) ? "keyword" : "name";
}
