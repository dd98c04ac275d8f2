package lint

import (
	"math"

	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// domainOf is what is known of an expression before anything is asked of it:
// from what it computes, and from the schema.
func domainOf(ts schema.TypeScope, e rule.Expr) domain {
	switch e := e.(type) {
	case rule.Field, rule.Elem:
		t := ts.TypeOf(e)
		if _, ok := e.(rule.Elem); ok {
			t.Required = false
		}
		return fieldDomain(t)
	case rule.Joined:
		return domain{loose: isMissing, time: allTimes()}
	case rule.Span:
		return domain{dur: everywhere()}
	case rule.Metric:
		return metricDomain(ts, e)
	case rule.Call:
		if e.Fn == rule.FnCoalesce {
			return coalesceDomain(ts, e.Args)
		}
		return callDomain(e)
	case rule.Arith:
		return domain{loose: isMissing, num: everywhere(), dur: everywhere(), time: allTimes(), date: allTimes()}
	}
	return anything()
}

// metricDomain is domainOf for an aggregate.
func metricDomain(ts schema.TypeScope, m rule.Metric) domain {
	switch m.Agg {
	case rule.AggCount, rule.AggDistinct:
		return domain{num: side(rule.OpGe, rule.Int(0)), whole: true}
	case rule.AggSum, rule.AggAvg:
		return domain{loose: isMissing, num: everywhere()}
	case rule.AggMin, rule.AggMax:
		return domain{loose: isMissing, num: everywhere(), time: allTimes()}
	}
	if m.Prop == "" {
		return domain{loose: isMissing, time: allTimes()}
	}
	t := ts.TypeOf(m)
	t.Required = false
	return fieldDomain(t)
}

// callDomain knows what a function may give. Of NOW and TODAY nothing is missing.
func callDomain(c rule.Call) domain {
	numbers := func(from, to int64) domain {
		d := domain{loose: isMissing, num: ranges{{rangeEnd{at: rule.Int(from)}, rangeEnd{at: rule.Int(to)}}}, whole: true}
		if len(c.Args) == 1 {
			if now, ok := c.Args[0].(rule.Call); ok && (now.Fn == rule.FnNow || now.Fn == rule.FnToday) {
				d.loose = 0
			}
		}
		return d
	}
	switch c.Fn {
	case rule.FnNow:
		return domain{time: allTimes()}
	case rule.FnToday:
		return domain{date: allTimes()}
	case rule.FnLength, rule.FnHash:
		return numbers(0, math.MaxInt64)
	case rule.FnAge:
		return domain{loose: isMissing, dur: everywhere()}
	case rule.FnAnniversary, rule.FnDate:
		return domain{loose: isMissing, date: allTimes()}
	case rule.FnYear:
		return numbers(math.MinInt64, math.MaxInt64)
	case rule.FnQuarter:
		return numbers(1, 4)
	case rule.FnMonth:
		return numbers(1, 12)
	case rule.FnDay:
		return numbers(1, 31)
	case rule.FnWeekday:
		return numbers(1, 7)
	case rule.FnHour:
		return numbers(0, 23)
	case rule.FnVersion:
		return domain{loose: isMissing | isVersionText}
	case rule.FnUnix, rule.FnUnixMilli:
		return domain{loose: isMissing, time: allTimes()}
	case rule.FnTime:
		return domain{loose: isMissing, time: allTimes(), date: allTimes()}
	case rule.FnNumber:
		return domain{loose: isMissing, num: everywhere()}
	}
	return anything()
}

// coalesceDomain is what the first of some values that is not missing may be: of the kinds of
// any of them, and missing only if all may be.
func coalesceDomain(ts schema.TypeScope, args []rule.Expr) domain {
	d := domain{whole: true}
	missing := isMissing
	for _, arg := range args {
		x := domainOf(ts, arg)
		if v, constant := arg.(rule.Value); constant {
			x = constantDomain(v)
		}
		missing &= x.loose
		d.loose |= x.loose
		d.whole = d.whole && x.whole
		if len(x.num) > 0 {
			d.num = everywhere()
		}
		if len(x.dur) > 0 {
			d.dur = everywhere()
		}
		if !x.time.empty() {
			d.time = allTimes()
		}
		if !x.date.empty() {
			d.date = allTimes()
		}
		if !x.text.empty() {
			d.text = allTexts()
		}
	}
	d.loose = d.loose&^isMissing | missing
	return d
}

// constantDomain is all values of the kind of a constant.
func constantDomain(v rule.Value) domain {
	switch v.Kind() {
	case rule.KindNull:
		return domain{loose: isMissing, whole: true}
	case rule.KindNumber:
		return domain{num: everywhere()}
	case rule.KindBool:
		return domain{loose: isTrue | isFalse}
	case rule.KindText:
		return domain{text: allTexts()}
	case rule.KindTime, rule.KindDate:
		return domain{time: allTimes(), date: allTimes()}
	case rule.KindDuration:
		return domain{dur: everywhere()}
	}
	all := anything()
	all.loose &^= isMissing
	return all
}

// fieldDomain is what a field may hold. An instant or a date may be held as a text.
func fieldDomain(t schema.FieldType) domain {
	var d domain
	if !t.Required {
		d.loose = isMissing
	}
	switch {
	case t.Epoch != schema.EpochNone:
		d.num = everywhere()
		return d
	case t.Kind == rule.KindNull:
		all := anything()
		all.loose = all.loose&^(isMissing|isVersionText) | d.loose // no field holds a version
		return all
	}
	switch t.Kind {
	case rule.KindBool:
		d.loose |= isTrue | isFalse
	case rule.KindNumber:
		d.num = everywhere()
	case rule.KindText:
		d.text = allTexts()
		if len(t.Values) > 0 {
			vs := make([]rule.Value, len(t.Values))
			for i, v := range t.Values {
				vs[i] = rule.Text(textset.Folded(v, t.Fold))
			}
			d.text.sides[textSide(t.Fold)] = pointSet(vs)
		}
	case rule.KindTime, rule.KindDate:
		d.time, d.date = allTimes(), allTimes()
		d.text = allTexts()
		d.text.unreadable = false
	case rule.KindDuration:
		d.dur = everywhere()
	case rule.KindList:
		d.loose |= isListValue
	case rule.KindObject:
		d.loose |= isObjectValue
	}
	return d
}
