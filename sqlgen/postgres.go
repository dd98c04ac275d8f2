package sqlgen

import (
	"fmt"
	"strings"
	"time"

	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
)

// postgres writes for PostgreSQL, where JSON is jsonb, whose numbers are exact
// decimals of any length, and instants are timestamptz. Texts compare by bytes with
// COLLATE "C".
type postgres struct{ standard }

func (postgres) placeholder(n int, a arg) string {
	types := [...]string{argText: "text", argInt: "bigint", argDecimal: "numeric", argFloat: "float8", argDate: "date", argDatetime: "timestamp", argUUID: "uuid", argBool: "boolean"}
	switch a.typ {
	case argLabel:
		return "$" + itoa(n)
	case argTime:
		// It is of the type of the column beside it. Beside a timestamp without zone, a
		// timestamptz would be converted by the zone of the session.
		return "$" + itoa(n)
	}
	return "$" + itoa(n) + "::" + types[a.typ]
}

func (postgres) limits() limits {
	return limits{
		digits: 1 << 30, noNUL: true, narrows: true, numbered: true, sumsIntegers: true, distinctOn: true, contains: true, antiJoins: true, overflows: true,
		firstDay: -2_440_588, lastDay: 2_145_042_905, // 4714-11-24 BC to 5874897-12-31
		oldest: time.Date(-4713, 11, 24, 0, 0, 0, 0, time.UTC), newest: time.Date(200_000, 1, 1, 0, 0, 0, 0, time.UTC),
		capacity: capacity{params: 65_535, tables: 100, subqueries: 200, bytes: 16 << 20, nested: 10},
	}
}

// deepIn is EXISTS, for which PostgreSQL takes an index or a table of hashes. For IN it
// takes that table alone: without the memory for it, it goes through the rows of the
// query for each contact anew, which never ends.
func (postgres) deepIn(key, q frag) frag { return exists(key, q) }

// textEquals compares twice: the first comparison can use an index of the
// column's collation, and the second is exact where that collation calls
// different texts equal.
func (postgres) textEquals(x, v frag) frag {
	return cat("(", x, " = ", v, " AND ", mostlyTrue(cat(x, ` COLLATE "C" = `, v)), ")")
}

// mostlyTrue holds if f does, written so that PostgreSQL's planner expects it of
// nearly all rows. Of two plain comparisons it would expect that each leaves few
// rows, and both together next to none, and plan for that.
func mostlyTrue(f frag) frag {
	if f.always() || f.never() {
		return f
	}
	return cat("NULLIF(", f, ", FALSE) IS NOT NULL")
}

func (postgres) textCompares(x frag, op string, v frag) frag {
	return cat(x, ` COLLATE "C"`, op, v)
}

func (postgres) textIn(x frag, vs []frag) frag {
	return cat("(", x, " IN (", separated(", ", vs), ") AND ", mostlyTrue(cat(x, ` COLLATE "C" IN (`, separated(", ", vs), ")")), ")")
}

// contains names a collation, for strpos is an error with one that is not
// deterministic, such as one of ICU that ignores case.
func (postgres) contains(x frag, v string) frag {
	return cat("strpos(", x, ` COLLATE "C", `, text(v), ") > 0")
}

// indexed is LIKE, which an index with text_pattern_ops or COLLATE "C" serves for the
// beginning of a text, and one of trigrams with COLLATE "C" for any part. LIKE is an
// error with a collation that is not deterministic.
func (postgres) indexed(p textPart, x frag, v string) (frag, bool) {
	return cat(x, ` COLLATE "C" LIKE `, text(p.pattern(v, '\\'))), true
}

func (postgres) startsWith(x frag, v string) frag {
	return cat("left(", x, ", ", integer(runes(v)), `::int) COLLATE "C" = `, text(v))
}

func (postgres) endsWith(x frag, v string) frag {
	return cat("right(", x, ", ", integer(runes(v)), `::int) COLLATE "C" = `, text(v))
}

// swapped is one call: translate swaps all characters at once.
func (postgres) swapped(x frag, from, to []rune) frag {
	if len(from) == 0 {
		return x
	}
	return cat("translate(", x, ` COLLATE "C", `, text(string(from)), ", ", text(string(to)), ")")
}

func (postgres) labelText(x frag) frag   { return cat(x, "::text") }
func (postgres) arrayNode(x frag) frag   { return cat("to_jsonb(", x, ")") }
func (postgres) hasElements(x frag) frag { return cat("cardinality(", x, ") > 0") }

// ciTextIn compares twice: as a citext, with the index of the column, and as a text.
func (d postgres) ciTextIn(x frag, vs []string) frag {
	labels, texts := make([]frag, len(vs)), make([]frag, len(vs))
	for i, v := range vs {
		labels[i], texts[i] = hold(v, argLabel), text(v)
	}
	return cat("(", oneOf(x, labels), " AND ", mostlyTrue(oneOf(cat(d.labelText(x), ` COLLATE "C"`), texts)), ")")
}

// arrayHas is what a GIN index of the column answers. The argument is an array as the
// database writes it, so that it is of the column's own type: text[] or varchar[].
func (postgres) arrayHas(x frag, v string) frag {
	return cat(x, " @> ", hold(`{"`+strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v)+`"}`, argLabel))
}

func (postgres) chars(x frag) frag              { return cat("char_length(", x, ")") }
func (postgres) timeArg(t time.Time, _ int) any { return t.UTC() }

// dateArg is a day with BC behind it, if it is one before the year 1.
func (d postgres) dateArg(t time.Time) any {
	if y := t.Year(); y <= 0 {
		return fmt.Sprintf("%04d-%02d-%02d BC", 1-y, t.Month(), t.Day())
	}
	return d.standard.dateArg(t)
}

func (postgres) sinceEpoch(x frag, _ Column, places int) frag {
	return tenfold(cat("EXTRACT(EPOCH FROM ", x, ")"), places)
}

func (postgres) addSeconds(x frag, seconds int64) frag {
	return cat("(", x, " + make_interval(secs => ", hold(float64(seconds), argFloat), "))")
}

func (postgres) typed(v frag, c Column) frag {
	switch c.Type {
	case TypeTimestamp:
		return cat(v, "::timestamptz")
	case TypeDatetime:
		return cat(v, "::timestamp")
	}
	return v
}

func (postgres) nextTick(x frag, _ int) (frag, bool) {
	return cat("(", x, " + INTERVAL '0.000001 s')"), true
}

func (postgres) datePart(x frag, fn rule.Fn) frag {
	part := cat("EXTRACT("+fnName(fn)+" FROM ", x, ")::int")
	if fn == rule.FnYear { // the year before 1 is -1, and to a rule 0
		return cat("(", part, " + CASE WHEN ", x, " < '0001-01-01' THEN 1 ELSE 0 END)")
	}
	return part
}

func (postgres) wide(x frag, digits, _ int) frag { return cat("(", x, ")::numeric") }

func (d postgres) identity(x term) (frag, bool) {
	if x.is(TypeText) {
		return cat(x.frag, ` COLLATE "C"`), true
	}
	if x.doc {
		return cat("(CASE WHEN NOT ", d.isMissing(x.frag), " THEN ", x.frag, " END)"), true
	}
	return x.frag, true
}

// proper leaves out NaN, which is greater than 'infinity' to PostgreSQL. A citext is a
// text that compares by code points, and a char(n) is one without the spaces at its end;
// of a text or varchar, nothing is left of ::text in the plan.
func (postgres) proper(x frag, typ Type) frag {
	switch {
	case typ == TypeText:
		return cat(x, "::text")
	case typ == TypeDecimal:
		return cat("(CASE WHEN ", openEnds(x, leastDecimal, mostDecimal, nil), " THEN ", x, " END)")
	case isTemporal(typ):
		return cat("(CASE WHEN isfinite(", x, ") THEN ", x, " END)")
	}
	return x
}

// All decimals lie between these.
const leastDecimal, mostDecimal = "'-infinity'::numeric", "'infinity'::numeric"

func (postgres) inside(x frag, typ Type, ops ...rule.Op) frag {
	switch {
	case typ == TypeDecimal:
		return openEnds(x, leastDecimal, mostDecimal, ops)
	case isTemporal(typ):
		return openEnds(x, "'-infinity'", "'infinity'", ops)
	}
	return always()
}

func (postgres) absent(x frag, typ Type) frag {
	switch {
	case typ == TypeDecimal:
		return cat("(", x, " IS NULL OR ", x, " IN ("+leastDecimal+", "+mostDecimal+", 'nan'::numeric))")
	case isTemporal(typ):
		return cat("(", x, " IS NULL OR ", x, " IN ('-infinity', 'infinity'))")
	}
	return cat(x, " IS NULL")
}

func (postgres) at(node frag, path []string) (frag, bool) {
	for _, name := range path {
		node = cat("(", node, " -> ", text(name), ")")
	}
	return node, true
}

func (postgres) isKind(node frag, k jsonKind) frag {
	names := [...]string{jsonText: "string", jsonNumber: "number", jsonBool: "boolean", jsonArray: "array", jsonObject: "object"}
	is := cat("jsonb_typeof(", node, ") = '"+names[k]+"'")
	if k == jsonNumber {
		return cat("(CASE WHEN ", is, " THEN abs(", node, "::numeric) < "+beyondFloats+" ELSE FALSE END)")
	}
	return is
}

func (postgres) isMissing(node frag) frag {
	return cat("(CASE COALESCE(jsonb_typeof(", node, "), 'null') WHEN 'null' THEN TRUE WHEN 'number' THEN abs(", node, "::numeric) >= "+beyondFloats+" ELSE FALSE END)")
}

func (d postgres) textOf(node frag) frag {
	return ofKind(d, node, jsonText, cat(node, " #>> '{}'"))
}

// number is a node as a decimal, NULL if it is no number.
func (d postgres) number(node frag) frag {
	return ofKind(d, node, jsonNumber, cat(node, "::numeric"))
}

func (d postgres) numberCompares(x term, op rule.Op, v decimal.Decimal) cond {
	n := cat(x.frag, "::numeric")
	compares := and(cat(n, opText(op), decimalAs(v, v.Scale)), openEnds(n, "-"+beyondFloats, beyondFloats, []rule.Op{op}))
	return exactly(cat("(CASE WHEN jsonb_typeof(", x.frag, ") = 'number' THEN ", compares, " END)"))
}

func (d postgres) numberOf(x term) (num, bool) {
	return num{frag: d.number(x.frag), digits: unlimited, scale: 0}, true
}

func (postgres) equalsJSON(node frag, scalar string) frag {
	return cat(node, " = ", text(scalar), "::jsonb")
}

// containsJSON asks what an index of the column (GIN) answers. The test is behind it: of
// the documents that contain the other it is nearly always true.
func (postgres) containsJSON(node frag, doc string, test frag) frag {
	return and(cat(node, " @> ", text(doc), "::jsonb"), mostlyTrue(test))
}

func (postgres) pathExists(node frag, path string) frag {
	return cat(node, " @? ", text(path), "::jsonpath")
}

func (d postgres) boolIs(node frag, b bool) frag {
	if b {
		return cat(node, " = 'true'::jsonb")
	}
	return cat(node, " = 'false'::jsonb")
}

// nodesCompare takes the equality of jsonb, which is that of the rule language:
// numbers by value, objects whatever the order of their members.
func (d postgres) nodesCompare(x frag, op rule.Op, y frag) cond {
	if op == rule.OpEq {
		return exactly(cat("(", x, " = ", y, " AND NOT ", d.isMissing(x), ")"))
	}
	bools := func(node frag) frag {
		return ofKind(d, node, jsonBool, cat(node, " = 'true'::jsonb"))
	}
	return exactly(or(d.textCompares(d.textOf(x), opText(op), d.textOf(y)), cat(d.number(x), opText(op), d.number(y)), cat(bools(x), opText(op), bools(y))))
}

func (d postgres) size(node frag) frag {
	return ofKind(d, node, jsonArray, cat("jsonb_array_length(", node, ")"))
}

func (d postgres) isEmpty(node frag) frag {
	return cat(node, " IN ('[]'::jsonb, '{}'::jsonb)")
}

// elements is a FROM clause with the elements of an array for which a condition
// holds.
func (d postgres) elements(x term, name string, f func(elem term) frag) frag {
	node := x.frag
	elems := cat("CASE WHEN ", d.isKind(node, jsonArray), " THEN ", node, " ELSE '[]'::jsonb END")
	elem := frag{sql: d.quote(name) + ".v"}
	return cat("FROM jsonb_array_elements(", elems, ") AS "+d.quote(name)+"(v)", whereClause(mostlyTrue(f(element(elem, frag{})))))
}

func (d postgres) count(x term, name string, f func(elem term) frag) frag {
	return cat("(SELECT COUNT(*) ", d.elements(x, name, f), ")")
}

func (d postgres) exists(x term, name string, f func(elem term) frag) frag {
	return cat("EXISTS (SELECT 1 ", d.elements(x, name, f), ")")
}

// inForm compares with COLLATE "C", by which [0-9] are the ten digits alone.
func (postgres) inForm(t frag, instant bool) frag { return cat(t, ` COLLATE "C" ~ `+form(instant)) }

func (postgres) secondsOf(t frag) frag {
	return cat("(CASE WHEN ", substr(t, 1, 4), " = '0000' THEN -62167219200 ELSE EXTRACT(EPOCH FROM ", t, "::timestamp) END)::bigint")
}

func (postgres) intInArray(x, array frag) frag {
	return cat(x, " IN (SELECT jsonb_array_elements_text((", array, ")::jsonb)::bigint)")
}

func (postgres) uuidInArray(x, array frag) frag {
	return cat(x, " IN (SELECT jsonb_array_elements_text((", array, ")::jsonb)::uuid)")
}

func (postgres) textInArray(x, array frag) frag {
	return cat("(", x, ` COLLATE "C") IN (SELECT jsonb_array_elements_text((`, array, ")::jsonb))")
}

// keyInArrays is of an array of arrays: PostgreSQL expects 100 elements of each, and would
// plan for 100 ids where there are 100,000, each joined to all rows of an aggregate.
func (postgres) keyInArrays(x, arrays frag, typ argType) frag {
	as := map[argType]string{argInt: "::bigint", argUUID: "::uuid"}[typ]
	return cat(x, " IN (SELECT jsonb_array_elements_text(a.v)"+as+" FROM jsonb_array_elements((", arrays, ")::jsonb) AS a(v))")
}

func (d postgres) sameText(x, arrays frag) frag {
	return mostlyTrue(d.keyInArrays(cat("(", x, ` COLLATE "C")`), arrays, argText))
}

func (postgres) keyInArray(x, array frag) frag {
	return cat(x, " IN (SELECT jsonb_array_elements_text((", array, ")::jsonb))")
}
