package definition

import (
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// calendarWindow reads the unit of a calendar window.
func (r *reader) calendarWindow(kind rule.WindowKind, v jsontext.Ref) rule.Window {
	w := rule.Window{Kind: kind}
	if r.StartsWith(v, '"') {
		s := r.Unquoted(v)
		unit, fiscal := strings.CutPrefix(word(s), "fiscal_")
		if u, _ := rule.UnitNamed(unit); fiscal && u != rule.UnitQuarter && u != rule.UnitYear {
			r.failWord(v, "period", s, []string{"fiscal_quarter", "fiscal_year"})
			return w
		} else if fiscal {
			w.Unit, w.Fiscal = u, true
			return w
		}
	}
	w.Unit = r.unit(v)
	if w.Unit != 0 && w.Unit < rule.UnitDay {
		r.fail(v, rule.ErrValue, "expected day, week, month, quarter or year")
	}
	return w
}

// periods reads how many units a calendar window is, and when its fiscal year starts.
func (r *reader) periods(o *object, w *rule.Window) {
	if v, ok := o.get("periods"); ok {
		n, isInt := r.int(v)
		switch {
		case w.Kind != rule.WindowPrevious && w.Kind != rule.WindowFollowing:
			r.fail(v, rule.ErrValue, "only previous and next periods have a number")
		case isInt && n < 1:
			r.fail(v, rule.ErrValue, "expected a number of at least 1")
		case !(rule.Span{N: n, Unit: w.Unit}).Valid() && w.Unit != 0:
			r.fail(v, rule.ErrValue, "a window of more than 10,000 years")
		case n > 1:
			w.N = n
		}
	}
	if v, ok := o.get("starts_in"); ok {
		w.StartsIn = r.month(v)
		if !w.Fiscal {
			r.fail(v, rule.ErrValue, "only a fiscal quarter or year starts in a month")
		}
	}
}

func (r *reader) month(v jsontext.Ref) time.Month {
	s, ok := r.string(v)
	if !ok {
		return 0
	}
	var names []string
	for m := time.January; m <= time.December; m++ {
		if word(s) == monthName(m) {
			return m
		}
		names = append(names, monthName(m))
	}
	r.failWord(v, "month", s, names)
	return 0
}
