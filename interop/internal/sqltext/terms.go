package sqltext

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// What values in SQL are made of: constants, columns, functions, casts, lengths of time, and
// what stands in parentheses.

// Cast is a value as of a type. A text that is compared as a number, an instant or a yes or no
// must be one: what the host holds is of its kind.
func (q *Query) Cast(v Value, to source.Token) Value {
	switch strings.ToLower(to.Text) {
	case "date":
		if !constant(v) && v.X != nil {
			v.X = rule.Call{Fn: rule.FnDate, Args: []rule.Expr{v.X}}
		}
		return v
	case "timestamp", "timestamptz":
		if q.Says("WITH", "TIME", "ZONE") || q.Says("WITHOUT", "TIME", "ZONE") {
			return v
		}
		if constant(v) {
			v.X = q.instantOf(v)
		}
		return v
	case "int", "int2", "int4", "int8", "integer", "bigint", "smallint", "numeric", "decimal", "float", "float4", "float8", "real", "double", "bool", "boolean",
		"text", "varchar", "char", "citext", "jsonb", "json", "uuid":
		q.Says("PRECISION")
		if q.Sign("(") {
			for !q.Sign(")") && q.Peek().Kind != source.EndToken {
				q.Take()
			}
		}
		return v
	case "interval":
		if text, ok := v.X.(rule.Value); ok {
			return q.interval(v.At, text.Text())
		}
	}
	q.Unknown(q.Here(to), "type", to.Text, "int", "integer", "bigint", "numeric", "float", "boolean", "text", "date", "timestamp", "timestamptz", "interval")
	v.Lost = true
	return v
}

// interval is a length of time in words: '30 days', '1 year'.
func (q *Query) interval(at *source.Node, words string) Value {
	n, unit, ok := strings.Cut(strings.TrimSpace(words), " ")
	number := *at
	number.Kind, number.Text = source.Number, n
	if s, isSpan := q.Span(&number, at, strings.TrimSpace(unit)); ok && isSpan {
		return Value{At: at, X: s}
	}
	return Value{At: at, Lost: true}
}

// primary reads a constant, a column, a function, or what is in parentheses.
func (q *Query) primary() Value {
	start := q.Peek()
	at := q.Here(start)
	if !q.Deeper() {
		return Value{At: at, Lost: true}
	}
	defer func() { q.Levels-- }()
	if n, ok := q.Literal(); ok {
		if unit := q.Peek(); n.Kind == source.Number && unit.Kind == source.WordToken {
			if _, isUnit := rule.UnitNamed(unit.Text); isUnit { // 30 days
				return q.interval(n, n.Text+" "+q.Take().Text)
			}
		}
		if start.Quote == '"' || start.Quote == '`' { // a name
			start.Kind = source.WordToken
			return q.name(start)
		}
		v, ok := q.Constant(n)
		return Value{At: n, X: v, Lost: !ok}
	}
	switch {
	case q.clause() || q.Saying("SELECT") || slices.ContainsFunc(sqlReserved, func(w string) bool { return q.Saying(w) }):
	case q.Sign("("):
		return q.parenthesised()
	case (q.Saying("TIMESTAMP") || q.Saying("TIMESTAMPTZ") || q.Saying("DATE")) && q.Tokens[q.Next+1].Kind == source.QuotedToken:
		q.Take()
		v := Value{At: q.Here(q.Peek()), X: rule.Text(q.Take().Text)}
		v.X = q.instantOf(v)
		return v
	case q.Says("NULL"):
		return Value{At: at, X: rule.Value{}, null: true}
	case q.Says("INTERVAL"):
		t := q.Take()
		if words := t.Text; t.Kind == source.QuotedToken && strings.ContainsRune(words, ' ') {
			return q.interval(q.Here(t), words)
		}
		return q.interval(q.Here(t), t.Text+" "+q.Take().Text)
	case q.Says("EXISTS"):
		q.Expect("(")
		t := q.Selected(at)
		q.Expect(")")
		return Value{At: at, Test: t, Reads: t.Reads}
	case q.Says("CAST"):
		q.Expect("(")
		v := q.sum()
		if !q.Says("AS") {
			q.Wrong("AS is expected here")
		}
		v = q.Cast(v, q.Take())
		q.Expect(")")
		return v
	case start.Kind == source.WordToken:
		return q.name(q.Take())
	}
	q.Wrong("a value is expected here")
	return Value{At: at, Lost: true}
}

// sqlReserved are words that no column has as its name without quotes.
var sqlReserved = []string{"AND", "OR", "IN", "LIKE", "ILIKE", "IS", "BETWEEN", "FROM", "AS", "BY", "CASE", "WHEN", "THEN", "ELSE", "END"}

func (q *Query) parenthesised() Value {
	if at := q.Here(q.Peek()); q.Saying("SELECT") { // a number of events
		q.counted = nil
		told := len(q.Losses)
		q.Selected(at)
		q.Expect(")")
		if q.counted == nil {
			if len(q.Losses) == told {
				q.Fail(at, rule.ErrSyntax, "a sub-select that is a value is SELECT COUNT(*) of events")
			}
			return Value{At: at, Reads: Contact, Lost: true}
		}
		return Value{At: at, X: build.CountOf(q.counted.events, q.counted.window), Reads: Contact}
	}
	v := q.or()
	q.Expect(")")
	return v
}

// name reads a column or a function that begins with a word.
func (q *Query) name(first source.Token) Value {
	names := []source.Token{first}
	for q.Sign(".") {
		names = append(names, q.Take())
	}
	if !q.Follows("(") {
		switch strings.ToLower(first.Text) {
		case "current_timestamp", "localtimestamp":
			return Value{At: q.Here(first), X: build.Now()}
		case "current_date":
			return Value{At: q.Here(first), X: build.Today()}
		case "array":
			if q.Sign("[") {
				v := Value{At: q.Here(first)}
				for more := true; more; more = q.Sign(",") {
					v.values = append(v.values, q.sum())
				}
				q.Expect("]")
				return v
			}
		}
		if q.found != nil && q.latest != "" && first.Text == q.latest {
			return q.aggregate(q.Here(first), rule.AggLast, "")
		}
		return q.Column(q, names)
	}
	q.Expect("(")
	var args []Value
	for begun := false; !q.Follows(")") && (!begun || q.Sign(",")); begun = true {
		if q.Sign("*") || q.Sign("[") {
			for !q.Follows(")") && !q.Sign("]") {
				args = append(args, q.sum())
				if !q.Sign(",") && !q.Follows("]") && !q.Follows(")") {
					q.Expect("]")
					break
				}
			}
			continue
		}
		args = append(args, q.sum())
	}
	q.Expect(")")
	return q.function(first, args)
}

// function is the value of a function that all systems have, or of one of the system.
func (q *Query) function(name source.Token, args []Value) Value {
	at := q.Here(name)
	word := strings.ToLower(name.Text)
	switch {
	case q.Told > 0:
		return Value{At: at, Lost: true}
	case word == "now" && len(args) == 0 || word == "current_timestamp" && len(args) == 0:
		return Value{At: at, X: build.Now()}
	case (word == "lower" || word == "upper") && len(args) == 1 && args[0].X != nil && args[0].Role == Plain:
		v := args[0]
		v.lower, v.upper = word == "lower", word == "upper"
		return v
	case word == "concat" || word == "substring" || word == "trim" || word == "lower" || word == "upper" || word == "replace":
		q.Omit(at, source.NeedTextFuncs, "the function %s", word)
		v := Value{At: at, Lost: true}
		for _, a := range args {
			v.Reads |= a.Reads
		}
		return v
	}
	if agg, ok := sqlAggregates[word]; ok && q.found != nil {
		return q.aggregated(at, agg, args)
	}
	if v, ok := q.Call(q, name, args); ok {
		return v
	}
	return Value{At: at, Lost: true}
}
