package interop

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment/rule"
)

// Values in SQL: constants, columns, functions, arithmetic; and what comparing them asks.

// compared is a comparison of two values.
func (q *sql) compared(x sqlValue, op rule.Op, y sqlValue) sqlValue {
	if constant(x) && !constant(y) {
		x, y = y, x
		op = mirrored(op)
	}
	v, isConstant := y.x.(rule.Value)
	both := sqlValue{at: x.at, reads: x.reads | y.reads, lost: x.lost || y.lost}
	switch {
	case q.told > 0 || both.lost:
		both.lost = true
		return q.leaf(nil, both)
	case x.role == sqlID && y.role == sqlID:
		both.test = &sqlTest{at: x.at, link: true, yes: rule.Everyone{}}
		return both
	case x.null || y.null:
		return q.both(both, nobody(), nobody())
	case x.timed && y.x != nil && y.role == sqlPlain && isConstant && v.Kind() == rule.KindText:
		y.x = q.instantOf(y)
		return q.leaf(compare(x.x, op, y.x), x, y)
	case x.test != nil || y.test != nil || x.x == nil && x.role == sqlPlain || y.x == nil && y.role == sqlPlain:
		q.fail(x.at, rule.ErrType, "a condition is compared with a value")
		return q.leaf(nil, both)
	case x.role == sqlEventName || x.role == sqlLists || x.role == sqlListID:
		return q.byName(x, op, v, isConstant)
	case x.role == sqlEventTime:
		return sqlValue{at: x.at, reads: both.reads, test: &sqlTest{at: x.at, when: &sqlWhen{op, q.instantOf(y)}, reads: both.reads}}
	case y.role != sqlPlain && y.role != sqlID || x.role == sqlUnread:
		q.omit(x.at, needEventTime, "a comparison with the name or the instant of an event")
		return q.leaf(nil, sqlValue{at: x.at, reads: both.reads, lost: true})
	case both.reads&sqlContact != 0 && both.reads&sqlEvent != 0:
		q.omit(x.at, needFieldInEv, "a column of the contact beside one of an event")
		return q.leaf(nil, sqlValue{at: x.at, reads: both.reads, lost: true})
	case x.role == sqlArray:
		return q.leaf(anElement(x.x, compare(rule.Elem{}, op, y.x)), x, y)
	case x.lower || x.upper:
		text := v.Text()
		if !isConstant || x.lower && text != strings.ToLower(text) || x.upper && text != strings.ToUpper(text) {
			return q.leaf(nobody(), x)
		}
		return q.leaf(rule.Compare{Left: x.x, Op: op, Right: v, Fold: true}, x)
	}
	return q.leaf(compare(x.x, op, y.x), x, y)
}

// constant reports whether a value is one, and no column.
func constant(v sqlValue) bool {
	_, ok := v.x.(rule.Value)
	return ok
}

// mirrored is the comparison with the sides exchanged.
func mirrored(op rule.Op) rule.Op {
	return [...]rule.Op{rule.OpEq: rule.OpEq, rule.OpLt: rule.OpGt, rule.OpLe: rule.OpGe, rule.OpGt: rule.OpLt, rule.OpGe: rule.OpLe}[op]
}

// byName compares what has names: an event, the lists of a contact.
func (q *sql) byName(x sqlValue, op rule.Op, v rule.Value, ok bool) sqlValue {
	name := v.Text()
	if v.Kind() == rule.KindNumber {
		name = v.String()
	}
	if !ok || name == "" || op != rule.OpEq {
		q.fail(x.at, rule.ErrType, "%s is compared by = with a name only", shortened(x.at.text))
		return q.leaf(nil, x)
	}
	q.named(x.at, name)
	t := &sqlTest{at: x.at, reads: x.reads}
	if x.role == sqlEventName {
		t.names = []string{name}
	} else {
		t.yes, t.no = rule.InList(name), not(rule.InList(name))
	}
	return sqlValue{at: x.at, reads: x.reads, test: t}
}

// instantOf is a value as an instant: a text as what it reads as.
func (q *sql) instantOf(v sqlValue) rule.Expr {
	if c, ok := v.x.(rule.Value); ok && c.Kind() == rule.KindText {
		at, ok := q.moment(c.Text())
		if !ok {
			q.fail(v.at, rule.ErrType, "an instant is expected here, such as '2026-01-31T10:00:00Z'")
		}
		return q.midnight(at)
	}
	return v.x
}

// sum reads terms with + and -.
func (q *sql) sum() sqlValue {
	x := q.product()
	for {
		switch {
		case q.sign("+"):
			x = q.arith(rule.ArithAdd, x, q.product())
		case q.sign("-"):
			x = q.arith(rule.ArithSub, x, q.product())
		default:
			return x
		}
	}
}

func (q *sql) product() sqlValue {
	x := q.unarySign()
	for {
		switch {
		case q.sign("*"):
			x = q.arith(rule.ArithMul, x, q.unarySign())
		case q.sign("/"):
			x = q.arith(rule.ArithDiv, x, q.unarySign())
		case q.sign("%"):
			x = q.arith(rule.ArithMod, x, q.unarySign())
		default:
			return x
		}
	}
}

func (q *sql) unarySign() sqlValue {
	if q.follows("-") && q.tokens[q.next+1].kind != numberToken {
		q.take()
		return q.arith(rule.ArithSub, sqlValue{at: q.here(q.peek()), x: rule.Int(0)}, q.postfix())
	}
	return q.postfix()
}

// arith computes with two values.
func (q *sql) arith(op rule.ArithOp, x, y sqlValue) sqlValue {
	v := sqlValue{at: x.at, reads: x.reads | y.reads, lost: x.lost || y.lost, may: append(x.may[:len(x.may):len(x.may)], y.may...)}
	switch {
	case v.lost || q.told > 0:
		v.lost = true
		return v
	case x.x == nil || y.x == nil || x.role != sqlPlain || y.role != sqlPlain:
		q.fail(x.at, rule.ErrType, "only numbers, instants and lengths of time are computed with")
		v.lost = true
		return v
	}
	if a, ok := x.x.(rule.Arith); ok && depthOf(a) > 200 {
		q.fail(x.at, rule.ErrLimit, "a computation of more than 200 steps")
		v.lost = true
		return v
	}
	if s, ok := y.x.(rule.Span); ok && (op == rule.ArithAdd || op == rule.ArithSub) {
		if op == rule.ArithSub {
			s = s.Negative()
		}
		v.x = shifted(x.x, s)
		return v
	}
	v.x = rule.Arith{Op: op, Left: x.x, Right: y.x}
	return v
}

// depthOf is how many computations are within one another on the left.
func depthOf(a rule.Arith) (n int) {
	for ok := true; ok && n <= 200; n++ {
		a, ok = a.Left.(rule.Arith)
	}
	return n
}

// postfix reads a value with casts behind it.
func (q *sql) postfix() sqlValue {
	v := q.primary()
	for q.sign("::") {
		v = q.cast(v, q.take())
	}
	return v
}

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
	if !q.deeper() {
		return sqlValue{lost: true}
	}
	defer func() { q.levels-- }()
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
	if !q.sign("(") || !q.deeper() {
		return sqlValue{at: q.here(first), lost: true}
	}
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
	q.levels--
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
