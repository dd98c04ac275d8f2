package definition

import (
	"strings"

	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/internal/parser"
	"github.com/segmentrules/segment/rule"
)

// A definition is what the text of one says, and the reader that knows where it
// says so.
type definition struct {
	Id, Name  string
	Condition rule.Condition
	Reader    *reader
}

// ReadSegment reads the id and name of a segment and, beside them, its condition.
func ReadSegment(text []byte, l rule.Limits) (d definition, err error) {
	r, err := newReader(text, l.WithDefaults())
	if err != nil {
		return d, err
	}
	d.Reader = r
	if o, ok := r.object(r.Root(), "a definition"); ok {
		if v, ok := o.get("id"); ok {
			d.Id, _ = r.string(v)
		}
		if v, ok := o.get("name"); ok {
			d.Name, _ = r.string(v)
		}
		d.Condition = r.conditionOf(o, nesting{}, "id", "name")
	}
	return d, r.finish(d.Condition)
}

// UnmarshalCondition reads a condition from definition JSON, or from rule text in a JSON
// string, which is what encoding/json makes of a condition, within the default limits. It refuses everything that is not exactly a condition: unknown and
// duplicate keys, unknown operators, empty groups, values of the wrong kind or
// out of range, anything behind the condition. The error is an [*rule.Error] if the
// text is not JSON and else [rule.Errors], in order of place, each with a JSON
// Pointer and the place in the text; up to [rule.Limits].Errors are found in one
// pass. Its cost grows with the text.
func UnmarshalCondition(text []byte) (rule.Condition, error) {
	r, err := newReader(text, rule.Limits{}.WithDefaults())
	if err != nil {
		return nil, err
	}
	if root := r.Root(); r.StartsWith(root, '"') {
		return r.textAlone(root)
	}
	c := r.condition(r.Root(), nesting{})
	if err := r.finish(c); err != nil {
		return nil, err
	}
	return c, nil
}

// textAlone reads a rule that is a JSON string by itself, as encoding/json writes a
// condition.
func (r *reader) textAlone(v jsontext.Ref) (rule.Condition, error) {
	c := r.ruleText(&object{r: r, ref: v}, v, nesting{})
	if err := r.finish(c); err != nil {
		return nil, err
	}
	return c, nil
}

// finish returns what was wrong; and if nothing was, it makes sure of the tree:
// the rules in it were read each by itself.
func (r *reader) finish(c rule.Condition) error {
	if err := r.result(); err != nil {
		return err
	}
	if err := check.Condition(c, r.l); err != nil {
		return r.Placed(err, c)
	}
	return nil
}

// condition reads a condition; nil after an error.
func (r *reader) condition(v jsontext.Ref, l nesting) rule.Condition {
	o, ok := r.object(v, "a condition")
	if !ok {
		return nil
	}
	return r.conditionOf(o, l)
}

// conditionOf reads the condition whose members an object has, beside those of
// the given names: the condition, then its negation, then its zone.
func (r *reader) conditionOf(o *object, l nesting, beside ...string) (c rule.Condition) {
	zone, zoned := o.get("zone")
	not, negated := o.get("not")
	inner := l
	if zoned {
		inner = inner.under()
		r.stand(o)
	}
	if negated && r.StartsWith(not, '{') {
		r.stand(o)
		c = rule.Not{C: r.condition(not, inner.under())}
	} else {
		negated = negated && r.flag(not)
		if negated {
			inner = inner.under()
			r.stand(o)
		}
		if c = r.plain(o, inner); negated {
			c = rule.Not{C: c}
		}
	}
	if zoned && r.enter(o.ref, l) {
		c = rule.Zoned{C: c, Zone: r.zone(zone, l)}
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

func (r *reader) zone(v jsontext.Ref, l nesting) rule.Expr {
	if !r.StartsWith(v, '"') {
		return r.expr(v, l.operand())
	}
	s, _ := r.string(v)
	r.report(v, check.Zone(s))
	return rule.Text(s)
}

// plain reads a condition without regard to negation and zone.
func (r *reader) plain(o *object, l nesting) rule.Condition {
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
			r.fail(v, rule.ErrValue, `"everyone" is true; its complement is {"not": true, "everyone": true}`)
		}
		return rule.Everyone{}
	}
	if v, ok := o.get("list"); ok {
		name, _ := r.name(v, "list name")
		return r.membership(o, rule.InList(name))
	}
	if v, ok := o.get("segment"); ok {
		name, _ := r.name(v, "segment name")
		return r.membership(o, rule.InSegment(name))
	}
	if v, ok := o.get("sequence"); ok {
		return r.sequence(o, v, l)
	}
	o.lose(append(conditionKeys(), "id", "name"),
		`expected a condition: one of "conditions", "field", "event", "list", "segment", "of", "rule" and so on`)
	return nil
}

func (r *reader) group(o *object, l nesting) rule.Condition {
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
		return rule.Or(cs)
	}
	return rule.And(cs)
}

// conditions reads a list of conditions, which must not be empty.
func (r *reader) conditions(v jsontext.Ref, l nesting) (cs []rule.Condition) {
	if !r.StartsWith(v, '[') {
		r.wants(v, "a list of conditions")
		return nil
	}
	r.Elements(v, func(e jsontext.Ref) bool {
		cs = append(cs, r.condition(e, l.deeper()))
		return !r.full
	})
	if len(cs) == 0 {
		r.fail(v, rule.ErrSyntax, "a group needs at least one condition")
	}
	return cs
}

func (r *reader) count(o *object, l nesting) rule.Condition {
	if !r.enter(o.ref, l) {
		return nil
	}
	r.stand(o)
	c := rule.Count{}
	for q := rule.QuantityAtLeast; q <= rule.QuantityExactly; q++ {
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
func (r *reader) membership(o *object, c rule.Condition) rule.Condition {
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
		return rule.Not{C: c}
	}
	r.failWord(v, "operator", s, []string{"in", "not_in"})
	return nil
}

// ruleText reads a rule in the text form.
func (r *reader) ruleText(o *object, v jsontext.Ref, l nesting) rule.Condition {
	s, ok := r.string(v)
	if !ok || !r.enter(v, l) {
		return nil
	}
	read := parser.ParseRule
	if r.inElement {
		read = parser.ParseElementRule
	}
	rx, err := read(s, r.l, nil)
	for _, e := range rule.ErrorsOf(err) {
		r.report(v, &rule.Error{Code: e.Code, Msg: "in the rule at " + e.Error()})
	}
	for _, at := range rx.Places {
		r.Sites = append(r.Sites, site{at: o.ref.At, rule: at})
	}
	return rx.Condition
}
