package definition

import (
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// window reads a window.
func (r *reader) window(v jsontext.Ref, l nesting) (w rule.Window) {
	o, ok := r.object(v, "a window")
	if !ok {
		return w
	}
	known := []string{"last", "ago", "older_than", "next", "later_than", "this", "previous", "next", "since", "before", "from", "to", "unit", "starts_on", "starts_in", "periods", "past"}
	w, ok = r.windowOf(o, l)
	if !ok {
		o.lose(known, `expected a window: one of "last", "ago", "older_than", "this", "previous", "since", "before", "from" and "to"`)
	}
	if v, ok := o.get("starts_on"); ok {
		w.StartsOn = r.weekday(v)
		if w.Unit != rule.UnitWeek {
			r.fail(v, rule.ErrValue, "only a week starts on a day")
		}
	}
	r.periods(o, &w)
	o.done(known...)
	return w
}

func (r *reader) windowOf(o *object, l nesting) (w rule.Window, ok bool) {
	for _, length := range [...]struct {
		key  string
		kind rule.WindowKind
	}{{"last", rule.WindowLast}, {"older_than", rule.WindowOlder}, {"next", rule.WindowNext}, {"later_than", rule.WindowLater}} {
		if n, ok := o.get(length.key); ok {
			if length.kind == rule.WindowNext && r.StartsWith(n, '"') { // {"next": "month"}; rolling is {"next": 30, "unit": "days"}
				return r.calendarWindow(rule.WindowFollowing, n), true
			}
			return rule.Window{Kind: length.kind, A: r.span(o, n)}, true
		}
	}
	if v, ok := o.get("ago"); ok {
		return r.ago(o, v), true
	}
	if v, ok := o.get("this"); ok {
		return r.calendarWindow(rule.WindowThis, v), true
	}
	if v, ok := o.get("previous"); ok {
		return r.calendarWindow(rule.WindowPrevious, v), true
	}
	if v, ok := o.get("since"); ok {
		return rule.Window{Kind: rule.WindowSince, From: r.time(v, l)}, true
	}
	if v, ok := o.get("before"); ok {
		return rule.Window{Kind: rule.WindowBefore, To: r.time(v, l)}, true
	}
	if o.has("from", "to") {
		w = rule.Window{Kind: rule.WindowBetween}
		if v, ok := o.need("from"); ok {
			w.From = r.time(v, l)
		}
		if v, ok := o.need("to"); ok {
			w.To = r.time(v, l)
		}
		return w, true
	}
	if v, ok := o.get("past"); ok {
		r.isTrue(v, "past")
		return rule.Window{}, true
	}
	return rule.Window{}, false
}

// ago reads two ages: numbers of the unit beside them, or spans.
func (r *reader) ago(o *object, v jsontext.Ref) rule.Window {
	w := rule.Window{Kind: rule.WindowAgo}
	if !r.StartsWith(v, '[') {
		r.wants(v, "a list of two ages")
		return w
	}
	var unit rule.Unit
	u, shared := o.get("unit")
	if shared {
		unit = r.unit(u)
	}
	var ages []rule.Span
	r.Elements(v, func(e jsontext.Ref) bool {
		age := rule.Span{}
		switch {
		case r.StartsWith(e, '{'):
			if o, ok := r.object(e, "an age"); ok {
				if n, ok := o.need("span"); ok {
					age = r.span(o, n)
				}
				o.done("span", "unit")
			}
		case !shared:
			r.fail(o.ref, rule.ErrSyntax, `missing key "unit"`)
		default:
			age = r.spanOf(e, unit)
		}
		ages = append(ages, age)
		return len(ages) <= 2 && !r.full
	})
	if len(ages) != 2 {
		r.fail(v, rule.ErrSyntax, "expected two ages")
		return w
	}
	w.A, w.B = ages[0], ages[1]
	return w
}

func (r *reader) weekday(v jsontext.Ref) rule.Weekday {
	s, ok := r.string(v)
	if !ok {
		return 0
	}
	d, ok := find(rule.WeekdaySunday, weekdayName, word(s))
	if !ok || d == 0 {
		r.failWord(v, "weekday", s, all(rule.WeekdaySunday, weekdayName))
	}
	return d
}

// time reads an expression where an instant or date is needed.
func (r *reader) time(v jsontext.Ref, l nesting) rule.Expr {
	if !r.StartsWith(v, '"') {
		return r.expr(v, l)
	}
	if !r.enter(v, l) {
		return nil
	}
	return r.timeText(v)
}
