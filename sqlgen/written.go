package sqlgen

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// An instant or a day that is written as text, as in JSON: a rule reads RFC 3339
// and YYYY-MM-DD, and nothing else. No database reads exactly these, so the form
// is tested first, then the day of the month; only what is left is taken apart.

// The forms, as regular expressions that all databases understand alike. Go reads
// hours to 23, seconds to 59, and offsets to 23:59.
const (
	dayForm     = `[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])`
	instantForm = dayForm + `T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])`
)

// writtenDialect takes texts apart.
type writtenDialect interface {
	// let writes an expression over a text, which f is given by a short name, so
	// that the database computes it once.
	let(x frag, f func(t frag) frag) frag
	// inForm holds for texts that are in a form from end to end: of a day, or of
	// an instant.
	inForm(t frag, instant bool) frag
	// asInt is the number that a text of digits says.
	asInt(t frag) frag
	// zeros writes nine zeros behind a text.
	zeros(t frag) frag
	// secondsOf is the number of seconds since 1970 of a text such as
	// 2026-01-31T10:00:00, in UTC.
	secondsOf(t frag) frag
}

// moments writes an expression over one stored instant or day. Of a text it is not
// known which of the two it says: then there are two moments, of which at most one
// has a value for each row.
func (s scope) moments(e rule.Expr) (ms []moment, ok bool) {
	if m, ok := s.moment(e); ok {
		return []moment{m}, true
	}
	for _, instant := range []bool{false, true} {
		as := s
		as.written = &instant
		m, ok := as.moment(e)
		if !ok {
			return nil, false
		}
		ms = append(ms, m)
	}
	return ms, true
}

// writtenMoment is a text read as an instant, or as a day, as scope.written says.
func (s scope) writtenMoment(x term) (m moment, ok bool) {
	t := x.frag
	switch {
	case x.doc:
		t = s.textOf(t)
	case !x.is(TypeText):
		return moment{}, false
	}
	if *s.written {
		return moment{instant: func(op rule.Op, at time.Time) cond {
			return exactly(s.let(t, func(t frag) frag { return s.writtenCompares(t, op, at) }))
		}}, true
	}
	day := s.let(t, func(t frag) frag {
		return cat("CASE WHEN ", s.inForm(t, false), " THEN CASE WHEN ", s.dayExists(t), " THEN ", t, " END END")
	})
	return moment{day: term{frag: day}, value: func(d segment.Value) rule.Expr { return d }, asText: true}, true
}

// substr is n characters of a text, from the character at from on, the first
// being 1.
func substr(t frag, from, n int) frag { return cat("SUBSTR(", t, ", "+itoa(from)+", "+itoa(n)+")") }

// dayExists holds if the day of a text in form is one of its month.
func (s scope) dayExists(t frag) frag {
	year := s.asInt(substr(t, 1, 4))
	leap := cat("(", year, " % 4 = 0 AND ", year, " % 100 <> 0 OR ", year, " % 400 = 0)")
	last := cat("CASE WHEN ", substr(t, 6, 2), " = '02' THEN CASE WHEN ", leap, " THEN '29' ELSE '28' END WHEN ", substr(t, 6, 2),
		" IN ('04', '06', '09', '11') THEN '30' ELSE '31' END")
	return cat(substr(t, 9, 2), " <= ", last)
}

// writtenCompares compares a text that is an instant: first its seconds, then
// its nanoseconds, since together they are more than 64 bits.
func (s scope) writtenCompares(t frag, op rule.Op, at time.Time) frag {
	// What a text such as 2026-01-31T10:00:00.25+02:00 says is taken apart by place:
	// the last six characters are the offset, if they do not end in Z, and the digits
	// of the fraction begin with the 21st.
	zone := cat("SUBSTR(", t, ", ", s.chars(t), " - 5, 6)")
	minutes := cat("(", s.asInt(substr(zone, 2, 2)), " * 60 + ", s.asInt(substr(zone, 5, 2)), ")")
	offset := cat("CASE WHEN ", substr(zone, 6, 1), " = 'Z' THEN 0 WHEN ", substr(zone, 1, 1), " = '-' THEN -", minutes, " ELSE ", minutes, " END")
	seconds := cat("(", s.secondsOf(substr(t, 1, 19)), " - 60 * ", cat("(", offset, ")"), ")")
	fraction := cat("CASE WHEN ", substr(t, 20, 1), " = '.' THEN ", s.fractionDigits(t), " ELSE '' END")
	// Zeros behind the digits make the fraction nanoseconds.
	nanos := s.asInt(substr(s.zeros(cat("(", fraction, ")")), 1, 9))
	sec, nsec := integer(at.Unix()), integer(int64(at.Nanosecond()))
	var compares frag
	switch op {
	case rule.OpEq:
		compares = and(cat(seconds, " = ", sec), cat(nanos, " = ", nsec))
	default:
		strict := map[rule.Op]rule.Op{rule.OpLt: rule.OpLt, rule.OpLe: rule.OpLt, rule.OpGt: rule.OpGt, rule.OpGe: rule.OpGt}[op]
		compares = or(cat(seconds, opText(strict), sec), and(cat(seconds, " = ", sec), cat(nanos, opText(op), nsec)))
	}
	return cat("CASE WHEN ", s.inForm(t, true), " THEN CASE WHEN ", s.dayExists(t), " THEN ", compares, " END END")
}

// digitsOf are those of the fraction of a second, before Z or the offset.
func (s scope) fractionDigits(t frag) frag {
	length := s.chars(t)
	tail := cat("CASE WHEN SUBSTR(", t, ", ", length, ", 1) = 'Z' THEN 1 ELSE 6 END")
	return cat("SUBSTR(", t, ", 21, ", length, " - 20 - (", tail, "))")
}

// dayText is a day as text.
func dayText(day int) frag {
	return text(time.Date(1970, 1, 1+day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
}
