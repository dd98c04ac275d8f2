package sqlgen

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/segmentrules/segment/rule"
)

// standard is what most databases write alike. Each dialect embeds it, and
// overrides what its database has otherwise.
type standard struct{}

func (standard) quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
func (standard) settings() string         { return "" }
func (standard) notTrue(f frag) frag      { return cat("(", f, ") IS NOT TRUE") }

// notIn is NOT EXISTS, of which PostgreSQL makes an anti-join; of NOT IN it makes
// none, since that is NULL if any k is NULL.
func (standard) notIn(key, q frag) frag {
	return cat("NOT ", exists(key, q))
}

// exists holds where a key is in the column k of a query.
func exists(key, q frag) frag {
	return cat("EXISTS (SELECT 1 FROM (", q, ") n WHERE n.k = ", key, ")")
}

func (standard) deepIn(key, q frag) frag { return cat(key, " IN (", q, ")") }

// textIn is a list of texts.
func (standard) textIn(x frag, vs []frag) frag               { return cat(x, " IN (", separated(", ", vs), ")") }
func (standard) textEquals(x, v frag) frag                   { return cat(x, " = ", v) }
func (standard) sameKey(x, v frag) frag                      { return cat(x, " = ", v) }
func (standard) textCompares(x frag, op string, v frag) frag { return cat(x, op, v) }

func (standard) indexed(textPart, frag, string) (f frag, exact bool) { return always(), false }

func (standard) equalsJSON(frag, string) frag                  { return never() }
func (standard) containsJSON(_ frag, _ string, test frag) frag { return test }

func (standard) pathExists(frag, string) frag { return always() }

// replaced writes to[i] for from[i], a REPLACE for each character; a from without a
// to is taken out.
func replaced(x frag, from, to []rune) frag {
	for i, r := range from {
		by := ""
		if i < len(to) {
			by = string(to[i])
		}
		x = cat("REPLACE(", x, ", ", text(string(r)), ", ", text(by), ")")
	}
	return x
}

func (standard) asText(x frag) frag                   { return cat("CAST(", x, " AS VARCHAR)") }
func (standard) swapped(x frag, from, to []rune) frag { return replaced(x, from, to) }
func (standard) timeArg(t time.Time, _ int) any       { return t.UTC().Format("2006-01-02 15:04:05.000000") }
func (standard) document(column frag) frag            { return column }

// ofKind is a value read from a node, NULL where the node is of another kind.
func ofKind(d jsonDialect, node frag, k jsonKind, value frag) frag {
	return cat("(CASE WHEN ", d.isKind(node, k), " THEN ", value, " END)")
}

func (standard) proper(x frag, _ Type) frag         { return x }
func (standard) inside(frag, Type, ...rule.Op) frag { return always() }
func (standard) absent(x frag, _ Type) frag         { return cat(x, " IS NULL") }

func (standard) typed(v frag, _ Column) frag { return v }

func (standard) dateArg(t time.Time) any { return t.Format(time.DateOnly) }
func (standard) timePlaces(Column) int   { return 6 }

func (standard) remainder(a, b num) (frag, bool) {
	return cat("(", a.frag, " % NULLIF(", b.frag, ", 0))"), true
}

func (standard) wide(x frag, digits, scale int) frag { return x }

// identity is the value itself, but not of JSON, where 1 and 1.0 are equal.
func (standard) identity(x term) (f frag, ok bool) { return x.frag, !x.doc }

// nodesCompare is left to Go: lists and objects compare by what is in them, and
// numbers by their value.
func (standard) digits(frag) (f frag, ok bool)          { return frag{}, false }
func (standard) nodesCompare(frag, rule.Op, frag) cond  { return undecided() }
func (standard) matches(frag, string) (f frag, ok bool) { return frag{}, false }

// jsonPath is a path as most databases write it: $."a"."b". Names with a quote or
// a backslash are read differently by each: for those ok is false.
func jsonPath(path []string) (p string, ok bool) {
	var b strings.Builder
	b.WriteString("$")
	for _, name := range path {
		if strings.ContainsAny(name, "\"\\") || !utf8.ValidString(name) {
			return "", false
		}
		b.WriteString(`."` + name + `"`)
	}
	return b.String(), true
}

func runes(v string) int64 { return int64(utf8.RuneCountInString(v)) }

// fnName is the part of a date that a function gives, as EXTRACT calls it.
func fnName(fn rule.Fn) string {
	switch fn {
	case rule.FnYear:
		return "YEAR"
	case rule.FnQuarter:
		return "QUARTER"
	case rule.FnMonth:
		return "MONTH"
	case rule.FnDay:
		return "DAY"
	}
	return "ISODOW"
}

func (standard) let(x frag, f func(t frag) frag) frag {
	return cat("(SELECT ", f(frag{sql: "w.t"}), " FROM (SELECT ", x, " AS t) w)")
}

func (standard) asInt(t frag) frag { return cat("CAST(", t, " AS BIGINT)") }

func (standard) extremal(x term) term           { return x }
func (standard) labelText(x frag) frag          { return cat("CAST(", x, " AS VARCHAR)") }
func (standard) uuidInArray(frag, frag) frag    { return never() }
func (standard) ciTextIn(frag, []string) frag   { return never() }
func (standard) arrayNode(x frag) frag          { return x }
func (standard) hasElements(x frag) frag        { return notNull(x) }
func (standard) arrayHas(x frag, v string) frag { return always() }

// form is a regular expression for the whole text of a day or an instant.
func form(instant bool) string {
	if instant {
		return "'^" + instantForm + "$'"
	}
	return "'^" + dayForm + "$'"
}

func (standard) zeros(t frag) frag { return cat("(", t, " || '000000000')") }
