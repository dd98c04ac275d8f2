package sqlgen

import (
	"math/big"
	"strings"
	"time"

	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
)

// sqlite writes for SQLite, where instants are texts of one form, JSON is text that
// functions read, and numbers are integers of 64 bits and floats. Whole numbers in
// JSON that are longer, and decimals, are compared by their digits as text.
type sqlite struct{ standard }

func (sqlite) placeholder(int, arg) string { return "?" }

func (sqlite) limits() limits {
	return limits{
		digits: 18, anyBytes: true, byContact: true, narrows: true,
		firstDay: firstOfTexts, lastDay: lastOfTexts,
		oldest: time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), newest: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		capacity: capacity{params: 32_766, tables: 64, subqueries: 500, bytes: 1_000_000, nested: 12},
	}
}

// deepIn is EXISTS, which looks up the rows of a contact by an index. For IN, SQLite
// would put all rows of the query aside first.
func (sqlite) deepIn(key, q frag) frag { return exists(key, q) }

// textEquals names the collation at the end, where it wins over that of a column.
func (sqlite) textEquals(x, v frag) frag                   { return cat(x, " = ", v, " COLLATE BINARY") }
func (sqlite) textCompares(x frag, op string, v frag) frag { return cat(x, op, v, " COLLATE BINARY") }

func (sqlite) textIn(x frag, vs []frag) frag {
	return cat("(", x, " COLLATE BINARY) IN (", separated(", ", vs), ")")
}

func (sqlite) contains(x frag, v string) frag { return cat("instr(", x, ", ", text(v), ") > 0") }

// indexed is a range: texts that start with "ab" lie between "ab" and "ac".
func (sqlite) indexed(p textPart, x frag, v string) (f frag, exact bool) {
	if p != partFirst {
		return always(), false
	}
	f = cat(x, " >= ", text(v), " COLLATE BINARY")
	if after, ok := afterAll(v); ok {
		f = and(f, cat(x, " < ", text(after), " COLLATE BINARY"))
	}
	return f, false
}

func (sqlite) startsWith(x frag, v string) frag {
	return cat("substr(", blob(x), ", 1, ", integer(int64(len(v))), ") = ", blob(text(v)))
}

func (sqlite) endsWith(x frag, v string) frag {
	return cat("substr(", blob(x), ", -", integer(int64(len(v))), ") = ", blob(text(v)))
}

// blob is a text as bytes: in SQLite substr and length take a text to end at the
// first NUL.
func blob(x frag) frag { return cat("CAST(", x, " AS BLOB)") }

// identity is a text without the collation of its column, which an expression does
// not have.
func (sqlite) identity(x term) (f frag, ok bool) {
	if x.is(TypeText) {
		return cat("(", x.frag, " || '')"), true
	}
	return x.frag, !x.doc
}

// chars is the length of a text. SQLite counts up to the first NUL only: a text
// with one is counted as JSON, where a NUL is written \u0000, less the quotes, one
// for each \ and four more for each \u.
func (sqlite) chars(x frag) frag {
	written := cat(`replace(json_quote(`, x, `), '\\', '_')`)
	shorter := func(escape string) frag {
		return cat("length(", written, ") - length(replace(", written, ", '"+escape+"', '"+escape[1:]+"'))")
	}
	return cat("CASE WHEN instr(", x, ", char(0)) > 0 THEN length(", written, ") - 2 - (", shorter(`\`), ") - 4 * (", shorter(`\u`), ") ELSE length(", x, ") END")
}

func (sqlite) asText(x frag) frag      { return cat("CAST(", x, " AS TEXT)") }
func (sqlite) timePlaces(c Column) int { return c.Scale }

func (sqlite) timeArg(t time.Time, places int) any {
	layout := time.DateTime
	if places > 0 {
		layout += "." + strings.Repeat("0", places)
	}
	return t.UTC().Format(layout)
}

// sinceEpoch takes the text apart into whole seconds and the digits of the fraction.
func (d sqlite) sinceEpoch(x frag, c Column, places int) frag {
	n := tenfold(d.secondsOf(substr(x, 1, 19)), places)
	if c.Scale == 0 {
		return n
	}
	return cat("(", n, " + ", tenfold(d.asInt(substr(x, 21, c.Scale)), places-c.Scale), ")")
}

// later moves the text of an instant: a number of seconds is added to the whole
// seconds since 1970, and the fraction stays.
func (sqlite) addSeconds(x frag, seconds int64) frag {
	return cat("(datetime(substr(", x, ", 1, 19), ", text(itoa(int(seconds))+" seconds"), ") || substr(", x, ", 20))")
}

// nextTick adds one to the fraction, of which a carry goes to the seconds.
func (d sqlite) nextTick(x frag, places int) (frag, bool) {
	if places == 0 {
		return d.addSeconds(x, 1), true
	}
	most := text(strings.Repeat("9", places))
	return cat("(CASE WHEN substr(", x, ", 21) = ", most, " THEN datetime(substr(", x, ", 1, 19), '+1 seconds') || '."+strings.Repeat("0", places)+"'",
		" ELSE substr(", x, ", 1, 20) || printf('%0"+itoa(places)+"d', CAST(substr(", x, ", 21) AS INTEGER) + 1) END)"), true
}

func (sqlite) datePart(x frag, fn rule.Fn) frag {
	format := map[rule.Fn]string{rule.FnYear: "%Y", rule.FnMonth: "%m", rule.FnQuarter: "%m", rule.FnDay: "%d", rule.FnWeekday: "%w"}[fn]
	n := cat("CAST(strftime('"+format+"', ", x, ") AS INTEGER)")
	switch fn {
	case rule.FnQuarter:
		return cat("((", n, " + 2) / 3)")
	case rule.FnWeekday: // Sunday is 0
		return cat("((", n, " + 6) % 7 + 1)")
	}
	return n
}

func (sqlite) document(column frag) frag {
	return cat("(CASE WHEN json_valid(", column, ") THEN ", column, " END)")
}

func (sqlite) at(node frag, path []string) (frag, bool) {
	p, ok := jsonPath(path)
	return cat("(", node, " -> ", text(p), ")"), ok
}

func (sqlite) isKind(node frag, k jsonKind) frag {
	if k == jsonNumber {
		return cat("(json_type(", node, ") IN ('integer', 'real') AND abs(", realOf(node), ") <= "+mostFloat+")")
	}
	names := [...]string{jsonText: "= 'text'", jsonBool: "IN ('true', 'false')", jsonArray: "= 'array'", jsonObject: "= 'object'"}
	return cat("json_type(", node, ") "+names[k])
}

// realOf is a number as a float, infinite if it is beyond all floats: then it is none to
// a rule.
func realOf(node frag) frag { return cat("CAST(", node, " AS REAL)") }

// mostFloat is the greatest float.
const mostFloat = "1.7976931348623157e308"

func (sqlite) isMissing(node frag) frag {
	return cat("(CASE COALESCE(json_type(", node, "), 'null') WHEN 'null' THEN TRUE WHEN 'integer' THEN ", beyondReal(node), " WHEN 'real' THEN ", beyondReal(node), " ELSE FALSE END)")
}

func beyondReal(node frag) frag { return cat("abs(", realOf(node), ") > "+mostFloat) }

func (d sqlite) textOf(node frag) frag {
	return ofKind(d, node, jsonText, cat(node, " ->> '$'"))
}

// numberCompares compares whole numbers as texts, for those of more than 64 bits
// are floats to SQLite, and others as floats, by their digits where the floats
// are equal.
func (d sqlite) numberCompares(x term, op rule.Op, v decimal.Decimal) cond {
	node := x.frag
	whole := never()
	if n, op, ok := onGrid(op, v, 0); ok {
		whole = wholeCompares(node, op, n)
	}
	ends := openEnds(realOf(node), "-9e999", "9e999", []rule.Op{op})
	return exactly(cat("(CASE json_type(", node, ") WHEN 'integer' THEN ", and(whole, ends), " WHEN 'real' THEN ", and(d.realCompares(node, op, v), ends), " END)"))
}

// wholeCompares compares the text of a whole number: first its sign, then how long
// it is, then its digits.
func wholeCompares(node frag, op rule.Op, n *big.Int) frag {
	digits := n.String()
	length := integer(int64(len(digits)))
	equal := cat(node, " = ", text(digits))
	var less frag
	switch {
	case n.Sign() == 0:
		equal = cat(node, " IN ('0', '-0')")
		less = cat("(substr(", node, ", 1, 1) = '-' AND ", node, " <> '-0')")
	case n.Sign() > 0:
		less = cat("(substr(", node, ", 1, 1) = '-' OR length(", node, ") < ", length, " OR length(", node, ") = ", length, " AND ", node, " < ", text(digits), ")")
	default:
		less = cat("(substr(", node, ", 1, 1) = '-' AND (length(", node, ") > ", length, " OR length(", node, ") = ", length, " AND ", node, " > ", text(digits), "))")
	}
	return fromLess(op, less, equal)
}

// fromLess writes a comparison, given the conditions that the value is less than,
// and that it equals, the constant; neither may be NULL.
func fromLess(op rule.Op, less, equal frag) frag {
	switch op {
	case rule.OpLt:
		return less
	case rule.OpLe:
		return or(less, equal)
	case rule.OpGt:
		return cat("NOT ", or(less, equal))
	case rule.OpGe:
		return cat("NOT ", less)
	}
	return equal
}

// realCompares compares a number with a point or an exponent. Where its float is
// that of the constant and it has no exponent, the digits decide.
func (d sqlite) realCompares(node frag, op rule.Op, v decimal.Decimal) frag {
	f, _ := v.Rat().Float64()
	value := cat("(", node, " ->> '$')")
	number := hold(f, argFloat)
	digits := cat("rtrim(rtrim(", node, ", '0'), '.')") // 1.50 is 1.5, and 1.0 is 1
	exponent := cat("instr(lower(", node, "), 'e')")
	same := []frag{text(v.String())}
	order := " < "
	switch v.Unscaled.Sign() {
	case 0:
		same = append(same, text("-0"))
	case -1:
		order = " > "
	}
	// Where the floats are equal, the digits decide, if there is no exponent.
	tie := cat(value, " = ", number, " AND ")
	equal := cat("(", tie, "(", exponent, " > 0 OR ", digits, " IN (", separated(", ", same), ")))")
	less := cat("(", value, " < ", number, " OR ", tie, exponent, " = 0 AND ", digits, " NOT IN (", separated(", ", same), ") AND ",
		lessDigits(digits, v, order), ")")
	return fromLess(op, less, equal)
}

// lessDigits compares numbers of one float by what is written: first by the
// length of the whole part, then digit by digit.
func lessDigits(digits frag, v decimal.Decimal, order string) frag {
	whole := cat("instr(", digits, " || '.', '.')")
	n := integer(int64(strings.Index(v.String()+".", ".") + 1))
	return cat("(", whole, order, n, " OR ", whole, " = ", n, " AND ", digits, order, text(v.String()), ")")
}

// numberOf takes whole numbers of the digits that the column promises.
func (d sqlite) numberOf(x term) (num, bool) {
	node, c := x.frag, x.col
	if c.Type != TypeInteger || c.Scale > 0 {
		return num{}, false
	}
	// What has a point or an exponent is a float to SQLite: exact to 15 digits, and
	// with more as long as it is written without an exponent.
	value := cat(node, " ->> '$'")
	whole := cat("CASE WHEN ", value, " = CAST(", value, " AS INTEGER) THEN CASE WHEN instr(lower(", node, "), 'e') > 0 THEN CAST(", value,
		" AS INTEGER) ELSE CAST(", node, " AS INTEGER) END END")
	// A number of more digits than the column promises is left out: sums of such might
	// be more than 64 bits, which is an error.
	limit := decimal.Pow10(min(c.MostDigits(), 18)).String()
	number := cat("CASE json_type(", node, ") WHEN 'integer' THEN ", value, " WHEN 'real' THEN ", whole, " END")
	return num{frag: cat("(CASE WHEN ", value, " > -"+limit+" AND ", value, " < "+limit+" THEN ", number, " END)"), digits: c.MostDigits()}, true
}

func (d sqlite) boolIs(node frag, b bool) frag {
	if b {
		return cat("json_type(", node, ") = 'true'")
	}
	return cat("json_type(", node, ") = 'false'")
}

func (d sqlite) size(node frag) frag {
	return ofKind(d, node, jsonArray, cat("json_array_length(", node, ")"))
}

func (d sqlite) isEmpty(node frag) frag {
	return cat("(json_array_length(", node, ") = 0 AND ", d.isKind(node, jsonArray), " OR json(", node, ") = '{}')")
}

// elements is a FROM clause with the elements of an array for which a condition
// holds.
func (d sqlite) elements(x term, name string, f func(elem term) frag) frag {
	node := x.frag
	elems := cat("(CASE WHEN ", d.isKind(node, jsonArray), " THEN ", node, " ELSE '[]' END)")
	// The path of an element leads to its text as it is written.
	elem := cat("(", node, " -> "+d.quote(name)+".fullkey)")
	return cat("FROM json_each(", elems, ") "+d.quote(name)+" WHERE ", f(element(elem, frag{})))
}

func (d sqlite) count(x term, name string, f func(elem term) frag) frag {
	return cat("(SELECT COUNT(*) ", d.elements(x, name, f), ")")
}

func (d sqlite) exists(x term, name string, f func(elem term) frag) frag {
	return cat("EXISTS (SELECT 1 ", d.elements(x, name, f), ")")
}

func (sqlite) asInt(t frag) frag { return cat("CAST(", t, " AS INTEGER)") }

// inForm has no regular expressions: GLOB tells digits, and comparisons the rest.
func (sqlite) inForm(t frag, instant bool) frag {
	const day = "[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]"
	month := cat(substr(t, 6, 2), " BETWEEN '01' AND '12' AND ", substr(t, 9, 2), " BETWEEN '01' AND '31'")
	if !instant {
		return cat("(length(", blob(t), ") = 10 AND ", t, " GLOB '"+day+"' AND ", month, ")")
	}
	const clock = "T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]"
	const offset = "[+-][0-2][0-9]:[0-5][0-9]"
	whole := cat("(", t, " GLOB '"+day+clock+"Z' OR ", t, " GLOB '"+day+clock+offset+"')")
	digits := cat("CASE WHEN ", t, " GLOB '*Z' THEN substr(", t, ", 21, length(", t, ") - 21) ELSE substr(", t, ", 21, length(", t, ") - 26) END")
	fraction := cat("(", t, " GLOB '"+day+clock+".[0-9]*Z' OR ", t, " GLOB '"+day+clock+".[0-9]*"+offset+"') AND trim(", digits, ", '0123456789') = ''")
	hours := cat(substr(t, 12, 2), " <= '23' AND (", t, " GLOB '*Z' OR substr(", t, ", -5, 2) <= '23')")
	return cat("((", whole, " OR ", fraction, ") AND ", hours, " AND ", month, " AND length(", blob(t), ") = length(", t, "))")
}

func (sqlite) secondsOf(t frag) frag { return cat("CAST(strftime('%s', ", t, ") AS INTEGER)") }

func (sqlite) intInArray(x, array frag) frag {
	return cat(x, " IN (SELECT value FROM json_each(", array, "))")
}

func (sqlite) textInArray(x, array frag) frag {
	return cat("(", x, " COLLATE BINARY) IN (SELECT value FROM json_each(", array, "))")
}

func (d sqlite) keyInArray(x, array frag) frag { return d.intInArray(x, array) }
