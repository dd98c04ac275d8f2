package segment

import (
	"encoding/json"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// explanationJSON is the JSON form. It is a type of its own all the way down, so
// that a tree is read in one pass and not once more for each level.
type explanationJSON struct {
	Condition string             `json:"condition"`
	Group     string             `json:"group,omitempty"`
	Holds     bool               `json:"holds"`
	Seen      string             `json:"seen,omitempty"`
	Note      string             `json:"note,omitempty"`
	Next      string             `json:"next,omitempty"`
	Offset    int                `json:"offset,omitempty"`
	Parts     []*explanationJSON `json:"parts,omitempty"`
	More      int                `json:"more,omitempty"`
	Saw       []Phrase           `json:"saw,omitempty"`
	Why       []Phrase           `json:"why,omitempty"`
	Facts     Facts              `json:"facts,omitzero"`
}

// MarshalJSON returns an object with the keys condition, group, holds, seen,
// note, next (RFC 3339, in UTC), offset (the seconds by which the zone of next is
// ahead of UTC, for who shows it), parts (a list of such objects), more, saw, why and
// facts (seen, wanted, short_by and until), as the fields are named. condition and holds
// are always there, the others only if not empty.
func (e *Explanation) MarshalJSON() ([]byte, error) { return json.Marshal(e.toJSON()) }

// toJSON is the explanation in its JSON form. An instant that RFC 3339 cannot
// write is left out.
func (e *Explanation) toJSON() *explanationJSON {
	if e == nil {
		return nil
	}
	out := &explanationJSON{Condition: e.Condition, Group: e.Group, Holds: e.Holds, Seen: e.Seen, Note: e.Note, More: e.More,
		Saw: e.Saw, Why: e.Why, Facts: e.Facts}
	out.Facts.Until = time.Time{}
	if next := e.Next.UTC(); !next.IsZero() && next.Year() >= 0 && next.Year() <= 9999 {
		out.Next, out.Offset = stamp(next), int(calendar.Offset(e.Next))
		out.Facts.Until = next
	}
	for _, part := range e.Parts {
		out.Parts = append(out.Parts, part.toJSON())
	}
	return out
}

// maxExplanationDepth is far more than the levels of any explanation, two
// nestings each, and keeps what reads them to a small stack.
const maxExplanationDepth = 1_000

// maxOffset is more than any zone is away from UTC, in seconds.
const maxOffset = 24 * 60 * 60

// UnmarshalJSON reads what MarshalJSON writes. Unknown keys are ignored, so that
// a later version may say more. Nesting and size are limited; an error about
// them, or about text that is not JSON, is an [*Error] with the place.
func (e *Explanation) UnmarshalJSON(text []byte) error {
	if err := rule.CheckJSON(text, Limits{Depth: maxExplanationDepth}.WithDefaults()); err != nil {
		return err
	}
	var in explanationJSON
	if err := json.Unmarshal(text, &in); err != nil {
		return err
	}
	return e.fromJSON(&in)
}

// fromJSON sets the explanation to what a JSON form says.
func (e *Explanation) fromJSON(in *explanationJSON) error {
	*e = Explanation{Condition: in.Condition, Group: in.Group, Holds: in.Holds, Seen: in.Seen, Note: in.Note, More: in.More, Saw: in.Saw, Why: in.Why, Facts: in.Facts}
	if in.Next != "" {
		next, err := time.Parse(time.RFC3339Nano, in.Next)
		if err != nil {
			return rule.Errorf(ErrValue, "next is no instant: %q", jsontext.Shortened([]byte(in.Next)))
		}
		if e.Next = next; in.Offset > -maxOffset && in.Offset < maxOffset && in.Offset != 0 {
			e.Next = next.In(time.FixedZone("", in.Offset))
		}
		e.Facts.Until = e.Next
	}
	for _, part := range in.Parts {
		if part == nil {
			continue
		}
		sub := new(Explanation)
		if err := sub.fromJSON(part); err != nil {
			return err
		}
		e.Parts = append(e.Parts, sub)
	}
	return nil
}
