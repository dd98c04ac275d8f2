package sqlgen

// Some databases read a number in JSON as a float, and lose digits: to DuckDB and
// ClickHouse 19.999999999999999 within a document is 20. A number whose float is not near
// that of the constant is decided by the floats (ClickHouse reads floats that are off by
// the last bits). Where they are near the digits decide, which are read from the text of
// the document: a regular expression puts every number there between quotes, so that it
// is a text.

import (
	"math"

	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
)

// jsonScalar matches a text of JSON, or a number. With "\1\2" in its place, texts are what
// they were, and numbers are texts.
const jsonScalar = `"((?:[^"\\]|\\.)*)"|(-?[0-9][-+.0-9eE]*)`

// floatDigits is how many digits of a decimal any float keeps.
const floatDigits = 15

// written is how a database reads the text of a number.
type written struct {
	digits       frag // the number as it is written in the document
	node         frag // the number as it is read, as a text
	whole        frag // holds for whole numbers, which are read as they are; empty if it cannot be told
	decimal      func(t frag) frag
	float        func(t frag) frag
	matches      func(t frag, pattern string) frag // holds if it matches
	first        func(t frag, pattern string) frag // what matches
	places, room int                               // digits of a decimal behind the point, and in all
}

// roundedCompares compares a node that is a number with a constant.
func roundedCompares(d jsonDialect, x term, op rule.Op, v decimal.Decimal, w written) cond {
	if v.Scale > w.places || v.WholeDigits() >= w.room-w.places {
		return cond{frag: d.isKind(x.frag, jsonNumber)}
	}
	f, _ := v.Rat().Float64()
	float, constant := w.float(w.node), hold(f, argFloat)
	slack := math.Abs(f) * 1e-13
	near := func(op rule.Op) frag { return cat(float, opText(op), constant) }
	if x.digits.sql == "" {
		// The document is not at hand: what may hold is a candidate.
		atLeast, atMost := cat(float, " >= ", hold(f-slack, argFloat)), cat(float, " <= ", hold(f+slack, argFloat))
		may := map[rule.Op]frag{rule.OpLt: atMost, rule.OpLe: atMost, rule.OpGt: atLeast, rule.OpGe: atLeast, rule.OpEq: and(atLeast, atMost)}
		return cond{frag: ofKind(d, x.frag, jsonNumber, may[op])}
	}
	far := cat("(", float, " < ", hold(f-slack, argFloat), " OR ", float, " > ", hold(f+slack, argFloat), ")")
	compares := cat("WHEN ", far, " THEN ", near(op), " ELSE COALESCE(", w.behind(op, v), ", ", near(op), ") END")
	if w.whole.sql != "" {
		exact := cat(w.decimal(w.node), opText(op), decimalAs(v, w.places))
		compares = cat("WHEN ", w.whole, " THEN COALESCE(", exact, ", ", near(op), ") ", compares)
	}
	return exactly(ofKind(d, x.frag, jsonNumber, cat("CASE ", compares)))
}

// behind compares the digits of a number, also those behind the last place of a decimal:
// where there is any but 0, the number is beyond what it is without them.
func (w written) behind(op rule.Op, v decimal.Decimal) frag {
	constant := decimalAs(v, w.places)
	places := `^-?[0-9]+[.][0-9]{` + itoa(w.places) + `}`
	cut := w.decimal(w.first(w.digits, places))
	beyond := never() // no such number equals the constant
	switch op {
	case rule.OpLt, rule.OpLe:
		beyond = or(cat(cut, " < ", constant), and(cat(cut, " = ", constant), w.matches(w.digits, "^-")))
	case rule.OpGt, rule.OpGe:
		beyond = or(cat(cut, " > ", constant), and(cat(cut, " = ", constant), w.matches(w.digits, "^[0-9]")))
	}
	return cat("CASE WHEN ", w.matches(w.digits, places+"[0-9]*[1-9][0-9]*$"), " THEN ", beyond, " ELSE ", w.decimal(w.digits), opText(op), constant, " END")
}
