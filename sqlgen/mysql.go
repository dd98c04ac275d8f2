package sqlgen

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
)

// mysql writes for MariaDB and MySQL. Their collations call different texts equal
// and pad them with spaces, so texts compare as bytes, after a comparison that can
// use an index. JSON is text in MariaDB; numbers in it are read as decimals.
type mysql struct{ standard }

func (mysql) quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

func (mysql) placeholder(_ int, a arg) string {
	switch a.typ {
	case argDecimal:
		return "CAST(? AS DECIMAL(65," + itoa(a.scale) + "))"
	case argFloat:
		return "CAST(? AS DOUBLE)"
	case argTime, argDatetime:
		return "CAST(? AS DATETIME(6))"
	case argDate:
		return "CAST(? AS DATE)"
	}
	return "?"
}

// mysqlScale is the most decimal places of a DECIMAL.
const mysqlScale = 30

func (mysql) limits() limits {
	return limits{
		digits: 65 - mysqlScale, scansArrays: true, sumsIntegers: true, unsigned: true, onlyFinite: true, overflows: true,
		firstDay: firstOfTexts, lastDay: lastOfTexts,
		oldest: time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), newest: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		capacity: capacity{params: 65_535, tables: 61, subqueries: 500, bytes: 4 << 20, nested: 12},
	}
}

// octets are the bytes of a text in UTF-8, whatever the character set of a column.
func octets(x frag) frag { return cat("CAST(CONVERT(", x, " USING utf8mb4) AS BINARY)") }

// textEquals compares twice: the first comparison can use an index.
func (mysql) textEquals(x, v frag) frag {
	exact := cat(octets(x), " = ", octets(v))
	if isBeyondBMP(v) {
		return exact
	}
	return cat("(", x, " = ", v, " AND ", exact, ")")
}

// isBeyondBMP reports whether a constant has characters of more than three bytes,
// such as emoji: MariaDB fails when it compares a column of utf8mb3 with one.
func isBeyondBMP(vs ...frag) bool {
	for _, v := range vs {
		for _, a := range v.args {
			s, isText := a.value.(string)
			if isText && strings.ContainsFunc(s, func(r rune) bool { return r > 0xffff }) {
				return true
			}
		}
	}
	return false
}

func (d mysql) sameKey(x, v frag) frag {
	if isBeyondBMP(v) {
		return d.textEquals(x, v)
	}
	return cat(x, " = ", v)
}

func (mysql) textCompares(x frag, op string, v frag) frag { return cat(octets(x), op, octets(v)) }

func (mysql) textIn(x frag, vs []frag) frag {
	exact := make([]frag, len(vs))
	for i, v := range vs {
		exact[i] = octets(v)
	}
	among := cat(octets(x), " IN (", separated(", ", exact), ")")
	if isBeyondBMP(vs...) {
		return among
	}
	return cat("(", x, " IN (", separated(", ", vs), ") AND ", among, ")")
}

func (mysql) contains(x frag, v string) frag {
	return cat("LOCATE(", octets(text(v)), ", ", octets(x), ") > 0")
}

// indexed is LIKE for the beginning of a text, by the column's collation.
func (mysql) indexed(p textPart, x frag, v string) (f frag, exact bool) {
	pattern := text(p.pattern(v, '|'))
	if p != partFirst || isBeyondBMP(pattern) {
		return always(), false
	}
	return cat(x, " LIKE ", pattern, " ESCAPE '|'"), false
}

func (mysql) startsWith(x frag, v string) frag {
	return cat("LEFT(", octets(x), ", ", integer(int64(len(v))), ") = ", octets(text(v)))
}

func (mysql) endsWith(x frag, v string) frag {
	return cat("RIGHT(", octets(x), ", ", integer(int64(len(v))), ") = ", octets(text(v)))
}

func (mysql) swapped(x frag, from, to []rune) frag {
	return replaced(cat("CONVERT(", x, " USING utf8mb4) COLLATE utf8mb4_bin"), from, to)
}

func (mysql) chars(x frag) frag  { return cat("CHAR_LENGTH(", x, ")") }
func (mysql) asText(x frag) frag { return cat("CAST(", x, " AS CHAR)") }

func (d mysql) labelText(x frag) frag { return d.asText(x) }

func (d mysql) sinceEpoch(x frag, _ Column, places int) frag {
	return tenfold(d.wide(cat("TIMESTAMPDIFF(MICROSECOND, '1970-01-01', ", x, ")"), 19, 0), places-6)
}

// addSeconds is NULL for instants before the year 1, to which MariaDB adds nothing: in an
// INSERT … SELECT that is an error.
func (mysql) addSeconds(x frag, seconds int64) frag {
	return cat("DATE_ADD(CASE WHEN ", x, " >= '0001-01-01' THEN ", x, " END, INTERVAL ", integer(seconds), " SECOND)")
}

func (mysql) nextTick(x frag, _ int) (frag, bool) {
	return cat("DATE_ADD(", x, ", INTERVAL 1 MICROSECOND)"), true
}

func (mysql) datePart(x frag, fn rule.Fn) frag {
	if fn == rule.FnWeekday { // Monday is 0
		return cat("(WEEKDAY(", x, ") + 1)")
	}
	return cat(fnName(fn)+"(", x, ")")
}

func (mysql) wide(x frag, _, scale int) frag {
	return cat("CAST(", x, " AS DECIMAL(65,"+itoa(scale)+"))")
}

func (mysql) identity(x term) (frag, bool) {
	if x.is(TypeText) {
		return octets(x.frag), true
	}
	return x.frag, !x.doc
}

// inCalendar holds for days and instants that are in the calendar, which 0000-00-00,
// 2020-00-15 and 2021-02-30 are not.
func (mysql) inCalendar(x frag) frag {
	return cat("DAYOFMONTH(", x, ") BETWEEN 1 AND DAYOFMONTH(LAST_DAY(", x, "))")
}

func (d mysql) proper(x frag, typ Type) frag {
	if isTemporal(typ) {
		return cat("(CASE WHEN ", d.inCalendar(x), " THEN ", x, " END)")
	}
	return x
}

func (d mysql) inside(x frag, typ Type, ops ...rule.Op) frag {
	if isTemporal(typ) && !slices.Contains(ops, rule.OpEq) {
		return d.inCalendar(x)
	}
	return always()
}

// absent does not ask a column of days that is NOT NULL whether it is NULL: that is true
// of 0000-00-00 by a rule of MariaDB's own.
func (d mysql) absent(x frag, typ Type) frag {
	if isTemporal(typ) {
		return d.notTrue(d.inCalendar(x))
	}
	return cat(x, " IS NULL")
}

func (mysql) document(column frag) frag {
	return cat("(CASE WHEN JSON_VALID(", column, ") THEN ", column, " END)")
}

// at leaves names to Go that may be written with an escape in JSON, such as "caf\u00e9":
// MariaDB finds a name only if it is written the same way in path and document. Nor does
// it find one that begins with a -.
func (mysql) at(node frag, path []string) (frag, bool) {
	p, ok := jsonPath(path)
	ok = ok && !strings.ContainsFunc(p, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune("/<>&", r) })
	ok = ok && !slices.ContainsFunc(path, func(name string) bool { return strings.HasPrefix(name, "-") })
	return cat("JSON_EXTRACT(", node, ", ", text(p), ")"), ok
}

func (mysql) isKind(node frag, k jsonKind) frag {
	if k == jsonNumber {
		return cat("(CASE WHEN ", isNumber(node), " THEN ", isShort(node), " OR ", magnitude(node), " < "+itoa(floatMagnitude)+" ELSE FALSE END)")
	}
	names := [...]string{jsonText: "= 'STRING'", jsonBool: "= 'BOOLEAN'",
		jsonArray: "= 'ARRAY'", jsonObject: "= 'OBJECT'"}
	return cat("JSON_TYPE(", node, ") "+names[k])
}

func isNumber(node frag) frag {
	return cat("JSON_TYPE(", node, ") IN ('INTEGER', 'UNSIGNED INTEGER', 'DECIMAL', 'DOUBLE')")
}

func (mysql) isMissing(node frag) frag {
	return cat("(COALESCE(JSON_TYPE(", node, "), 'NULL') = 'NULL' OR CASE WHEN ", isNumber(node), " THEN NOT ", isShort(node), " AND ", magnitude(node), " >= "+itoa(floatMagnitude)+" ELSE FALSE END)")
}

// floatMagnitude is the magnitude of numbers that are beyond all floats, and none to a
// rule: 10^309 is.
const floatMagnitude = 309

// isShort holds for a number of at most mysqlScale characters and without an exponent:
// it fits a decimal, and no float is needed to tell that it is one.
func isShort(node frag) frag { return isPlain(node, mysqlScale) }

// isPlain holds for a number of so many characters at most and without an exponent.
func isPlain(node frag, most int) frag {
	return cat("(CHAR_LENGTH(", node, ") <= "+itoa(most)+" AND LOCATE('e', LOWER(CAST(", node, " AS CHAR))) = 0)")
}

// magnitude is the power of ten of the first digit of a number that is not 0, by what is
// written: of 250 it is 2, of 2.5e10 it is 10, of 0.025 it is -2. A number that is too
// large for a type cannot be cast to tell: in an INSERT … SELECT that is an error.
func magnitude(node frag) frag {
	n := cat("CAST(", node, " AS CHAR)")
	exponent := cat("(CASE WHEN ", n, " REGEXP '[eE]' THEN CAST(SUBSTR(REGEXP_SUBSTR(", n, ", '[eE][-+]?0*[0-9]{1,6}'), 2) AS SIGNED) ELSE 0 END)")
	return cat("(CASE WHEN ", n, " NOT REGEXP '^[^eE]*[1-9]' THEN 0 WHEN ", n, " REGEXP '^[^0-9]*[1-9]' THEN CHAR_LENGTH(REGEXP_SUBSTR(", n, ", '[0-9]+')) - 1 + ", exponent,
		" ELSE ", exponent, " - CHAR_LENGTH(REGEXP_SUBSTR(", n, ", '[.]0*')) END)")
}

func (d mysql) textOf(node frag) frag {
	return ofKind(d, node, jsonText, cat("JSON_UNQUOTE(", node, ")"))
}

// number is a node as a decimal, NULL if it is no number. One of more whole digits than
// a decimal has is the greatest or the least decimal, and digits that are too many to be
// read with an exponent are read as a float.
func (d mysql) number(node frag) frag {
	decimal := func(x frag) frag { return cat("CAST(", x, " AS DECIMAL(65,"+itoa(mysqlScale)+"))") }
	most := strings.Repeat("9", 65-mysqlScale)
	long := cat("CASE WHEN ", magnitude(node), " >= "+itoa(floatMagnitude)+" THEN NULL WHEN ", magnitude(node), " >= "+itoa(65-mysqlScale)+" THEN CASE WHEN ", node, " REGEXP '^[^0-9]*-' THEN -"+most+" ELSE "+most+" END",
		" WHEN CHAR_LENGTH(", node, ") > 65 AND ", node, " REGEXP '[eE]' THEN ", decimal(cat("CAST(", node, " AS DOUBLE)")), " ELSE ", decimal(node), " END")
	return cat("(CASE WHEN ", isNumber(node), " THEN CASE WHEN ", isShort(node), " THEN ", decimal(node), " ELSE ", long, " END END)")
}

// numberCompares compares as decimals: exact to 30 digits behind the point.
func (d mysql) numberCompares(x term, op rule.Op, v decimal.Decimal) cond {
	node := x.frag
	if v.Scale > mysqlScale || v.WholeDigits() > 65-mysqlScale {
		return cond{frag: d.isKind(node, jsonNumber)}
	}
	return exactly(cat(d.number(node), opText(op), decimalAs(v, mysqlScale)))
}

func (d mysql) numberOf(x term) (num, bool) {
	node, c := x.frag, x.col
	if c.Type == TypeJSON {
		return num{}, false
	}
	// A number of more digits than the column promises is left out: products of such
	// might be more than a decimal holds, which is an error.
	whole := c.MostDigits() - c.Scale
	fits := cat("(", isPlain(node, min(whole, mysqlScale)), " OR ", magnitude(node), " < "+itoa(whole)+")")
	n := cat("(CASE WHEN ", isNumber(node), " THEN CASE WHEN ", fits, " THEN ", d.wide(node, c.MostDigits(), c.Scale), " END END)")
	return num{frag: n, digits: c.MostDigits(), scale: c.Scale}, true
}

func (d mysql) boolIs(node frag, b bool) frag {
	return ofKind(d, node, jsonBool, cat("JSON_UNQUOTE(", node, ") = '"+strconv.FormatBool(b)+"'"))
}

func (d mysql) size(node frag) frag {
	return ofKind(d, node, jsonArray, cat("JSON_LENGTH(", node, ")"))
}

func (d mysql) isEmpty(node frag) frag {
	return cat("(JSON_TYPE(", node, ") IN ('ARRAY', 'OBJECT') AND JSON_LENGTH(", node, ") = 0)")
}

// elements is a FROM clause with the elements of an array for which a condition
// holds.
func (d mysql) elements(x term, name string, f func(elem term) frag) frag {
	node := x.frag
	elems := cat("(CASE WHEN ", d.isKind(node, jsonArray), " THEN ", node, " ELSE '[]' END)")
	elem := cat("JSON_EXTRACT(", node, ", CONCAT('$[', "+d.quote(name)+".n - 1, ']'))")
	return cat("FROM JSON_TABLE(", elems, ", '$[*]' COLUMNS (n FOR ORDINALITY)) "+d.quote(name)+" WHERE ", f(element(elem, frag{})))
}

func (d mysql) count(x term, name string, f func(elem term) frag) frag {
	return cat("(SELECT COUNT(*) ", d.elements(x, name, f), ")")
}

func (d mysql) exists(x term, name string, f func(elem term) frag) frag {
	return cat("EXISTS (SELECT 1 ", d.elements(x, name, f), ")")
}

// let writes the text wherever it is asked for: in MariaDB a subquery in FROM does
// not see the columns of the row.
func (mysql) let(x frag, f func(t frag) frag) frag { return cat("(", f(x), ")") }
func (mysql) asInt(t frag) frag                    { return cat("CAST(", t, " AS SIGNED)") }

// inForm says in its own way where the text ends: in MariaDB a $ is also true
// before a line break at the end. (?![^a]|a) is true where no character follows.
func (mysql) inForm(t frag, instant bool) frag {
	return cat("(", octets(t), " REGEXP ", strings.Replace(form(instant), "$", "(?![^a]|a)", 1), ")")
}

func (mysql) secondsOf(t frag) frag {
	return cat("TIMESTAMPDIFF(SECOND, '1970-01-01 00:00:00', CAST(REPLACE(", t, ", 'T', ' ') AS DATETIME))")
}

// zeros is CONCAT, for to MariaDB and MySQL || is OR.
func (mysql) zeros(t frag) frag { return cat("CONCAT(", t, ", '000000000')") }

func (mysql) intInArray(x, array frag) frag {
	return cat(x, " IN (SELECT a.v FROM JSON_TABLE(", array, ", '$[*]' COLUMNS (v BIGINT PATH '$')) a)")
}

func (mysql) uuidInArray(x, array frag) frag {
	return cat(x, " IN (SELECT CAST(a.v AS UUID) FROM JSON_TABLE(", array, ", '$[*]' COLUMNS (v CHAR(36) PATH '$')) a)")
}

func (mysql) textInArray(x, array frag) frag {
	return cat(octets(x), " IN (SELECT CAST(a.v AS BINARY) FROM JSON_TABLE(", array, ", '$[*]' COLUMNS (v LONGTEXT CHARACTER SET utf8mb4 PATH '$')) a)")
}

// keyInArray holds always: texts of JSON do not compare with a column whose collation is
// not known.
func (mysql) keyInArray(_, _ frag) frag { return always() }
