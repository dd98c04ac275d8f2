package interop

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Import reads a definition of another system as [Options.Import] does with this schema, which
// may be nil.
func Import(system string, definition []byte, schema *segment.Schema) (segment.Segment, []Loss, error) {
	return Options{Schema: schema}.Import(system, definition)
}

// Import reads a definition of another system. The condition has the answers that the system
// has, also for missing values, letter case, windows and empty groups, but for the losses,
// which are in the order of their places and never nil. The segment has the id and name of
// the definition, where it has them; where nothing of it can be said, it has no condition.
//
// An unknown system, a text that is not of its form, an unknown operator and a value of the
// wrong kind are errors ([segment.Errors]), each with its place: nothing is left out in silence. Cost
// grows with the definition.
func (o Options) Import(name string, definition []byte) (s segment.Segment, losses []Loss, err error) {
	from, err := systemNamed(name)
	if err != nil {
		return segment.Segment{}, nil, err
	}
	root := &source.Node{Kind: source.Text, Text: string(definition)}
	if !from.textual || startsJSON(definition) {
		if root, err = source.Parse(definition); err != nil {
			return segment.Segment{}, nil, err
		}
	}
	r := &source.Reader{Options: o.inside(), Text: definition, Losses: []source.Loss{}}
	s = from.read(r, root)
	if len(r.Errs) > 0 {
		return segment.Segment{}, nil, r.Errs
	}
	if s.Condition == nil && len(r.Losses) == 0 {
		r.Fail(root, rule.ErrValue, "the definition asks for nothing, and %s does not say whether that is nobody or everybody", name)
		return segment.Segment{}, nil, r.Errs
	}
	if s.Condition != nil {
		s.Condition, err = r.Checked(s.Condition)
	}
	return s, lossesOf(source.InOrder(r.Losses)), err
}

// startsJSON reports whether a text is a JSON string, object or list, by its first character.
func startsJSON(text []byte) bool {
	for _, b := range text {
		switch b {
		case ' ', '\t', '\n', '\r':
		default:
			return b == '"' || b == '{' || b == '['
		}
	}
	return false
}
