package interop

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Plunk's segments: {logic, groups: [{filters, conditions}]}: the filters of a group must all hold, and
// its conditions, which are of the same form. Fields that begin with email. or event. are
// events, as are those of the operators triggered and its like.

func readPlunk(r *reader, n *node) (s segment.Segment) {
	if n.is(isObject) {
		s.ID, s.Name = n.get("id").scalar(), n.get("name").str()
		if c := n.get("condition"); c != nil {
			r.only(n, "condition", "id", "name", "description", "trackMembership", "type", "memberCount", "projectId", "createdAt", "updatedAt")
			n = c
		}
	}
	if n.is(isList) {
		s.Condition = r.plunkFilters(n)
	} else {
		s.Condition = r.plunk(n)
	}
	return s
}

func (r *reader) plunk(n *node) rule.Condition {
	if !r.object(n, "a segment") {
		return nil
	}
	r.only(n, "logic", "groups", "filters", "id", "name", "description", "trackMembership")
	if n.get("groups") == nil && n.get("filters") != nil {
		return r.plunkFilters(n.get("filters"))
	}
	logic, ok := r.word(n.get("logic"), "logic", "AND", "OR")
	if !ok {
		return nil
	}
	var cs []rule.Condition
	for _, g := range r.elements(n.get("groups"), "groups") {
		if !r.object(g, "a group") {
			continue
		}
		r.only(g, "filters", "conditions", "id")
		c := r.plunkFilters(g.get("filters"))
		if more := g.get("conditions"); !more.absent() {
			c = all(c, r.plunk(more))
		}
		cs = append(cs, c)
	}
	if logic == "OR" {
		return anyOf(cs...)
	}
	return all(cs...)
}

func (r *reader) plunkFilters(n *node) rule.Condition {
	var cs []rule.Condition
	for _, f := range n.list() {
		if r.object(f, "a filter") {
			cs = append(cs, r.plunkFilter(f))
		}
	}
	return all(cs...)
}

func (r *reader) plunkFilter(n *node) rule.Condition {
	r.only(n, "field", "operator", "value", "unit", "id")
	field, op, value := n.get("field"), n.get("operator"), n.get("value")
	word := op.str()
	if field.str() == "" {
		return r.fail(n, rule.ErrSyntax, "a filter has a field")
	}
	switch word {
	case "memberOfSegment", "notMemberOfSegment":
		id := r.valueOf(n, value)
		if id.scalar() == "" {
			return nil
		}
		if c := rule.InSegment(r.named(id, id.text)); word == "memberOfSegment" {
			return c
		}
		return not(rule.InSegment(id.text))
	case "triggered", "notTriggered", "triggeredWithin", "notTriggeredWithin":
		var w rule.Window
		if strings.HasSuffix(word, "Within") {
			s, ok := r.span(r.valueOf(n, value), n, n.get("unit").str())
			if !ok {
				return nil
			}
			w = lastSpan(s)
		}
		if c := did(events(r.named(field, field.text), nil), w); !strings.HasPrefix(word, "not") {
			return c
		}
		return not(did(events(field.text, nil), w))
	}
	if strings.HasPrefix(field.text, "email.") || strings.HasPrefix(field.text, "event.") {
		return r.unknown(op, "operator of events", word, "triggered", "notTriggered", "triggeredWithin", "notTriggeredWithin")
	}
	x, ok := r.field(field, field.text)
	if !ok {
		return nil
	}
	return r.plunkTest(n, op, x, word, value)
}

func (r *reader) plunkTest(n, op *node, x rule.Expr, word string, value *node) rule.Condition {
	switch word {
	case "exists":
		return isSet(x)
	case "notExists":
		return rule.IsNull{X: x}
	case "equals", "notEquals":
		v, ok := r.constant(r.valueOf(n, value))
		if !ok {
			return nil
		}
		if word == "notEquals" {
			return not(eq(x, v))
		}
		return eq(x, v)
	case "contains":
		return contains(x, false, r.texts(r.valueOf(n, value))...)
	case "notContains":
		return not(contains(x, false, r.texts(r.valueOf(n, value))...))
	case "within", "olderThan":
		s, ok := r.span(r.valueOf(n, value), n, n.get("unit").str())
		switch {
		case !ok:
			return nil
		case word == "olderThan":
			return rule.When{X: x, Window: olderThan(s)}
		}
		return rule.When{X: x, Window: lastSpan(s)}
	}
	if o, is := map[string]rule.Op{"greaterThan": rule.OpGt, "lessThan": rule.OpLt, "greaterThanOrEqual": rule.OpGe, "lessThanOrEqual": rule.OpLe}[word]; is {
		if v, ok := r.constant(r.valueOf(n, value)); ok {
			return compare(x, o, v)
		}
		return nil
	}
	if op == nil {
		op = n
	}
	return r.unknown(op, "operator", word, "equals", "notEquals", "contains", "notContains", "greaterThan", "lessThan", "greaterThanOrEqual", "lessThanOrEqual",
		"exists", "notExists", "within", "olderThan", "triggered", "notTriggered", "triggeredWithin", "notTriggeredWithin", "memberOfSegment", "notMemberOfSegment")
}
