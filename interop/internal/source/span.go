package source

import (
	"math"
	"strings"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/rule"
)

// Lengths of time and instants in a definition.

// Span is a length of time: the number at n, which may be a text, of the unit named by word
// (singular or plural, in any case). A fraction of a fixed unit becomes seconds; anything
// else that is no span is an error.
func (r *Reader) Span(n *Node, at *Node, word string) (s rule.Span, ok bool) {
	unit, ok := rule.UnitNamed(strings.ToLower(word))
	if !ok {
		r.Unknown(at, "unit of time", word, "seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years")
		return s, false
	}
	v, ok := r.Number(n)
	if !ok {
		return s, false
	}
	if i, whole := v.Int(); whole {
		s = rule.Span{N: i, Unit: unit}
	} else if f := v.Float() * float64(rule.Span{N: 1, Unit: unit}.Seconds()); f != 0 && f == math.Trunc(f) && math.Abs(f) < 1e15 {
		s = build.Seconds(int64(f))
	}
	if !s.Valid() || s.N < 0 {
		r.Fail(n, rule.ErrValue, "%s %s is no length of time that a rule can have", Shortened(n.Text), word)
		return rule.Span{}, false
	}
	return s, true
}

// Instant is a constant that is an instant or a day: RFC 3339 or YYYY-MM-DD. Anything else is
// an error.
func (r *Reader) Instant(n *Node) (v rule.Value, ok bool) {
	if n.Is(Text) {
		if v = rule.ReadTime(n.Text); !v.IsNull() && rule.Writable(v) {
			return v, true
		}
	}
	r.Fail(n, rule.ErrType, "an instant or a day is expected here, such as 2026-01-31T10:00:00Z or 2026-01-31")
	return rule.Value{}, false
}
