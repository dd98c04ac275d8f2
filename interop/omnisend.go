package interop

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Omnisend's segments: one of the conditionGroups, of which all conditions must hold; a condition has
// filters about the contact or about events, joined by its junction. hasNot is the complement of
// has. Months and years are those of the calendar.

func readOmnisend(r *reader, n *node) (s segment.Segment) {
	if !r.object(n, "a segment") {
		return s
	}
	r.only(n, "conditionGroups", "segmentID", "id", "name", "createdAt", "updatedAt", "status", "type")
	s.ID, s.Name = n.get("segmentID").scalar(), n.get("name").str()
	var groups []rule.Condition
	for _, g := range r.elements(n.get("conditionGroups"), "groups of conditions") {
		if !r.object(g, "a group") {
			continue
		}
		r.only(g, "conditions")
		var cs []rule.Condition
		for _, c := range r.elements(g.get("conditions"), "conditions") {
			if !r.object(c, "a condition") {
				continue
			}
			r.only(c, "entity", "junction", "filters")
			if entity, ok := r.word(c.get("entity"), "entity", "contact", "event"); ok {
				cs = append(cs, r.omnisend(c, func(f *node) rule.Condition {
					if entity == "event" {
						return r.omnisendEvent(f)
					}
					return r.omnisendProperty(f)
				}))
			}
		}
		groups = append(groups, all(cs...))
	}
	s.Condition = anyOf(groups...)
	return s
}

// omnisend joins filters as the junction says: AND if it says nothing.
func (r *reader) omnisend(n *node, filter func(f *node) rule.Condition) rule.Condition {
	junction := "and"
	if j := n.get("junction"); !j.absent() {
		junction, _ = r.word(j, "junction", "and", "or")
	}
	var cs []rule.Condition
	for _, f := range n.get("filters").list() {
		if r.object(f, "a filter") {
			cs = append(cs, filter(f))
		}
	}
	if junction == "or" {
		return anyOf(cs...)
	}
	return all(cs...)
}

// omnisendProperty is a test of a property: of a contact, or of an event.
func (r *reader) omnisendProperty(n *node) rule.Condition {
	r.only(n, "property", "custom", "name", "valueType", "channels", "operator", "value", "unit")
	at := n.get("property")
	if at.is(isObject) {
		at = at.get("name")
	}
	if name := n.get("name"); at.str() == "" || at.str() == "custom" {
		if at = name; name == nil {
			at = n.get("custom").get("name")
		}
	}
	if at.str() == "" {
		return r.fail(n, rule.ErrSyntax, "a filter has a property")
	}
	if at.text == "subscriptionStatus" {
		var cs []rule.Condition
		for _, channel := range r.texts(n.get("channels")) {
			if x, ok := r.field(at, "status."+channel); ok {
				cs = append(cs, r.omnisendTest(n, x))
			}
		}
		if len(cs) == 0 {
			r.fail(n, rule.ErrSyntax, "the status of a subscription has channels")
		}
		return anyOf(cs...)
	}
	x, ok := r.field(at, at.text)
	if !ok {
		return nil
	}
	return r.omnisendTest(n, x)
}

// omnisendNegated are the operators that are complements.
var omnisendNegated = map[string]string{"notEquals": "equals", "noneOf": "anyOf", "notContains": "contains", "isNotSet": "isSet", "notExists": "exists",
	"notStartsWith": "startsWith", "notEndsWith": "endsWith", "notBetween": "between", "notInTheLast": "inTheLast"}

func (r *reader) omnisendTest(n *node, x rule.Expr) rule.Condition {
	word := n.get("operator").str()
	if positive, is := omnisendNegated[word]; is {
		return not(r.omnisendPositive(n, x, positive))
	}
	return r.omnisendPositive(n, x, word)
}

func (r *reader) omnisendPositive(n *node, x rule.Expr, word string) rule.Condition {
	op, value := n.get("operator"), n.get("value")
	switch word {
	case "isSet", "exists":
		return isSet(x)
	case "equals":
		if v, ok := r.omnisendValue(n, r.valueOf(n, value)); ok {
			return eq(x, v)
		}
		return nil
	case "anyOf":
		return rule.In{X: x, Values: r.constants(r.valueOf(n, value))}
	case "contains":
		return contains(x, false, r.texts(r.valueOf(n, value))...)
	case "startsWith":
		return startsWith(x, false, r.texts(r.valueOf(n, value))...)
	case "endsWith":
		return endsWith(x, false, r.texts(r.valueOf(n, value))...)
	case "between":
		vs := r.constants(value)
		if len(vs) != 2 {
			return r.fail(r.valueOf(n, value), rule.ErrType, "two values are expected here")
		}
		return rule.Between{X: x, Lo: vs[0], Hi: vs[1]}
	case "inTheLast", "moreThan", "inTheNext":
		if s, ok := r.span(r.valueOf(n, value), n, n.get("unit").str()); ok {
			return rule.When{X: x, Window: map[string]func(rule.Span) rule.Window{"inTheLast": lastSpan, "moreThan": olderThan, "inTheNext": nextSpan}[word](s)}
		}
		return nil
	}
	if o, is := map[string]rule.Op{"greaterThan": rule.OpGt, "lessThan": rule.OpLt, "greaterThanOrEquals": rule.OpGe, "lessThanOrEquals": rule.OpLe,
		"atLeast": rule.OpGe, "atMost": rule.OpLe, "after": rule.OpGt, "before": rule.OpLt}[word]; is {
		if v, ok := r.omnisendValue(n, r.valueOf(n, value)); ok {
			return compare(x, o, v)
		}
		return nil
	}
	if op == nil {
		op = n
	}
	return r.unknown(op, "operator", word, "equals", "notEquals", "anyOf", "noneOf", "contains", "notContains", "startsWith", "endsWith", "between", "greaterThan", "lessThan",
		"greaterThanOrEquals", "lessThanOrEquals", "after", "before", "isSet", "isNotSet", "inTheLast", "inTheNext")
}

// omnisendValue is a constant of the type that the filter says.
func (r *reader) omnisendValue(n, value *node) (rule.Value, bool) {
	switch kind := n.get("valueType").str(); {
	case value == nil:
		return rule.Value{}, false
	case kind == "number" || kind == "integer" || kind == "float":
		return r.number(value)
	case kind == "date" || kind == "datetime":
		if v, ok := r.moment(value.str()); ok {
			return v, true
		}
		r.fail(value, rule.ErrType, "a day or an instant is expected here, such as 2026-01-31")
		return rule.Value{}, false
	}
	return r.constant(value)
}

// omnisendEvent is how often an event happened.
func (r *reader) omnisendEvent(n *node) rule.Condition {
	r.only(n, "name", "operator", "count", "value", "period", "filters", "junction")
	name := n.get("name")
	if name.str() == "" {
		return r.fail(n, rule.ErrSyntax, "a filter of events has their name")
	}
	word, ok := r.word(n.get("operator"), "operator", "has", "hasNot")
	if !ok {
		return nil
	}
	w, ok := r.omnisendPeriod(n.get("period"))
	if !ok {
		return nil
	}
	told := len(r.losses)
	e := events(r.named(name, name.text), r.omnisend(n, r.omnisendProperty))
	if len(r.losses) > told {
		return nil
	}
	c := did(e, w)
	if count := n.get("count"); !count.absent() {
		how, ok := r.word(count, "count", "atLeast", "atMost", "equals", "moreThan", "lessThan")
		k, ok2 := r.count(r.valueOf(n, n.get("value")))
		if !ok || !ok2 {
			return nil
		}
		c = compare(countOf(e, w), map[string]rule.Op{"atLeast": rule.OpGe, "atMost": rule.OpLe, "equals": rule.OpEq, "moreThan": rule.OpGt, "lessThan": rule.OpLt}[how], rule.Int(int64(k)))
	}
	if word == "hasNot" {
		return not(c)
	}
	return c
}

// omnisendPeriod is the window of events.
func (r *reader) omnisendPeriod(n *node) (w rule.Window, ok bool) {
	if n.absent() {
		return w, true
	}
	if !r.object(n, "a period") {
		return w, false
	}
	r.only(n, "operator", "value", "unit", "from", "to")
	word, ok := r.word(n.get("operator"), "operator", "inTheLast", "moreThan", "overAllTime", "allTime", "anytime", "before", "after")
	switch {
	case !ok:
		return w, false
	case word == "inTheLast" || word == "moreThan":
		s, ok := r.span(r.valueOf(n, n.get("value")), n, n.get("unit").str())
		if word == "moreThan" {
			return olderThan(s), ok
		}
		return lastSpan(s), ok
	case word == "before" || word == "after":
		v, ok := r.instant(r.valueOf(n, n.get("value")))
		if word == "before" {
			return before(v), ok
		}
		return since(v), ok
	}
	return w, true
}
