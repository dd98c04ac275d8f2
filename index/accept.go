package index

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/rule"
)

// What an index takes in. Whatever is taken must be in a snapshot that can be read back,
// so every door asks here: for names, for definitions and for instants.

// lastInstant is the last of the year 9999 in UTC: updates and snapshots hold none that is
// later.
var lastInstant = time.Date(9999, time.December, 31, 23, 59, 59, 999_999_999, time.UTC)

// checkInstant refuses an instant that is missing, one that a snapshot cannot hold, and
// one before the clock.
func checkInstant(now, at time.Time) error {
	switch {
	case at.IsZero():
		return rules.Refuse(segment.ErrValue, "an instant is missing")
	case at.After(lastInstant) || !rule.Writable(segment.Time(at)):
		return rules.Refuse(segment.ErrValue, "a time outside of the years 0 to 9999")
	case at.Before(now):
		return rules.Refuse(segment.ErrValue, "the clock cannot go back from %s to %s",
			now.Format(time.RFC3339Nano), at.Format(time.RFC3339Nano))
	}
	return nil
}

// checkNames refuses a segment without an id, and one whose id or name is not UTF-8.
func checkNames(s segment.Segment) error {
	refused := func(place, format string, args ...any) error {
		return &segment.Error{Code: segment.ErrValue, Path: place, Msg: fmt.Sprintf(format, args...)}
	}
	switch {
	case s.ID == "":
		return refused("/id", "a segment needs an id")
	case !utf8.ValidString(s.ID):
		return refused("/id", "the id of a segment, %q, is not valid UTF-8", s.ID)
	case !utf8.ValidString(s.Name):
		return refused("/name", "the name of segment %q, %q, is not valid UTF-8", s.ID, s.Name)
	}
	return nil
}

// definitionOf is a condition as a snapshot holds it. Errors: it is larger than a
// definition that is read may be.
func definitionOf(c segment.Condition) ([]byte, error) {
	text, err := segment.MarshalCondition(c)
	if err == nil && len(text) > rule.DefaultBytes {
		return nil, rules.Refuse(segment.ErrLimit, "the condition's definition has %d bytes as JSON, and may have %d", len(text), rule.DefaultBytes)
	}
	return text, err
}
