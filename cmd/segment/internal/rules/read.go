package rules

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/lint"
	"github.com/segmentrules/segment/rule"
)

// Read reads a rule against a schema, which may be nil. What it returns has been resolved.
// Errors are those of package segment, all of them, with their places in the text.
func Read(t Text, s *segment.Schema) (segment.Segment, error) {
	if strings.TrimSpace(t.Text) == "" {
		return segment.Segment{}, ErrEmpty
	}
	if t.IsJSON {
		return segment.ParseDefinition(s, []byte(t.Text))
	}
	if s == nil {
		s = &segment.Schema{}
	}
	c, err := s.Parse(t.Text)
	return segment.Segment{Condition: c}, err
}

// Written reads a rule as it is written, or with a schema as that has resolved it: names that
// are aliases to the schema stand for something else without it.
func Written(t Text, s *segment.Schema) (segment.Segment, error) {
	switch {
	case s != nil || strings.TrimSpace(t.Text) == "":
		return Read(t, s)
	case t.IsJSON:
		var seg segment.Segment
		err := seg.UnmarshalJSON([]byte(t.Text))
		return seg, err
	}
	c, err := segment.Parse(t.Text)
	return segment.Segment{Condition: c}, err
}

// Warnings returns what is allowed in a rule and probably not meant; the rule must have been
// read without an error.
func Warnings(t Text, s *segment.Schema) []lint.Warning {
	if !t.IsJSON {
		ws, _ := lint.Text(t.Text, s)
		return ws
	}
	var seg segment.Segment
	if seg.UnmarshalJSON([]byte(t.Text)) != nil { // the schema allows more than the default limits
		return nil
	}
	return lint.Condition(seg.Condition, s)
}

// Knowing returns a schema that also knows the ids of segments, if it does not list any.
func Knowing(s *segment.Schema, segs []segment.Segment) *segment.Schema {
	if len(segs) == 0 || s != nil && len(s.Segments) > 0 {
		return s
	}
	with := segment.Schema{}
	if s != nil {
		with = *s
	}
	for _, seg := range segs {
		with.Segments = append(with.Segments, seg.ID)
	}
	slices.Sort(with.Segments)
	return &with
}

// Canonical is the canonical text of a condition.
func Canonical(c rule.Condition) string { return rule.ConditionText(c) }
