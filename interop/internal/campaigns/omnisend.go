package campaigns

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Omnisend's segments: one of the conditionGroups, of which all conditions must hold; a condition has
// filters about the contact or about events, joined by its junction. hasNot is the complement of
// has. Months and years are those of the calendar.

// ReadOmnisend reads a definition of Omnisend; mistakes and losses gather in the reader.
func ReadOmnisend(from *source.Reader, n *source.Node) (s segment.Segment) {
	r := &reader{from}
	if !r.Object(n, "a segment") {
		return s
	}
	r.Only(n, "conditionGroups", "segmentID", "id", "name", "createdAt", "updatedAt", "status", "type")
	s.ID, s.Name = n.Get("segmentID").Scalar(), n.Get("name").Str()
	var groups []rule.Condition
	for _, g := range r.Elements(n.Want("conditionGroups"), "groups of conditions") {
		if !r.Object(g, "a group") {
			continue
		}
		r.Only(g, "conditions")
		var cs []rule.Condition
		for _, c := range r.Elements(g.Want("conditions"), "conditions") {
			if !r.Object(c, "a condition") {
				continue
			}
			r.Only(c, "entity", "junction", "filters")
			if entity, ok := r.Word(c.Want("entity"), "entity", "contact", "event"); ok {
				cs = append(cs, r.omnisend(c, func(f *source.Node) rule.Condition {
					if entity == "event" {
						return r.omnisendEvent(f)
					}
					return r.omnisendProperty(f)
				}))
			}
		}
		groups = append(groups, build.All(cs...))
	}
	s.Condition = build.AnyOf(groups...)
	return s
}

// omnisend joins filters as the junction says: AND if it says nothing.
func (r *reader) omnisend(n *source.Node, filter func(f *source.Node) rule.Condition) rule.Condition {
	junction := "and"
	if j := n.Get("junction"); !j.Absent() {
		junction, _ = r.Word(j, "junction", "and", "or")
	}
	var cs []rule.Condition
	for _, f := range n.Get("filters").List() {
		if r.Object(f, "a filter") {
			cs = append(cs, filter(f))
		}
	}
	if junction == "or" {
		return build.AnyOf(cs...)
	}
	return build.All(cs...)
}

// omnisendProperty is a test of a property: of a contact, or of an event.
func (r *reader) omnisendProperty(n *source.Node) rule.Condition {
	r.Only(n, "property", "custom", "name", "valueType", "channels", "operator", "value", "unit")
	at := n.Get("property")
	if at.Is(source.Object) {
		at = at.Get("name")
	}
	if name := n.Get("name"); at.Str() == "" || at.Str() == "custom" {
		if at = name; name == nil {
			at = n.Get("custom").Get("name")
		}
	}
	if at.Str() == "" {
		return r.Fail(n, rule.ErrSyntax, "a filter has a property")
	}
	if at.Text == "subscriptionStatus" {
		var cs []rule.Condition
		for _, channel := range r.Texts(n.Get("channels")) {
			if x, ok := r.Field(at, "status."+channel); ok {
				cs = append(cs, r.omnisendTest(n, x))
			}
		}
		if len(cs) == 0 {
			r.Fail(n, rule.ErrSyntax, "the status of a subscription has channels")
		}
		return build.AnyOf(cs...)
	}
	x, ok := r.Field(at, at.Text)
	if !ok {
		return nil
	}
	return r.omnisendTest(n, x)
}

// omnisendNegated are the operators that are complements.
var omnisendNegated = map[string]string{"notEquals": "equals", "noneOf": "anyOf", "notContains": "contains", "isNotSet": "isSet", "notExists": "exists",
	"notStartsWith": "startsWith", "notEndsWith": "endsWith", "notBetween": "between", "notInTheLast": "inTheLast"}

func (r *reader) omnisendTest(n *source.Node, x rule.Expr) rule.Condition {
	word := n.Get("operator").Str()
	if positive, is := omnisendNegated[word]; is {
		return build.Not(r.omnisendPositive(n, x, positive))
	}
	return r.omnisendPositive(n, x, word)
}

func (r *reader) omnisendPositive(n *source.Node, x rule.Expr, word string) rule.Condition {
	op, value := n.Get("operator"), n.Get("value")
	switch word {
	case "isSet", "exists":
		return build.IsSet(x)
	case "equals":
		if v, ok := r.omnisendValue(n, r.ValueOf(n, value)); ok {
			return build.Eq(x, v)
		}
		return nil
	case "anyOf":
		return rule.In{X: x, Values: r.Constants(r.ValueOf(n, value))}
	case "contains":
		return build.Contains(x, false, r.Texts(r.ValueOf(n, value))...)
	case "startsWith":
		return build.StartsWith(x, false, r.Texts(r.ValueOf(n, value))...)
	case "endsWith":
		return build.EndsWith(x, false, r.Texts(r.ValueOf(n, value))...)
	case "between":
		vs := r.Constants(value)
		if len(vs) != 2 {
			return r.Fail(r.ValueOf(n, value), rule.ErrType, "two values are expected here")
		}
		return rule.Between{X: x, Lo: vs[0], Hi: vs[1]}
	case "inTheLast", "moreThan", "inTheNext":
		if s, ok := r.Span(r.ValueOf(n, value), n, n.Get("unit").Str()); ok {
			return rule.When{X: x, Window: map[string]func(rule.Span) rule.Window{"inTheLast": build.LastSpan, "moreThan": build.OlderThan, "inTheNext": build.NextSpan}[word](s)}
		}
		return nil
	}
	if o, is := map[string]rule.Op{"greaterThan": rule.OpGt, "lessThan": rule.OpLt, "greaterThanOrEquals": rule.OpGe, "lessThanOrEquals": rule.OpLe,
		"atLeast": rule.OpGe, "atMost": rule.OpLe, "after": rule.OpGt, "before": rule.OpLt}[word]; is {
		if v, ok := r.omnisendValue(n, r.ValueOf(n, value)); ok {
			return build.Compare(x, o, v)
		}
		return nil
	}
	if op == nil {
		op = n
	}
	return r.Unknown(op, "operator", word, "equals", "notEquals", "anyOf", "noneOf", "contains", "notContains", "startsWith", "endsWith", "between", "greaterThan", "lessThan",
		"greaterThanOrEquals", "lessThanOrEquals", "after", "before", "isSet", "isNotSet", "inTheLast", "inTheNext")
}

// omnisendValue is a constant of the type that the filter says.
func (r *reader) omnisendValue(n, value *source.Node) (rule.Value, bool) {
	switch kind := n.Get("valueType").Str(); {
	case value == nil:
		return rule.Value{}, false
	case kind == "number" || kind == "integer" || kind == "float":
		return r.Number(value)
	case kind == "date" || kind == "datetime":
		if v, ok := r.Moment(value.Str()); ok {
			return v, true
		}
		r.Fail(value, rule.ErrType, "a day or an instant is expected here, such as 2026-01-31")
		return rule.Value{}, false
	}
	return r.Constant(value)
}

// omnisendEvent is how often an event happened.
func (r *reader) omnisendEvent(n *source.Node) rule.Condition {
	r.Only(n, "name", "operator", "count", "value", "period", "filters", "junction")
	name := n.Get("name")
	if name.Str() == "" {
		return r.Fail(n, rule.ErrSyntax, "a filter of events has their name")
	}
	word, ok := r.Word(n.Want("operator"), "operator", "has", "hasNot")
	if !ok {
		return nil
	}
	w, ok := r.omnisendPeriod(n.Get("period"))
	if !ok {
		return nil
	}
	told := len(r.Losses)
	e := build.Events(r.Named(name, name.Text), r.omnisend(n, r.omnisendProperty))
	if len(r.Losses) > told {
		return nil
	}
	c := build.Did(e, w)
	if count := n.Get("count"); !count.Absent() {
		how, ok := r.Word(count, "count", "atLeast", "atMost", "equals", "moreThan", "lessThan")
		k, ok2 := r.Count(r.ValueOf(n, n.Get("value")))
		if !ok || !ok2 {
			return nil
		}
		c = build.Compare(build.CountOf(e, w), map[string]rule.Op{"atLeast": rule.OpGe, "atMost": rule.OpLe, "equals": rule.OpEq, "moreThan": rule.OpGt, "lessThan": rule.OpLt}[how], rule.Int(int64(k)))
	}
	if word == "hasNot" {
		return build.Not(c)
	}
	return c
}

// omnisendPeriod is the window of events.
func (r *reader) omnisendPeriod(n *source.Node) (w rule.Window, ok bool) {
	if n.Absent() {
		return w, true
	}
	if !r.Object(n, "a period") {
		return w, false
	}
	r.Only(n, "operator", "value", "unit", "from", "to")
	word, ok := r.Word(n.Want("operator"), "operator", "inTheLast", "moreThan", "overAllTime", "allTime", "anytime", "before", "after")
	switch {
	case !ok:
		return w, false
	case word == "inTheLast" || word == "moreThan":
		s, ok := r.Span(r.ValueOf(n, n.Get("value")), n, n.Get("unit").Str())
		if word == "moreThan" {
			return build.OlderThan(s), ok
		}
		return build.LastSpan(s), ok
	case word == "before" || word == "after":
		v, ok := r.Instant(r.ValueOf(n, n.Get("value")))
		if word == "before" {
			return build.Before(v), ok
		}
		return build.Since(v), ok
	}
	return w, true
}
