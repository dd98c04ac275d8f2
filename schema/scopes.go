package schema

import (
	"slices"

	"github.com/segmentrules/segment/rule"
)

// Names that are meant in another scope than they stand in: another event or a field of the
// contact within WHERE, a list of the contact for an event.

// elsewhere says why a name that is unknown here cannot be named here; "" if nothing is known
// of it.
func (k *checker) elsewhere(f rule.Field, ts TypeScope) string {
	names := f.Names()
	if ts.place == inContact {
		return ""
	}
	_, ofEvent := k.schema.eventOf(names[0])
	switch {
	case ts.place == inEvent && f == "at":
		return ": it is not the time of the event, which LAST(event) and FIRST(event) give; a stretch of time is written as a window behind the aggregate, such as IN LAST 30 DAYS"
	case ts.place == inEvent && len(names) > 1 && ofEvent:
		return ": within WHERE a name is a property of the event, and another event cannot be named; compare with a constant, or let the event carry the value as a property of its own"
	case k.schema.hasField(f) || len(names) > 1 && names[0] == "contact":
		return ": a field of the contact cannot be named here; compare with a constant"
	}
	return ""
}

// hasField reports whether the contact has a field that the schema lists, or calculates.
func (s *Schema) hasField(f rule.Field) bool {
	_, calculated := s.Calculated[string(f)]
	_, listed := lookup(s.Fields, f)
	return calculated || listed
}

// listNamed reports whether a name is that of a list of the contact, and of no event.
func (s *Schema) listNamed(name string) bool {
	if _, isEvent := s.eventOf(name); isEvent {
		return false
	}
	t, listed := lookup(s.Fields, rule.Path(name))
	return listed && t.Kind == rule.KindList
}

// ofContact reports whether a name within WHERE or HAS is that of a field of the contact.
func (m mender) ofContact(f rule.Field) bool {
	return m.ts.place != inContact && m.schema.hasField(f)
}

// throughList is `ANY orders.total > 5`, which leads through a list: ANY orders HAS (total >
// 5).
func (m mender) throughList(c rule.Each) (rule.Condition, bool) {
	f, ok := c.X.(rule.Field)
	if !ok || len(f.Names()) < 2 {
		return nil, false
	}
	if _, listed := m.ts.Listed(f); listed {
		return nil, false
	}
	names := slices.Clone(f.Names())
	list, last := rule.Path(names[:len(names)-1]...), rule.Path(names[len(names)-1])
	t, listed := m.ts.Listed(list)
	if !listed || t.Kind != rule.KindList {
		return nil, false
	}
	inside := m.in(m.ts.ElementScope(t))
	if own, known := inside.ts.Listed(last); !known || own.Kind == rule.KindList {
		return nil, false
	}
	var r rule.Rewriter
	r.Condition = func(c rule.Condition) rule.Condition { return r.Rewrite(c) }
	r.Events = func(e rule.Events) rule.Events { return e }
	r.Expr = func(e rule.Expr) rule.Expr {
		if _, isElement := e.(rule.Elem); isElement {
			return last
		}
		return r.RewriteExpr(e)
	}
	c.X, c.C = list, inside.condition(r.Rewrite(c.C))
	return c, true
}
