package segment

import "math"

// domainOf is what is known of an expression before anything is asked of it:
// from what it computes, and from the schema.
func domainOf(ts typeScope, e Expr) domain {
	switch e := e.(type) {
	case Field, Elem:
		t := ts.typeOf(e)
		if _, ok := e.(Elem); ok {
			t.Required = false
		}
		return fieldDomain(t)
	case Joined:
		return domain{loose: isMissing, time: allTimes()}
	case Span:
		return domain{dur: everywhere()}
	case Metric:
		return metricDomain(ts, e)
	case Call:
		return callDomain(e)
	case Arith:
		return domain{loose: isMissing, num: everywhere(), dur: everywhere(), time: allTimes(), date: allTimes()}
	}
	return anything()
}

// metricDomain is domainOf for an aggregate.
func metricDomain(ts typeScope, m Metric) domain {
	switch m.Agg {
	case AggCount, AggDistinct:
		return domain{num: side(Ge, Int(0)), whole: true}
	case AggSum, AggAvg:
		return domain{loose: isMissing, num: everywhere()}
	case AggMin, AggMax:
		return domain{loose: isMissing, num: everywhere(), time: allTimes()}
	}
	if m.Prop == "" {
		return domain{loose: isMissing, time: allTimes()}
	}
	t := ts.typeOf(m)
	t.Required = false
	return fieldDomain(t)
}

// callDomain knows what a function may give. Of NOW and TODAY nothing is missing.
func callDomain(c Call) domain {
	numbers := func(from, to int64) domain {
		d := domain{loose: isMissing, num: ranges{{rangeEnd{at: Int(from)}, rangeEnd{at: Int(to)}}}, whole: true}
		if len(c.Args) == 1 {
			if now, ok := c.Args[0].(Call); ok && (now.Fn == FnNow || now.Fn == FnToday) {
				d.loose = 0
			}
		}
		return d
	}
	switch c.Fn {
	case FnNow:
		return domain{time: allTimes()}
	case FnToday:
		return domain{date: allTimes()}
	case FnLength, FnHash:
		return numbers(0, math.MaxInt64)
	case FnAge:
		return domain{loose: isMissing, dur: everywhere()}
	case FnAnniversary, FnDate:
		return domain{loose: isMissing, date: allTimes()}
	case FnYear:
		return numbers(math.MinInt64, math.MaxInt64)
	case FnQuarter:
		return numbers(1, 4)
	case FnMonth:
		return numbers(1, 12)
	case FnDay:
		return numbers(1, 31)
	case FnWeekday:
		return numbers(1, 7)
	case FnHour:
		return numbers(0, 23)
	case FnVersion:
		return domain{loose: isMissing | isVersionText}
	case FnUnix, FnUnixMilli:
		return domain{loose: isMissing, time: allTimes()}
	}
	return anything()
}

// fieldDomain is what a field may hold. An instant or a date may be held as a text.
func fieldDomain(t FieldType) domain {
	var d domain
	if !t.Required {
		d.loose = isMissing
	}
	switch {
	case t.Epoch != NoEpoch:
		d.num = everywhere()
		return d
	case t.Kind == KindNull:
		all := anything()
		all.loose = all.loose&^(isMissing|isVersionText) | d.loose // no field holds a version
		return all
	}
	switch t.Kind {
	case KindBool:
		d.loose |= isTrue | isFalse
	case KindNumber:
		d.num = everywhere()
	case KindText:
		d.text = allTexts()
		if len(t.Values) > 0 {
			vs := make([]Value, len(t.Values))
			for i, v := range t.Values {
				vs[i] = Text(folded(v, t.Fold))
			}
			d.text.sides[textSide(t.Fold)] = pointSet(vs)
		}
	case KindTime, KindDate:
		d.time, d.date = allTimes(), allTimes()
		d.text = allTexts()
		d.text.unreadable = false
	case KindDuration:
		d.dur = everywhere()
	case KindList:
		d.loose |= isListValue
	case KindObject:
		d.loose |= isObjectValue
	}
	return d
}
