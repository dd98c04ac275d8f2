package unomi

import (
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// When Unomi counts events: in the last days, or between two instants.

// eventWindow is the last days, or between two instants, both included.
func (u *unomi) eventWindow(n, p *source.Node) (w rule.Window, ok bool) {
	from, to := p.Get("fromDate"), p.Get("toDate")
	if d := p.Get("numberOfDays"); !d.Absent() {
		k, ok := u.Count(d)
		if ok && (!from.Absent() || !to.Absent()) {
			u.Fail(d, rule.ErrValue, "numberOfDays stands beside fromDate or toDate")
			return w, false
		}
		if k == 0 {
			return w, ok
		}
		return build.LastSpan(build.Days(k)), ok
	}
	var bounds [2]rule.Expr
	for i, at := range []*source.Node{from, to} {
		if !at.Absent() {
			if bounds[i], ok = u.dateExpr(at); !ok {
				return w, false
			}
			if _, start := bounds[i].(unomiStart); start {
				u.Omit(at, source.NeedMoment, "%s", at.Written())
				return w, false
			}
		}
	}
	switch v := bounds[1].(type) {
	case rule.Value:
		if bounds[1] = build.JustAfter(v); v.Kind() == rule.KindDate && bounds[0] == nil {
			y, m, d := v.Date()
			bounds[1] = rule.Date(y, m, d+1)
		}
	case rule.Expr:
		if s, back := agoOf(v); back && bounds[0] == nil {
			return build.OlderThan(s), true
		}
		u.Change(to, source.NeedEventTime, "an event at the very end of the window")
	}
	switch {
	case bounds[0] == nil && bounds[1] == nil:
		return w, true
	case bounds[0] == nil:
		return build.Before(bounds[1]), true
	case bounds[1] == nil:
		return build.Since(bounds[0]), true
	}
	return build.Between(bounds[0], bounds[1]), true
}

// agoOf is how long before now an instant is, if it is said so: NOW - 5 days.
func agoOf(x rule.Expr) (s rule.Span, ok bool) {
	a, ok := x.(rule.Arith)
	if !ok || a.Op != rule.ArithSub || !rule.EqualExpr(a.Left, build.Now()) {
		return s, false
	}
	s, ok = a.Right.(rule.Span)
	return s, ok
}
