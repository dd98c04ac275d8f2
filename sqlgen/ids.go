package sqlgen

import (
	"strconv"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// The field `id` is a text to rules, also where the key of the contacts is an
// integer. Were the key made a text for each row, no index could find it. So an id
// of the rule is made a number instead: `id = "42"` becomes id = 42. A text that no
// integer is written as, such as "042", "+42" or "x", is the id of no contact.

// writtenInteger is the number that a text is the only spelling of.
func writtenInteger(text string) (v segment.Value, ok bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return segment.Int(n), strconv.FormatInt(n, 10) == text
	}
	n, err := strconv.ParseUint(text, 10, 64)
	return segment.Uint(n), err == nil && strconv.FormatUint(n, 10) == text
}

// idIs holds if the integer that the text of x is written from has this text.
func (s scope) idIs(x term, text string) cond {
	v, ok := writtenInteger(text)
	if !ok {
		return exactly(never())
	}
	return s.termNumber(*x.writes, rule.OpEq, v)
}
