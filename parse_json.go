package segment

import "strings"

// A definition is what the text of one says, and the reader that knows where it
// says so.
type definition struct {
	id, name  string
	condition Condition
	reader    *jsonReader
}

// readSegment reads the id and name of a segment and, beside them, its condition.
func readSegment(text []byte, l Limits) (d definition, err error) {
	r, err := newJSONReader(text, l.withDefaults())
	if err != nil {
		return d, err
	}
	d.reader = r
	if o, ok := r.object(r.root(), "a definition"); ok {
		if v, ok := o.get("id"); ok {
			d.id, _ = r.string(v)
		}
		if v, ok := o.get("name"); ok {
			d.name, _ = r.string(v)
		}
		d.condition = r.conditionOf(o, nesting{}, "id", "name")
	}
	return d, r.finish(d.condition)
}

// UnmarshalCondition reads a condition from definition JSON, within the default
// limits. It refuses everything that is not exactly a condition: unknown and
// duplicate keys, unknown operators, empty groups, values of the wrong kind or
// out of range, anything behind the condition. The error is an [*Error] if the
// text is not JSON and else [Errors], in order of place, each with a JSON
// Pointer and the place in the text; up to [Limits].Errors are found in one
// pass. Its cost grows with the text.
func UnmarshalCondition(text []byte) (Condition, error) {
	r, err := newJSONReader(text, Limits{}.withDefaults())
	if err != nil {
		return nil, err
	}
	c := r.condition(r.root(), nesting{})
	if err := r.finish(c); err != nil {
		return nil, err
	}
	return c, nil
}

// finish returns what was wrong; and if nothing was, it makes sure of the tree:
// the rules in it were read each by itself.
func (r *jsonReader) finish(c Condition) error {
	if err := r.result(); err != nil {
		return err
	}
	if err := valid(c, r.l); err != nil {
		return r.placed(err, c)
	}
	return nil
}

// condition reads a condition; nil after an error.
func (r *jsonReader) condition(v ref, l nesting) Condition {
	o, ok := r.object(v, "a condition")
	if !ok {
		return nil
	}
	return r.conditionOf(o, l)
}

// conditionOf reads the condition whose members an object has, beside those of
// the given names: the condition, then its negation, then its zone.
func (r *jsonReader) conditionOf(o *object, l nesting, beside ...string) (c Condition) {
	zone, zoned := o.get("zone")
	not, negated := o.get("not")
	inner := l
	if zoned {
		inner = inner.under()
		r.stand(o)
	}
	if negated && r.is(not, '{') {
		r.stand(o)
		c = Not{r.condition(not, inner.under())}
	} else {
		negated = negated && r.flag(not)
		if negated {
			inner = inner.under()
			r.stand(o)
		}
		if c = r.plain(o, inner); negated {
			c = Not{c}
		}
	}
	if zoned && r.enter(o.ref, l) {
		c = Zoned{c, r.zone(zone, l)}
	}
	if negated {
		r.nodes++
	}
	o.done(append(conditionKeys(), beside...)...)
	return c
}

// conditionKeys are the keys that a condition may have.
func conditionKeys() []string {
	return append(subjectKeys(), "logic", "conditions", "not", "zone", "at_least", "at_most", "exactly", "of", "rule",
		"everyone", "condition", "list", "segment", "sequence", "of_last", "unit", "operator", "value", "ignore_case",
		"has", "window", "where", "aggregate", "property", "left", "args", "for", "as")
}

func (r *jsonReader) zone(v ref, l nesting) Expr {
	if !r.is(v, '"') {
		return r.expr(v, l.operand())
	}
	s, _ := r.string(v)
	r.report(v, checkZone(s))
	return Text(s)
}

// plain reads a condition without regard to negation and zone.
func (r *jsonReader) plain(o *object, l nesting) Condition {
	switch {
	case o.has("logic", "conditions"):
		return r.group(o, l)
	case o.has("of_last"):
		return r.regularity(o, l)
	case o.has("at_least", "at_most", "exactly"):
		return r.count(o, l)
	case o.has(subjectKeys()...) || o.has("left"):
		return r.leaf(o, l)
	}
	if v, ok := o.get("condition"); ok {
		return r.condition(v, l)
	}
	if v, ok := o.get("rule"); ok {
		return r.ruleText(o, v, l)
	}
	if !r.enter(o.ref, l) {
		return nil
	}
	r.stand(o)
	if v, ok := o.get("everyone"); ok {
		if !r.flag(v) {
			r.fail(v, ErrValue, `"everyone" is true; its complement is {"not": true, "everyone": true}`)
		}
		return Everyone{}
	}
	if v, ok := o.get("list"); ok {
		name, _ := r.name(v, "list name")
		return r.membership(o, InList(name))
	}
	if v, ok := o.get("segment"); ok {
		name, _ := r.name(v, "segment name")
		return r.membership(o, InSegment(name))
	}
	if v, ok := o.get("sequence"); ok {
		return r.sequence(o, v, l)
	}
	o.lose(append(conditionKeys(), "id", "name"),
		`expected a condition: one of "conditions", "field", "event", "list", "segment", "of", "rule" and so on`)
	return nil
}

func (r *jsonReader) group(o *object, l nesting) Condition {
	if !r.enter(o.ref, l) {
		return nil
	}
	r.stand(o)
	logic := ""
	if v, ok := o.need("logic"); ok {
		if logic, ok = r.string(v); ok {
			if logic = strings.ToUpper(logic); logic != "AND" && logic != "OR" {
				r.failWord(v, "logic", logic, []string{"AND", "OR"})
			}
		}
	}
	v, ok := o.need("conditions")
	if !ok {
		return nil
	}
	cs := r.conditions(v, l)
	if logic == "OR" {
		return Or(cs)
	}
	return And(cs)
}

// conditions reads a list of conditions, which must not be empty.
func (r *jsonReader) conditions(v ref, l nesting) (cs []Condition) {
	if !r.is(v, '[') {
		r.wants(v, "a list of conditions")
		return nil
	}
	r.elements(v, func(e ref) bool {
		cs = append(cs, r.condition(e, l.deeper()))
		return !r.full
	})
	if len(cs) == 0 {
		r.fail(v, ErrSyntax, "a group needs at least one condition")
	}
	return cs
}

func (r *jsonReader) count(o *object, l nesting) Condition {
	if !r.enter(o.ref, l) {
		return nil
	}
	r.stand(o)
	c := Count{}
	for q := AtLeast; q <= Exactly; q++ {
		if k, ok := o.get(quantityKey(q)); ok {
			n, _ := r.int(k)
			c.Quantity, c.K = q, int(n)
			break
		}
	}
	if v, ok := o.need("of"); ok {
		c.Of = r.conditions(v, l)
	}
	return c
}

// membership reads the operator of a list or segment.
func (r *jsonReader) membership(o *object, c Condition) Condition {
	v, ok := o.need("operator")
	if !ok {
		return nil
	}
	s, ok := r.string(v)
	if !ok {
		return nil
	}
	switch word(s) {
	case "in", "is_in", "member", "member_of", "is_member", "is_member_of", "on":
		return c
	case "not_in", "is_not_in", "not_member", "not_member_of", "is_not_member", "is_not_member_of", "not_on":
		r.stand(o)
		return Not{c}
	}
	r.failWord(v, "operator", s, []string{"in", "not_in"})
	return nil
}

// ruleText reads a rule in the text form.
func (r *jsonReader) ruleText(o *object, v ref, l nesting) Condition {
	s, ok := r.string(v)
	if !ok || !r.enter(v, l) {
		return nil
	}
	rule, err := parseRule(s, r.l, nil)
	for _, e := range ruleErrors(err) {
		r.report(v, &Error{Code: e.Code, Msg: "in the rule at " + e.Error()})
	}
	for _, at := range rule.places {
		r.sites = append(r.sites, site{at: o.ref.at, rule: at})
	}
	return rule.condition
}
