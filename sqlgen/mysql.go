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
	case argTime:
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
		digits: 65 - mysqlScale, scansArrays: true, sumsIntegers: true, unsigned: true, onlyFinite: true,
		oldest: time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC), newest: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
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

func (mysql) addSeconds(x frag, seconds int64) frag {
	return cat("DATE_ADD(", x, ", INTERVAL ", integer(seconds), " SECOND)")
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
	names := [...]string{jsonText: "= 'STRING'", jsonNumber: "IN ('INTEGER', 'UNSIGNED INTEGER', 'DECIMAL', 'DOUBLE')", jsonBool: "= 'BOOLEAN'",
		jsonArray: "= 'ARRAY'", jsonObject: "= 'OBJECT'"}
	return cat("JSON_TYPE(", node, ") "+names[k])
}

func (mysql) isMissing(node frag) frag {
	return cat("COALESCE(JSON_TYPE(", node, "), 'NULL') = 'NULL'")
}

func (d mysql) textOf(node frag) frag {
	return ofKind(d, node, jsonText, cat("JSON_UNQUOTE(", node, ")"))
}

// number is a node as a decimal, NULL if it is no number.
func (d mysql) number(node frag) frag {
	return ofKind(d, node, jsonNumber, cat("CAST(", node, " AS DECIMAL(65,"+itoa(mysqlScale)+"))"))
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
	scale := c.Scale
	return num{frag: d.wide(d.number(node), c.MostDigits(), scale), digits: c.MostDigits(), scale: scale}, true
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

func (mysql) textInArray(x, array frag) frag {
	return cat(octets(x), " IN (SELECT CAST(a.v AS BINARY) FROM JSON_TABLE(", array, ", '$[*]' COLUMNS (v LONGTEXT CHARACTER SET utf8mb4 PATH '$')) a)")
}

func (d mysql) keyInArray(x, array frag) frag { return d.textInArray(x, array) }
