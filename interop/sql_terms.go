package interop

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment/rule"
)

// What values in SQL are made of: constants, columns, functions, casts, lengths of time, and
// what stands in parentheses.

// cast is a value as of a type. A text that is compared as a number, an instant or a yes or no
// must be one: what the host holds is of its kind.
func (q *sql) cast(v sqlValue, to token) sqlValue {
	switch strings.ToLower(to.text) {
	case "date":
		if !constant(v) && v.x != nil {
			v.x = rule.Call{Fn: rule.FnDate, Args: []rule.Expr{v.x}}
		}
		return v
	case "timestamp", "timestamptz":
		if q.says("WITH", "TIME", "ZONE") || q.says("WITHOUT", "TIME", "ZONE") {
			return v
		}
		if constant(v) {
			v.x = q.instantOf(v)
		}
		return v
	case "int", "int2", "int4", "int8", "integer", "bigint", "smallint", "numeric", "decimal", "float", "float4", "float8", "real", "double", "bool", "boolean",
		"text", "varchar", "char", "citext", "jsonb", "json", "uuid":
		q.says("PRECISION")
		if q.sign("(") {
			for !q.sign(")") && q.peek().kind != endToken {
				q.take()
			}
		}
		return v
	case "interval":
		if text, ok := v.x.(rule.Value); ok {
			return q.interval(v.at, text.Text())
		}
	}
	q.unknown(q.here(to), "type", to.text, "int", "integer", "bigint", "numeric", "float", "boolean", "text", "date", "timestamp", "timestamptz", "interval")
	v.lost = true
	return v
}

// interval is a length of time in words: '30 days', '1 year'.
func (q *sql) interval(at *node, words string) sqlValue {
	n, unit, ok := strings.Cut(strings.TrimSpace(words), " ")
	number := *at
	number.kind, number.text = isNumber, n
	if s, isSpan := q.span(&number, at, strings.TrimSpace(unit)); ok && isSpan {
		return sqlValue{at: at, x: s}
	}
	return sqlValue{at: at, lost: true}
}

// primary reads a constant, a column, a function, or what is in parentheses.
func (q *sql) primary() sqlValue {
	start := q.peek()
	at := q.here(start)
	if !q.deeper() {
		return sqlValue{at: at, lost: true}
	}
	defer func() { q.levels-- }()
	if n, ok := q.literal(); ok {
		if unit := q.peek(); n.kind == isNumber && unit.kind == wordToken {
			if _, isUnit := rule.UnitNamed(unit.text); isUnit { // 30 days
				return q.interval(n, n.text+" "+q.take().text)
			}
		}
		if start.quote == '"' || start.quote == '`' { // a name
			start.kind = wordToken
			return q.name(start)
		}
		v, ok := q.constant(n)
		return sqlValue{at: n, x: v, lost: !ok}
	}
	switch {
	case q.clause() || q.saying("SELECT") || slices.ContainsFunc(sqlReserved, func(w string) bool { return q.saying(w) }):
	case q.sign("("):
		return q.parenthesised()
	case (q.saying("TIMESTAMP") || q.saying("TIMESTAMPTZ") || q.saying("DATE")) && q.tokens[q.next+1].kind == quotedToken:
		q.take()
		v := sqlValue{at: q.here(q.peek()), x: rule.Text(q.take().text)}
		v.x = q.instantOf(v)
		return v
	case q.says("NULL"):
		return sqlValue{at: at, x: rule.Value{}, null: true}
	case q.says("INTERVAL"):
		t := q.take()
		if words := t.text; t.kind == quotedToken && strings.ContainsRune(words, ' ') {
			return q.interval(q.here(t), words)
		}
		return q.interval(q.here(t), t.text+" "+q.take().text)
	case q.says("EXISTS"):
		q.expect("(")
		t := q.selected(at)
		q.expect(")")
		return sqlValue{at: at, test: t, reads: t.reads}
	case q.says("CAST"):
		q.expect("(")
		v := q.sum()
		if !q.says("AS") {
			q.wrong("AS is expected here")
		}
		v = q.cast(v, q.take())
		q.expect(")")
		return v
	case start.kind == wordToken:
		return q.name(q.take())
	}
	q.wrong("a value is expected here")
	return sqlValue{at: at, lost: true}
}

// sqlReserved are words that no column has as its name without quotes.
var sqlReserved = []string{"AND", "OR", "IN", "LIKE", "ILIKE", "IS", "BETWEEN", "FROM", "AS", "BY", "CASE", "WHEN", "THEN", "ELSE", "END"}

func (q *sql) parenthesised() sqlValue {
	if at := q.here(q.peek()); q.saying("SELECT") { // a number of events
		q.counted = nil
		told := len(q.losses)
		q.selected(at)
		q.expect(")")
		if q.counted == nil {
			if len(q.losses) == told {
				q.fail(at, rule.ErrSyntax, "a sub-select that is a value is SELECT COUNT(*) of events")
			}
			return sqlValue{at: at, reads: sqlContact, lost: true}
		}
		return sqlValue{at: at, x: countOf(q.counted.events, q.counted.window), reads: sqlContact}
	}
	v := q.or()
	q.expect(")")
	return v
}

// name reads a column or a function that begins with a word.
func (q *sql) name(first token) sqlValue {
	names := []token{first}
	for q.sign(".") {
		names = append(names, q.take())
	}
	if !q.follows("(") {
		switch strings.ToLower(first.text) {
		case "current_timestamp", "localtimestamp":
			return sqlValue{at: q.here(first), x: now()}
		case "current_date":
			return sqlValue{at: q.here(first), x: today()}
		case "array":
			if q.sign("[") {
				v := sqlValue{at: q.here(first)}
				for more := true; more; more = q.sign(",") {
					v.values = append(v.values, q.sum())
				}
				q.expect("]")
				return v
			}
		}
		if q.found != nil && q.latest != "" && first.text == q.latest {
			return q.aggregate(q.here(first), rule.AggLast, "")
		}
		return q.column(q, names)
	}
	q.expect("(")
	var args []sqlValue
	for begun := false; !q.follows(")") && (!begun || q.sign(",")); begun = true {
		if q.sign("*") || q.sign("[") {
			for !q.follows(")") && !q.sign("]") {
				args = append(args, q.sum())
				if !q.sign(",") && !q.follows("]") && !q.follows(")") {
					q.expect("]")
					break
				}
			}
			continue
		}
		args = append(args, q.sum())
	}
	q.expect(")")
	return q.function(first, args)
}

// function is the value of a function that all systems have, or of one of the system.
func (q *sql) function(name token, args []sqlValue) sqlValue {
	at := q.here(name)
	word := strings.ToLower(name.text)
	switch {
	case q.told > 0:
		return sqlValue{at: at, lost: true}
	case word == "now" && len(args) == 0 || word == "current_timestamp" && len(args) == 0:
		return sqlValue{at: at, x: now()}
	case (word == "lower" || word == "upper") && len(args) == 1 && args[0].x != nil && args[0].role == sqlPlain:
		v := args[0]
		v.lower, v.upper = word == "lower", word == "upper"
		return v
	case word == "concat" || word == "substring" || word == "trim" || word == "lower" || word == "upper" || word == "replace":
		q.omit(at, needTextFuncs, "the function %s", word)
		v := sqlValue{at: at, lost: true}
		for _, a := range args {
			v.reads |= a.reads
		}
		return v
	}
	if agg, ok := sqlAggregates[word]; ok && q.found != nil {
		return q.aggregated(at, agg, args)
	}
	if v, ok := q.call(q, name, args); ok {
		return v
	}
	return sqlValue{at: at, lost: true}
}
