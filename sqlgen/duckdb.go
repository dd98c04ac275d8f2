package sqlgen

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
)

// duckdb writes for DuckDB, where texts compare by bytes unless a column has a
// collation, JSON is a type of its own, and decimals have up to 38 digits. What may
// not fit a type is read by TRY_CAST, which gives NULL and does not fail.
type duckdb struct{ standard }

func (duckdb) placeholder(n int, a arg) string {
	types := [...]string{argText: "VARCHAR", argInt: "BIGINT", argDecimal: "DECIMAL(38," + itoa(a.scale) + ")", argFloat: "DOUBLE", argTime: "TIMESTAMP", argDate: "DATE",
		argDatetime: "TIMESTAMP", argUUID: "UUID", argLabel: "VARCHAR", argBool: "BOOLEAN"}
	return "CAST($" + itoa(n) + " AS " + types[a.typ] + ")"
}

// duckdbScale is how many of the 38 digits stand behind the point where numbers in
// JSON are read, of which nothing is known.
const duckdbScale = 18

func (duckdb) limits() limits {
	return limits{
		digits: 38, cutsNUL: true, numbered: true, sumsIntegers: true, overflows: true, narrowsSequences: true, aligned: 38, unsigned: true,
		firstDay: -2_147_483_646, lastDay: 2_147_483_646,
		oldest: time.Date(-200_000, 1, 1, 0, 0, 0, 0, time.UTC), newest: time.Date(200_000, 1, 1, 0, 0, 0, 0, time.UTC),
		capacity: capacity{params: 65_535, tables: 40, subqueries: 60, bytes: 4 << 20, nested: 10},
	}
}

// binaryCollation is a text without the collation that its column may have: by
// that even contains and starts_with would compare.
func binaryCollation(x frag) frag {
	if x.sql == mark || x.sql == "NULL" { // a constant
		return x
	}
	return cat(x, " COLLATE C")
}

func (duckdb) textEquals(x, v frag) frag { return cat(binaryCollation(x), " = ", binaryCollation(v)) }

func (duckdb) textCompares(x frag, op string, v frag) frag {
	return cat(binaryCollation(x), op, binaryCollation(v))
}

func (duckdb) textIn(x frag, vs []frag) frag {
	return cat(binaryCollation(x), " IN (", separated(", ", vs), ")")
}

func (duckdb) identity(x term) (f frag, ok bool) {
	if x.is(TypeText) {
		return binaryCollation(x.frag), true
	}
	return x.frag, !x.doc
}

// proper makes a text of an enum or a UUID, beside which a text that is none would be
// an error.
func (duckdb) proper(x frag, typ Type) frag {
	switch {
	case typ == TypeText:
		return cat("CAST(", x, " AS VARCHAR)")
	case isTemporal(typ):
		return cat("(CASE WHEN isfinite(", x, ") THEN ", x, " END)")
	}
	return x
}

func (duckdb) inside(x frag, typ Type, ops ...rule.Op) frag {
	if isTemporal(typ) {
		return openEnds(x, "'-infinity'", "'infinity'", ops)
	}
	return always()
}

func (duckdb) absent(x frag, typ Type) frag {
	if isTemporal(typ) {
		return cat("(", x, " IS NULL OR NOT isfinite(", x, "))")
	}
	return cat(x, " IS NULL")
}

func (duckdb) contains(x frag, v string) frag {
	return cat("contains(", binaryCollation(x), ", ", text(v), ")")
}

func (duckdb) startsWith(x frag, v string) frag {
	return cat("starts_with(", binaryCollation(x), ", ", text(v), ")")
}

func (duckdb) endsWith(x frag, v string) frag {
	return cat("suffix(", binaryCollation(x), ", ", text(v), ")")
}

func (duckdb) matches(x frag, pattern string) (frag, bool) {
	return cat("regexp_matches(", x, ", ", text(pattern), ")"), true
}

func (duckdb) swapped(x frag, from, to []rune) frag {
	if len(from) == 0 {
		return x
	}
	return cat("translate(", x, ", ", text(string(from)), ", ", text(string(to)), ")")
}

func (duckdb) arrayNode(x frag) frag   { return cat("to_json(", x, ")") }
func (duckdb) hasElements(x frag) frag { return cat("len(", x, ") > 0") }

func (duckdb) chars(x frag) frag { return cat("length(", x, ")") }

func (d duckdb) sinceEpoch(x frag, _ Column, places int) frag {
	return tenfold(d.wide(cat("CASE WHEN isfinite(", x, ") THEN epoch_us(", x, ") END"), 19, 0), places-6)
}

func (duckdb) addSeconds(x frag, seconds int64) frag {
	return cat("(", x, " + to_seconds(", integer(seconds), "))")
}

func (duckdb) nextTick(x frag, _ int) (frag, bool) {
	return cat("(", x, " + INTERVAL 1 MICROSECOND)"), true
}

func (duckdb) datePart(x frag, fn rule.Fn) frag {
	return cat("EXTRACT("+fnName(fn)+" FROM ", x, ")")
}

func (duckdb) wide(x frag, digits, scale int) frag {
	if scale == 0 {
		return cat("CAST(", x, " AS HUGEINT)")
	}
	return cat("CAST(", x, " AS DECIMAL("+itoa(min(digits, 38))+","+itoa(scale)+"))")
}

// at leaves the name * to Go: DuckDB takes it for any name, even between quotes.
func (duckdb) at(node frag, path []string) (frag, bool) {
	p, ok := jsonPath(path)
	ok = ok && !slices.Contains(path, "*")
	return cat("json_extract(", node, ", ", text(p), ")"), ok
}

func (duckdb) isKind(node frag, k jsonKind) frag {
	if k == jsonNumber {
		return cat("(CASE json_type(", node, ") WHEN 'DOUBLE' THEN ", finiteNode(node), " ELSE json_type(", node, ") IN ('BIGINT', 'UBIGINT', 'HUGEINT') END)")
	}
	names := [...]string{jsonText: "= 'VARCHAR'", jsonBool: "= 'BOOLEAN'", jsonArray: "= 'ARRAY'", jsonObject: "= 'OBJECT'"}
	return cat("json_type(", node, ") "+names[k])
}

// finiteNode holds for a number that is not beyond all floats: such is none to a rule.
func finiteNode(node frag) frag {
	return cat("isfinite(TRY_CAST(CAST(", node, " AS VARCHAR) AS DOUBLE))")
}

func (duckdb) isMissing(node frag) frag {
	return cat("(CASE COALESCE(json_type(", node, "), 'NULL') WHEN 'NULL' THEN TRUE WHEN 'DOUBLE' THEN NOT ", finiteNode(node), " ELSE FALSE END)")
}

func (d duckdb) textOf(node frag) frag {
	return ofKind(d, node, jsonText, cat("json_extract_string(", node, ", '$')"))
}

// digits puts every number between quotes, as its text.
func (duckdb) digits(document frag) (frag, bool) {
	return cat("regexp_replace(CAST(", document, " AS VARCHAR), '"+jsonScalar+`', '"\1\2"', 'g')`), true
}

// numberCompares compares as decimals of 20 digits before the point and 18 behind it.
func (d duckdb) numberCompares(x term, op rule.Op, v decimal.Decimal) cond {
	return roundedCompares(d, x, op, v, written{
		digits: cat("json_extract_string(", x.digits, ", '$')"), places: duckdbScale, room: 38,
		whole:   cat("json_type(", x.frag, ") <> 'DOUBLE'"),
		decimal: func(t frag) frag { return cat("TRY_CAST(", t, " AS DECIMAL(38,"+itoa(duckdbScale)+"))") },
		float:   func(t frag) frag { return cat("TRY_CAST(", t, " AS DOUBLE)") },
		node:    cat("CAST(", x.frag, " AS VARCHAR)"),
		matches: func(t frag, pattern string) frag { return cat("regexp_matches(", t, ", '"+pattern+"')") },
		first:   func(t frag, pattern string) frag { return cat("regexp_extract(", t, ", '"+pattern+"')") },
	})
}

// numberOf reads the digits of a number as they are written, where they may be more than
// a float keeps.
func (d duckdb) numberOf(x term) (num, bool) {
	if x.col.Type == TypeJSON {
		return num{}, false
	}
	written := cat("CAST(", x.frag, " AS VARCHAR)")
	if x.col.MostDigits() > floatDigits && x.col.Scale > 0 {
		if x.digits.sql == "" {
			return num{}, false
		}
		written = cat("json_extract_string(", x.digits, ", '$')")
	}
	typ := "DECIMAL(" + itoa(min(x.col.MostDigits(), 38)) + "," + itoa(x.col.Scale) + ")"
	n := ofKind(d, x.frag, jsonNumber, cat("TRY_CAST(", written, " AS "+typ+")"))
	return num{frag: n, digits: x.col.MostDigits(), scale: x.col.Scale}, true
}

func (d duckdb) boolIs(node frag, b bool) frag {
	return ofKind(d, node, jsonBool, cat("CAST(", node, " AS VARCHAR) = '"+strconv.FormatBool(b)+"'"))
}

func (d duckdb) size(node frag) frag {
	return ofKind(d, node, jsonArray, cat("json_array_length(", node, ")"))
}

func (d duckdb) isEmpty(node frag) frag {
	return cat("(", d.isKind(node, jsonArray), " AND json_array_length(", node, ") = 0 OR ", d.isKind(node, jsonObject), " AND len(json_keys(", node, ")) = 0)")
}

// elements takes the elements beside those of the document in which numbers are texts, if
// the condition asks for their digits.
func (d duckdb) elements(x term, name string, f func(elem term) frag) frag {
	elems := func(node frag) frag {
		return cat("CASE WHEN ", d.isKind(x.frag, jsonArray), " THEN json_extract(", node, ", '$[*]') ELSE [] END")
	}
	alias := d.quote(name)
	elem, digits := frag{sql: alias + ".v"}, frag{}
	if x.digits.sql != "" {
		digits.sql = alias + ".w"
	}
	where := f(element(elem, digits))
	if digits.sql == "" || !strings.Contains(where.sql, digits.sql) {
		return cat("FROM UNNEST(", elems(x.frag), ") AS "+alias+"(v) WHERE ", where)
	}
	return cat("FROM (SELECT UNNEST(", elems(x.frag), ") AS v, UNNEST(", elems(x.digits), ") AS w) AS "+alias+" WHERE ", where)
}

func (d duckdb) count(x term, name string, f func(elem term) frag) frag {
	return cat("(SELECT COUNT(*) ", d.elements(x, name, f), ")")
}

// exists counts: a correlated EXISTS is a join to DuckDB as well, and not a quicker one.
func (d duckdb) exists(x term, name string, f func(elem term) frag) frag {
	return cat(d.count(x, name, f), " > 0")
}

func (duckdb) asInt(t frag) frag { return cat("TRY_CAST(", t, " AS BIGINT)") }

func (duckdb) inForm(t frag, instant bool) frag {
	return cat("regexp_matches(", t, ", "+form(instant)+")")
}

func (duckdb) secondsOf(t frag) frag {
	return cat("CAST(epoch(TRY_CAST(", t, " AS TIMESTAMP)) AS BIGINT)")
}

func (duckdb) intInArray(x, array frag) frag {
	return cat(x, " IN (SELECT UNNEST(from_json(", array, `, '["BIGINT"]')))`)
}

func (duckdb) uuidInArray(x, array frag) frag {
	return cat(x, " IN (SELECT CAST(UNNEST(from_json(", array, `, '["VARCHAR"]')) AS UUID))`)
}

func (duckdb) textInArray(x, array frag) frag {
	return cat(binaryCollation(x), " IN (SELECT UNNEST(from_json(", array, `, '["VARCHAR"]')))`)
}

func (duckdb) keyInArray(x, array frag) frag {
	return cat(x, " IN (SELECT UNNEST(from_json(", array, `, '["VARCHAR"]')))`)
}
