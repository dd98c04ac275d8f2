package campaigns

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Plunk's segments: {logic, groups: [{filters, conditions}]}: the filters of a group must all hold, and
// its conditions, which are of the same form. Fields that begin with email. or event. are
// events, as are those of the operators triggered and its like.

// ReadPlunk reads a definition of Plunk; mistakes and losses gather in the reader.
func ReadPlunk(from *source.Reader, n *source.Node) (s segment.Segment) {
	r := &reader{from}
	if n.Is(source.Object) {
		s.ID, s.Name = n.Get("id").Scalar(), n.Get("name").Str()
		if c := n.Get("condition"); c != nil {
			r.Only(n, "condition", "id", "name", "description", "trackMembership", "type", "memberCount", "projectId", "createdAt", "updatedAt")
			n = c
		}
	}
	if n.Is(source.List) {
		s.Condition = r.plunkFilters(n)
	} else {
		s.Condition = r.plunk(n)
	}
	return s
}

func (r *reader) plunk(n *source.Node) rule.Condition {
	if !r.Object(n, "a segment") {
		return nil
	}
	r.Only(n, "logic", "groups", "filters", "id", "name", "description", "trackMembership")
	if n.Get("groups") == nil && n.Get("filters") != nil {
		return r.plunkFilters(n.Get("filters"))
	}
	logic, ok := r.Word(n.Want("logic"), "logic", "AND", "OR")
	if !ok {
		return nil
	}
	var cs []rule.Condition
	for _, g := range r.Elements(n.Want("groups"), "groups") {
		if !r.Object(g, "a group") {
			continue
		}
		r.Only(g, "filters", "conditions", "id")
		c := r.plunkFilters(g.Get("filters"))
		if more := g.Get("conditions"); !more.Absent() {
			c = build.All(c, r.plunk(more))
		}
		cs = append(cs, c)
	}
	if logic == "OR" {
		return build.AnyOf(cs...)
	}
	return build.All(cs...)
}

func (r *reader) plunkFilters(n *source.Node) rule.Condition {
	var cs []rule.Condition
	for _, f := range n.List() {
		if r.Object(f, "a filter") {
			cs = append(cs, r.plunkFilter(f))
		}
	}
	return build.All(cs...)
}

func (r *reader) plunkFilter(n *source.Node) rule.Condition {
	r.Only(n, "field", "operator", "value", "unit", "id")
	field, op, value := n.Get("field"), n.Get("operator"), n.Get("value")
	word := op.Str()
	if field.Str() == "" {
		return r.Fail(n, rule.ErrSyntax, "a filter has a field")
	}
	switch word {
	case "memberOfSegment", "notMemberOfSegment":
		id := r.ValueOf(n, value)
		if id.Scalar() == "" {
			return nil
		}
		if c := rule.InSegment(r.Named(id, id.Text)); word == "memberOfSegment" {
			return c
		}
		return build.Not(rule.InSegment(id.Text))
	case "triggered", "notTriggered", "triggeredWithin", "notTriggeredWithin":
		var w rule.Window
		if strings.HasSuffix(word, "Within") {
			s, ok := r.Span(r.ValueOf(n, value), n, n.Get("unit").Str())
			if !ok {
				return nil
			}
			w = build.LastSpan(s)
		}
		if c := build.Did(build.Events(r.Named(field, field.Text), nil), w); !strings.HasPrefix(word, "not") {
			return c
		}
		return build.Not(build.Did(build.Events(field.Text, nil), w))
	}
	if strings.HasPrefix(field.Text, "email.") || strings.HasPrefix(field.Text, "event.") {
		return r.Unknown(op, "operator of events", word, "triggered", "notTriggered", "triggeredWithin", "notTriggeredWithin")
	}
	x, ok := r.Field(field, field.Text)
	if !ok {
		return nil
	}
	return r.plunkTest(n, op, x, word, value)
}

func (r *reader) plunkTest(n, op *source.Node, x rule.Expr, word string, value *source.Node) rule.Condition {
	switch word {
	case "exists":
		return build.IsSet(x)
	case "notExists":
		return rule.IsNull{X: x}
	case "equals", "notEquals":
		v, ok := r.Constant(r.ValueOf(n, value))
		if !ok {
			return nil
		}
		if word == "notEquals" {
			return build.Not(build.Eq(x, v))
		}
		return build.Eq(x, v)
	case "contains":
		return build.Contains(x, false, r.Texts(r.ValueOf(n, value))...)
	case "notContains":
		return build.Not(build.Contains(x, false, r.Texts(r.ValueOf(n, value))...))
	case "within", "olderThan":
		s, ok := r.Span(r.ValueOf(n, value), n, n.Get("unit").Str())
		switch {
		case !ok:
			return nil
		case word == "olderThan":
			return rule.When{X: x, Window: build.OlderThan(s)}
		}
		return rule.When{X: x, Window: build.LastSpan(s)}
	}
	if o, is := map[string]rule.Op{"greaterThan": rule.OpGt, "lessThan": rule.OpLt, "greaterThanOrEqual": rule.OpGe, "lessThanOrEqual": rule.OpLe}[word]; is {
		if v, ok := r.Constant(r.ValueOf(n, value)); ok {
			return build.Compare(x, o, v)
		}
		return nil
	}
	if op == nil {
		op = n
	}
	return r.Unknown(op, "operator", word, "equals", "notEquals", "contains", "notContains", "greaterThan", "lessThan", "greaterThanOrEqual", "lessThanOrEqual",
		"exists", "notExists", "within", "olderThan", "triggered", "notTriggered", "triggeredWithin", "notTriggeredWithin", "memberOfSegment", "notMemberOfSegment")
}
