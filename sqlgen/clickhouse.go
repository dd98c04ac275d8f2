package sqlgen

import (
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
)

// clickhouse writes for ClickHouse, where texts are bytes, JSON is a String that is
// read by functions, and a subquery cannot read the row outside of it. So NOT IN
// takes the place of NOT EXISTS, and lists are gone through by array functions.
type clickhouse struct{ standard }

// quote escapes backslashes too, which ClickHouse reads in names as in texts, and
// writes the name in backticks.
func (clickhouse) quote(name string) string {
	return mysql{}.quote(strings.ReplaceAll(name, `\`, `\\`))
}

func (clickhouse) placeholder(n int, a arg) string {
	p := "{p" + itoa(n)
	switch a.typ {
	case argInt:
		return p + ":Int64}"
	case argFloat:
		return p + ":Float64}"
	case argDecimal:
		return "toDecimal256(" + p + ":String}, " + itoa(a.scale) + ")"
	case argUUID:
		return "toUUID(" + p + ":String})"
	case argTime, argDatetime:
		return "toDateTime64(" + p + ":String}, 6, 'UTC')"
	case argDate:
		return "toDate32(" + p + ":String})"
	case argBool:
		return p + ":Bool}"
	}
	return p + ":String}"
}

// settings has a LEFT JOIN give NULL where it finds no row, as in other databases:
// ClickHouse gives 0 or an empty text. And it has JSON read by the slower of its two parsers:
// the other refuses a whole document for one integer of more than 64 bits. And it has a
// cast of NULL give NULL.
func (clickhouse) settings() string {
	return " SETTINGS join_use_nulls = 1, allow_simdjson = 0, cast_keep_nullable = 1"
}

// proper makes a text of an Enum or a UUID, beside which a text that is none would be an
// error. Of a String nothing is left of the cast in the plan.
func (clickhouse) proper(x frag, typ Type) frag {
	if typ == TypeText {
		return cat("CAST(", x, " AS String)")
	}
	return x
}

// clickhouseScale is how many of the 76 digits stand behind the point where numbers
// in JSON are read, of which nothing is known.
const clickhouseScale = 30

func (clickhouse) limits() limits {
	return limits{
		digits: 76 - clickhouseScale, anyBytes: true, uncorrelated: true, narrowest: 9, aligned: 76, unsigned: true, firstDay: -25_567, lastDay: 120_529, firstIsDefault: true, // 1900-01-01 to 2299-12-31
		arrays: true, numbered: true, joinsByEquality: true,
		oldest: time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), newest: time.Date(2299, 12, 31, 23, 59, 59, 0, time.UTC),
		capacity: capacity{params: 10_000, tables: 40, subqueries: 100, bytes: 256 << 10, nested: 16},
	}
}

func (clickhouse) notTrue(f frag) frag              { return cat("NOT COALESCE(", f, ", FALSE)") }
func (clickhouse) notIn(key, q frag) frag           { return cat(key, " NOT IN (", q, ")") }
func (clickhouse) contains(x frag, v string) frag   { return cat("position(", x, ", ", text(v), ") > 0") }
func (clickhouse) startsWith(x frag, v string) frag { return cat("startsWith(", x, ", ", text(v), ")") }
func (clickhouse) endsWith(x frag, v string) frag   { return cat("endsWith(", x, ", ", text(v), ")") }

func (clickhouse) matches(x frag, pattern string) (frag, bool) {
	return cat("match(", x, ", ", text(pattern), ")"), true
}

func (clickhouse) chars(x frag) frag  { return cat("lengthUTF8(", x, ")") }
func (clickhouse) asText(x frag) frag { return cat("toString(", x, ")") }

func (d clickhouse) labelText(x frag) frag { return d.asText(x) }
func (clickhouse) arrayNode(x frag) frag   { return cat("toJSONString(", x, ")") }
func (clickhouse) hasElements(x frag) frag { return cat("notEmpty(", x, ")") }

func (clickhouse) arrayHas(x frag, v string) frag { return cat("has(", x, ", ", text(v), ")") }

// extremal makes numbers of instants: MAX takes one before 1970, if there are NULLs beside
// it, to be later than all others.
func (d clickhouse) extremal(x term) term {
	if x.is(TypeTimestamp, TypeDatetime) {
		x.frag = cat("toUnixTimestamp64Micro(toDateTime64(", x.frag, ", 6, 'UTC'))")
		x.col = Column{Type: TypeUnixMicro}
	}
	return x
}

func (d clickhouse) sinceEpoch(x frag, _ Column, places int) frag {
	return tenfold(d.wide(cat("toUnixTimestamp64Micro(toDateTime64(", x, ", 6, 'UTC'))"), 19, 0), places-6)
}

func (clickhouse) addSeconds(x frag, seconds int64) frag {
	return cat("addSeconds(", x, ", ", integer(seconds), ")")
}

func (clickhouse) nextTick(frag, int) (f frag, ok bool) { return frag{}, false }

func (clickhouse) datePart(x frag, fn rule.Fn) frag {
	names := map[rule.Fn]string{rule.FnYear: "toYear", rule.FnQuarter: "toQuarter", rule.FnMonth: "toMonth", rule.FnDay: "toDayOfMonth", rule.FnWeekday: "toDayOfWeek"}
	return cat(names[fn]+"(", x, ")")
}

func (clickhouse) wide(x frag, _, scale int) frag {
	if scale == 0 {
		return cat("toInt256(", x, ")")
	}
	return cat("toDecimal256(", x, ", "+itoa(scale)+")")
}

// remainder is one of integers: that of decimals is a float.
func (d clickhouse) remainder(a, b num) (frag, bool) {
	f, _ := d.standard.remainder(a, b)
	return f, a.scale == 0 && b.scale == 0
}

func (clickhouse) document(column frag) frag {
	return cat("(CASE WHEN isValidJSON(", column, ") THEN ", column, " END)")
}

func (clickhouse) at(node frag, path []string) (frag, bool) {
	parts := []any{"JSONExtractRaw(", node}
	for _, name := range path {
		parts = append(parts, ", ", text(name))
	}
	return cat(append(parts, ")")...), true
}

func (clickhouse) isKind(node frag, k jsonKind) frag {
	names := [...]string{jsonText: "= 'String'", jsonNumber: "IN ('Int64', 'UInt64', 'Double')", jsonBool: "= 'Bool'", jsonArray: "= 'Array'", jsonObject: "= 'Object'"}
	return cat("toString(JSONType(", node, ")) "+names[k])
}

func (clickhouse) isMissing(node frag) frag {
	return cat("COALESCE(toString(JSONType(", node, ")), 'Null') = 'Null'")
}

func (d clickhouse) textOf(node frag) frag {
	return ofKind(d, node, jsonText, cat("JSONExtractString(", node, ")"))
}

// digits puts every number between quotes, as its text.
func (clickhouse) digits(document frag) (frag, bool) {
	escaped := func(s string) string { return strings.ReplaceAll(s, `\`, `\\`) }
	return cat("replaceRegexpAll(", document, ", '"+escaped(jsonScalar)+"', '"+escaped(`"\1\2"`)+"')"), true
}

// numberCompares compares as decimals of 46 digits before the point and 30 behind it.
func (d clickhouse) numberCompares(x term, op rule.Op, v decimal.Decimal) cond {
	return roundedCompares(d, x, op, v, written{
		digits: cat("JSONExtractString(", x.digits, ")"), places: clickhouseScale, room: 76,
		decimal: func(t frag) frag { return cat("toDecimal256OrNull(", t, ", "+itoa(clickhouseScale)+")") },
		float:   func(t frag) frag { return cat("toFloat64OrNull(", t, ")") },
		node:    x.frag,
		matches: func(t frag, pattern string) frag { return cat("match(", t, ", '"+pattern+"')") },
		first:   func(t frag, pattern string) frag { return cat("extract(", t, ", '"+pattern+"')") },
	})
}

func (d clickhouse) numberOf(x term) (num, bool) {
	if x.col.Type == TypeJSON {
		return num{}, false
	}
	written := x.frag
	if x.col.MostDigits() > floatDigits && x.col.Scale > 0 {
		if x.digits.sql == "" {
			return num{}, false
		}
		written = cat("JSONExtractString(", x.digits, ")")
	}
	// A number of more digits than the column promises is left out: products of such
	// might be more than a decimal holds, which is an error.
	fits := cat(d.isKind(x.frag, jsonNumber), " AND abs(toFloat64OrNull(", x.frag, ")) < 1e"+itoa(x.col.MostDigits()-x.col.Scale))
	n := cat("(CASE WHEN ", fits, " THEN toDecimal256OrNull(", written, ", "+itoa(x.col.Scale)+") END)")
	return num{frag: n, digits: x.col.MostDigits(), scale: x.col.Scale}, true
}

func (d clickhouse) boolIs(node frag, b bool) frag {
	return cat("(", d.isKind(node, jsonBool), " AND ", node, " = '"+strconv.FormatBool(b)+"')")
}

func (d clickhouse) size(node frag) frag {
	return ofKind(d, node, jsonArray, cat("JSONLength(", node, ")"))
}

func (d clickhouse) isEmpty(node frag) frag {
	return cat("(", node, " IS NOT NULL AND JSONLength(", node, ") = 0 AND (", d.isKind(node, jsonArray), " OR ", d.isKind(node, jsonObject), "))")
}

// overElements applies a function of arrays to the elements for which a condition holds.
// It takes them beside those of the document in which numbers are texts, if the
// condition asks for their digits.
func (d clickhouse) overElements(fn string, x term, name string, f func(elem term) frag) frag {
	elems := func(node frag) frag { return cat("JSONExtractArrayRaw(COALESCE(", node, ", ''))") }
	elem, digits := frag{sql: d.quote(name)}, frag{}
	if x.digits.sql != "" {
		digits.sql = d.quote(name + "w")
	}
	where := f(element(elem, digits))
	if digits.sql == "" || !strings.Contains(where.sql, digits.sql) {
		return cat(fn+"("+elem.sql+" -> COALESCE(", where, ", FALSE), ", elems(x.frag), ")")
	}
	return cat(fn+"(("+elem.sql+", "+digits.sql+") -> COALESCE(", where, ", FALSE), ", elems(x.frag), ", ", elems(x.digits), ")")
}

func (d clickhouse) count(x term, name string, f func(elem term) frag) frag {
	return d.overElements("arrayCount", x, name, f)
}

func (d clickhouse) exists(x term, name string, f func(elem term) frag) frag {
	return d.overElements("arrayExists", x, name, f)
}

func (clickhouse) let(x frag, f func(t frag) frag) frag {
	return cat("arrayMap(w -> ", f(frag{sql: "w"}), ", [", x, "])[1]")
}

func (clickhouse) asInt(t frag) frag                { return cat("toInt64OrNull(", t, ")") }
func (clickhouse) inForm(t frag, instant bool) frag { return cat("match(", t, ", "+form(instant)+")") }

// secondsOf counts the days itself: the instants of ClickHouse reach from 1900 to
// 2299 only, and a rule may be about any year.
func (d clickhouse) secondsOf(t frag) frag {
	y, m, day := d.asInt(substr(t, 1, 4)), d.asInt(substr(t, 6, 2)), d.asInt(substr(t, 9, 2))
	clock := cat(d.asInt(substr(t, 12, 2)), " * 3600 + ", d.asInt(substr(t, 15, 2)), " * 60 + ", d.asInt(substr(t, 18, 2)))
	// Days since 1970 of the proleptic calendar, with years that begin in March.
	year := cat("(", y, " + 400 - (", m, " <= 2))")
	month := cat("((", m, " + 9) % 12)")
	days := cat("(", year, " * 365 + intDiv(", year, ", 4) - intDiv(", year, ", 100) + intDiv(", year, ", 400) + intDiv(153 * ", month, " + 2, 5) + ", day, " - 1 - 865565)")
	return cat("(", days, " * 86400 + ", clock, ")")
}

func (clickhouse) intInArray(x, array frag) frag {
	return cat(x, " IN (SELECT arrayJoin(JSONExtract(", array, ", 'Array(Int64)')))")
}

func (clickhouse) uuidInArray(x, array frag) frag {
	return cat(x, " IN (SELECT toUUID(arrayJoin(JSONExtract(", array, ", 'Array(String)'))))")
}

func (clickhouse) textInArray(x, array frag) frag {
	return cat(x, " IN (SELECT arrayJoin(JSONExtract(", array, ", 'Array(String)')))")
}

// keyInArray is exact: texts have no collations.
func (d clickhouse) keyInArray(x, array frag) frag { return d.textInArray(x, array) }
