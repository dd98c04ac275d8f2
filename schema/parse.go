package schema

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment/internal/parser"
	"github.com/segmentrules/segment/internal/spelling"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// Parse reads a rule text with the schema's names: aliases of events and the
// nouns they are counted in, and everything that [Schema.Resolve] writes out. It
// checks it, too ([Schema.Check]): each error points to its place in the text,
// with the nearest name that exists, and the first has, where something can be guessed,
// the whole rule as it was probably meant ([rule.Error.Fix]). What it returns needs no schema to be
// evaluated. It is as bounded as [parser.Parse], with the schema's limits.
func (s *Schema) Parse(text string) (rule.Condition, error) {
	if s == nil {
		s = &Schema{}
	}
	r, err := parser.ParseRule(text, s.Limits, s.Words())
	if err != nil {
		return nil, s.refixed(err)
	}
	if err := s.check(r.Condition, &r); err != nil {
		meant := r.Condition
		if both, _, sure := spelling.Neither(text, s.Words()); sure {
			if again, failed := parser.ParseRule(both.Text, s.Limits, s.Words()); failed == nil {
				meant = again.Condition
			}
		}
		return nil, s.fixed(r.Placed(err), meant)
	}
	return s.Resolve(r.Condition)
}

// Words are the names of a schema that decide how a phrase is read: `Opened >= 5
// emails`.
type Words struct{ schema *Schema }

// Words returns the schema's words. They follow the schema where it changes.
func (s *Schema) Words() Words { return Words{s} }

// Event returns the name of the event that an alias in a phrase stands for.
func (w Words) Event(name string) (canonical string, ok bool) { return w.schema.eventOf(name) }

// Verb returns the event that is the same word in another form: opened for DID NOT open. A
// schema that allows other events has none.
func (w Words) Verb(name string) (event string, ok bool) {
	if w.schema.Open {
		return "", false
	}
	event = w.schema.eventOfVerb(name)
	return event, event != ""
}

// Field reports whether a field, a calculated field, or a property or field of an element
// anywhere in the schema has this name.
func (w Words) Field(name string) bool {
	s := w.schema
	_, calculated := s.Calculated[name]
	if _, ok := lookup(s.Fields, rule.Path(strings.Split(name, ".")...)); ok || calculated || name == "id" {
		return true
	}
	for _, t := range s.Fields {
		if _, ok := t.Elements[name]; ok {
			return true
		}
	}
	for _, e := range s.Events {
		if _, ok := e.Props[name]; ok {
			return true
		}
	}
	return false
}

// Noun allows every noun of an event that names none.
func (w Words) Noun(event, noun string) bool {
	nouns := w.schema.Events[event].Nouns
	return len(nouns) == 0 || slices.ContainsFunc(nouns, func(n string) bool { return textset.Folded(n, true) == textset.Folded(noun, true) })
}

// parseExpression reads the text of a calculated field.
func parseExpression(text string, l rule.Limits, s *Schema) (rule.Expr, error) {
	x, _, err := parser.ParseExprText(text, l, s.Words())
	return x, err
}
