package sqlgen

import (
	"time"

	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
)

// postgres writes for PostgreSQL, where JSON is jsonb, whose numbers are exact
// decimals of any length, and instants are timestamptz. Texts compare by bytes with
// COLLATE "C".
type postgres struct{ standard }

func (postgres) placeholder(n int, a arg) string {
	types := [...]string{argText: "text", argInt: "bigint", argDecimal: "numeric", argFloat: "float8", argTime: "timestamptz", argDate: "date", argBool: "boolean"}
	return "$" + itoa(n) + "::" + types[a.typ]
}

func (postgres) limits() limits {
	return limits{
		digits: 1 << 30, noNUL: true, narrows: true, numbered: true, sumsIntegers: true, distinctOn: true, antiJoins: true, contains: true,
		oldest: time.Date(-4000, 1, 1, 0, 0, 0, 0, time.UTC), newest: time.Date(200_000, 1, 1, 0, 0, 0, 0, time.UTC),
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
// error with a collation that is not deterministic, and citext has one of its own.
func (postgres) indexed(p textPart, x frag, v string) (frag, bool) {
	return cat(x, `::text COLLATE "C" LIKE `, text(p.pattern(v, '\\'))), true
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

func (postgres) chars(x frag) frag              { return cat("char_length(", x, ")") }
func (postgres) timeArg(t time.Time, _ int) any { return t }

func (postgres) addSeconds(x frag, seconds int64) frag {
	return cat("(", x, " + make_interval(secs => ", hold(float64(seconds), argFloat), "))")
}

func (postgres) datePart(x frag, fn rule.Fn) frag {
	return cat("EXTRACT("+fnName(fn)+" FROM ", x, ")::int")
}

func (postgres) wide(x frag, digits, _ int) frag { return cat("(", x, ")::numeric") }

func (postgres) identity(x term) (frag, bool) {
	if x.is(TypeText) {
		return cat(x.frag, ` COLLATE "C"`), true
	}
	if x.doc {
		return cat("NULLIF(", x.frag, ", 'null'::jsonb)"), true
	}
	return x.frag, true
}

func (postgres) at(node frag, path []string) (frag, bool) {
	for _, name := range path {
		node = cat("(", node, " -> ", text(name), ")")
	}
	return node, true
}

func (postgres) isKind(node frag, k jsonKind) frag {
	names := [...]string{jsonText: "string", jsonNumber: "number", jsonBool: "boolean", jsonArray: "array", jsonObject: "object"}
	return cat("jsonb_typeof(", node, ") = '"+names[k]+"'")
}

func (postgres) isMissing(node frag) frag {
	return cat("COALESCE(jsonb_typeof(", node, "), 'null') = 'null'")
}

func (d postgres) textOf(node frag) frag {
	return ofKind(d, node, jsonText, cat(node, " #>> '{}'"))
}

// number is a node as a decimal, NULL if it is no number.
func (d postgres) number(node frag) frag {
	return ofKind(d, node, jsonNumber, cat("(", node, " #>> '{}')::numeric"))
}

func (d postgres) numberCompares(x term, op rule.Op, v decimal.Decimal) cond {
	return exactly(cat(d.number(x.frag), opText(op), decimalAs(v, v.Scale)))
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
		return exactly(cat("(", x, " = ", y, " AND jsonb_typeof(", x, ") <> 'null')"))
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

func (postgres) textInArray(x, array frag) frag {
	return cat("(", x, ` COLLATE "C") IN (SELECT jsonb_array_elements_text((`, array, ")::jsonb))")
}

func (postgres) keyInArray(x, array frag) frag {
	return cat(x, " IN (SELECT jsonb_array_elements_text((", array, ")::jsonb))")
}
