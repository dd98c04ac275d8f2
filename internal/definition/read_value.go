package definition

import (
	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// value reads a constant.
func (r *reader) value(v jsontext.Ref) rule.Value { return r.constants.Value(v) }

// values reads a list of constants.
func (r *reader) values(v jsontext.Ref) (vs []rule.Value) {
	if !r.StartsWith(v, '[') {
		r.wants(v, "a list of values")
		return nil
	}
	r.Elements(v, func(e jsontext.Ref) bool {
		value := r.value(e)
		r.report(e, r.constant(value))
		vs = append(vs, value)
		return !r.full && r.room(v, len(vs))
	})
	r.report(v, notEmpty(len(vs), r))
	return vs
}

// constant checks a constant that was read without an error.
func (r *reader) constant(v rule.Value) *rule.Error {
	if v.Kind() < rule.KindList || len(r.errs) > 0 {
		return nil // what was read is in range
	}
	return rule.CheckValue(v, r.l)
}

// span reads a number and the unit beside it.
func (r *reader) span(o *object, n jsontext.Ref) rule.Span {
	unit, ok := o.need("unit")
	if !ok {
		return rule.Span{}
	}
	return r.spanOf(n, r.unit(unit))
}

// spanOf reads a number of units.
func (r *reader) spanOf(n jsontext.Ref, u rule.Unit) rule.Span {
	i, ok := r.int(n)
	if !ok || u == 0 {
		return rule.Span{}
	}
	s := rule.Span{N: i, Unit: u}
	r.report(n, check.Span(s))
	return s
}

func (r *reader) unit(v jsontext.Ref) rule.Unit {
	s, ok := r.string(v)
	if !ok {
		return 0
	}
	u, ok := rule.UnitNamed(s)
	if !ok {
		r.failWord(v, "unit", s, units())
	}
	return u
}

// units is the name of every unit.
func units() (names []string) {
	for u := rule.UnitSecond; u <= rule.UnitYear; u++ {
		names = append(names, unitName(u))
	}
	return names
}

// text value of a place that needs an instant or a date: a plain text is read
// as one.
func (r *reader) timeText(v jsontext.Ref) rule.Value {
	t := rule.ReadTime(r.Unquoted(v))
	if t.IsNull() || !rule.Writable(t) {
		r.fail(v, rule.ErrValue, "expected a date (2026-01-31) or an instant (2026-01-31T10:00:00Z)")
		return rule.Value{}
	}
	return t
}
