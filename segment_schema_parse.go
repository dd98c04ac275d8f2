package segment

import "slices"

// Parse reads a rule text with the schema's names: aliases of events and the
// nouns they are counted in, and everything that [Schema.Resolve] writes out. It
// checks it, too ([Schema.Check]): each error points to its place in the text,
// with the nearest name that exists. What it returns needs no schema to be
// evaluated. It is as bounded as [Parse], with the schema's limits.
func (s *Schema) Parse(text string) (Condition, error) {
	if s == nil {
		s = &Schema{}
	}
	r, err := parseRule(text, s.Limits, schemaWords{s})
	if err != nil {
		return nil, err
	}
	if err := s.check(r.condition, &r); err != nil {
		return nil, r.placed(err)
	}
	return s.Resolve(r.condition)
}

// schemaWords is a schema as the parser asks it.
type schemaWords struct{ schema *Schema }

func (w schemaWords) event(name string) (canonical string, ok bool) { return w.schema.eventOf(name) }

// noun allows every noun of an event that names none.
func (w schemaWords) noun(event, noun string) bool {
	nouns := w.schema.Events[event].Nouns
	return len(nouns) == 0 || slices.ContainsFunc(nouns, func(n string) bool { return folded(n, true) == folded(noun, true) })
}

// parseExpression reads the text of a calculated field.
func parseExpression(text string, l Limits, s *Schema) (Expr, error) {
	x, _, err := parseExprText(text, l, schemaWords{s})
	return x, err
}
