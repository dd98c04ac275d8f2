package tables

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/schema"
)

// Selected is the part of a selector that may lie in the table: of the names and
// prefixes (`email_*`) that a rule asks for, those of the events that the table says
// it holds. A table with Names and without Holds may hold any. It is empty if the
// table has no such events. Each name or prefix is there once, in the order asked
// for. Its cost grows with both lists.
func (e Events) Selected(names []string) (of []string) {
	holds := e.Holds
	switch {
	case e.Names == "":
		holds = []string{e.Name}
	case len(holds) == 0:
		return names
	}
	for _, n := range names {
		for _, h := range holds {
			// Where all rows have one name, a * in it is a character as any other.
			if both, ok := overlap(n, h, e.Names != ""); ok && !slices.Contains(of, both) {
				of = append(of, both)
			}
		}
	}
	return of
}

// overlap is what is selected by both a selector and an entry of Holds: the narrower
// of the two. mayOpen says that the entry is a prefix if it ends in *.
func overlap(name, held string, mayOpen bool) (both string, ok bool) {
	prefix, isPrefix := strings.CutSuffix(name, "*")
	opening, isOpening := strings.CutSuffix(held, "*")
	isOpening = isOpening && mayOpen
	switch {
	case name == held, isPrefix && strings.HasPrefix(opening, prefix), isPrefix && !isOpening && strings.HasPrefix(held, prefix):
		return held, true
	case isOpening && strings.HasPrefix(name, opening):
		return name, true
	}
	return "", false
}

// closed reports whether it is known which events there are: their names and
// prefixes. Tables without any Events say nothing of that.
func (t Tables) closed() (held []string, ok bool) {
	for _, e := range t.Events {
		switch {
		case e.Names == "":
			held = append(held, e.Name)
		case len(e.Holds) == 0:
			return nil, false
		default:
			held = append(held, e.Holds...)
		}
	}
	return held, len(held) > 0
}

// Unheld reports which of the events that a rule names no table has, each with the
// nearest name that one has; nil if there are none, or if a table may have any. The
// names are those of a rule, as [github.com/segmentrules/segment/rule.Reads] gives them.
func (t Tables) Unheld(names ...string) (errs segment.Errors) {
	held, ok := t.closed()
	if !ok {
		return nil
	}
	for _, n := range names {
		if slices.ContainsFunc(t.Events, func(e Events) bool { return len(e.Selected([]string{n})) > 0 }) {
			continue
		}
		errs = append(errs, &segment.Error{Code: segment.ErrUnknown, Msg: "no table has events called `" + n + "`", Suggestion: textset.Nearest(n, held...)})
	}
	return errs
}

// eventTypes are the events of the tables with their properties, for a schema: nil if
// there are others that the tables do not name. Of an event in several tables the
// properties of all are there; where one has a Document any may be.
func (t Tables) eventTypes() map[string]schema.EventType {
	held, ok := t.closed()
	if !ok || slices.ContainsFunc(t.Events, func(e Events) bool { return slices.ContainsFunc(e.Holds, isOpen) }) {
		return nil
	}
	types := make(map[string]schema.EventType, len(held))
	open := make(map[string]bool)
	for _, e := range t.Events {
		names := e.Holds
		if e.Names == "" {
			names = []string{e.Name}
		}
		for _, name := range names {
			of := types[name]
			if open[name] = open[name] || e.Document != ""; open[name] {
				of.Props = nil
			} else {
				if of.Props == nil {
					of.Props = make(map[string]schema.FieldType)
				}
				for p, c := range e.Props {
					of.Props[p] = schema.FieldType{Kind: kindOf(c)}
				}
			}
			types[name] = of
		}
	}
	return types
}

// kindOf is the kind of a property that is an instant or a day, which is a text in JSON:
// a rule that is read with the schema reads it as what it is. All other kinds are seen.
func kindOf(c Column) segment.Kind {
	switch {
	case len(c.Path) > 0:
		return segment.KindNull
	case c.Type == TypeDate:
		return segment.KindDate
	case slices.Contains(InstantTypes(), c.Type):
		return segment.KindTime
	}
	return segment.KindNull
}

func isOpen(name string) bool { return strings.HasSuffix(name, "*") }
