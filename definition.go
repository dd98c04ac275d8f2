package segment

import (
	"encoding/json"

	"github.com/segmentrules/segment/internal/definition"
)

// MarshalJSON returns the definition of the segment: its id and name, where it
// has them, and beside them the condition, each thing in its one canonical
// spelling. What cannot be defined is an error: see [MarshalCondition].
func (s Segment) MarshalJSON() ([]byte, error) {
	return definition.WriteDefinition(s.ID, s.Name, s.Condition)
}

// UnmarshalJSON reads a definition: the id and name of the segment and, beside
// them, its condition. Limits are the defaults; see [ParseDefinition] for
// others, and [UnmarshalCondition] for what is refused.
func (s *Segment) UnmarshalJSON(text []byte) error {
	d, err := definition.ReadSegment(text, Limits{})
	if err != nil {
		return err
	}
	*s = Segment{ID: d.Id, Name: d.Name, Condition: d.Condition}
	return nil
}

// ParseDefinition reads a definition as [Segment.UnmarshalJSON] does, within the
// limits of the schema, checks it against the schema ([Schema.Check]), and
// writes out what only the schema knows ([Schema.Resolve]). A nil schema is the
// zero one.
func ParseDefinition(s *Schema, text []byte) (Segment, error) {
	if s == nil {
		s = &Schema{}
	}
	d, err := definition.ReadSegment(text, s.Limits)
	if err != nil {
		return Segment{}, err
	}
	if err := s.Check(d.Condition); err != nil {
		return Segment{}, d.Reader.Placed(err, d.Condition)
	}
	c, err := s.Resolve(d.Condition)
	return Segment{ID: d.Id, Name: d.Name, Condition: c}, err
}

var (
	_ json.Marshaler   = Segment{}
	_ json.Unmarshaler = (*Segment)(nil)
)
