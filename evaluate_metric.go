package segment

import (
	"math/big"
	"slices"

	"github.com/segmentrules/segment/internal/sweep"
	"github.com/segmentrules/segment/rule"
)

// metric is the meaning of aggregates.
func (s scope) metric(m rule.Metric) Value {
	var vs []Value // newest first
	for e := range s.events(m.Events) {
		if s.inWindow(e.At, m.Window) {
			vs = append(vs, rule.ReadAs(eventValue(e, m.Prop), m.As))
		}
	}
	switch {
	case m.Agg == rule.AggCount && m.Prop == "":
		return Int(int64(len(vs)))
	case m.Agg == rule.AggLast && len(vs) > 0:
		return vs[0]
	case m.Agg == rule.AggFirst && len(vs) > 0:
		return vs[len(vs)-1]
	}
	vs = slices.DeleteFunc(vs, Value.IsNull)
	switch m.Agg {
	case rule.AggCount:
		return Int(int64(len(vs)))
	case rule.AggDistinct:
		return Int(int64(sweep.Distinct(vs)))
	case rule.AggSum, rule.AggAvg:
		return total(vs, m.Agg == rule.AggAvg)
	case rule.AggMin:
		return s.extreme(vs, rule.OpLt)
	case rule.AggMax:
		return s.extreme(vs, rule.OpGt)
	}
	return Value{}
}

// eventValue is what an aggregate takes of an event: a property, or its instant.
func eventValue(e Event, prop rule.Field) Value {
	if prop == "" {
		return Time(e.At)
	}
	return e.Props.Field(string(prop))
}

// total is the exact sum of the numbers, or their average. Values that are no
// numbers do not count.
func total(vs []Value, average bool) Value {
	sum, n := new(big.Rat), int64(0)
	for _, v := range vs {
		if r := v.Rat(); r != nil {
			sum.Add(sum, r)
			n++
		}
	}
	if !average {
		return rule.RatValue(sum)
	}
	if n == 0 {
		return Value{}
	}
	return rule.RatValue(sum.Quo(sum, big.NewRat(n, 1)))
}

// extreme is the least or greatest of the numbers; without a property, or of one read
// as a time, of the instants and dates.
func (s scope) extreme(vs []Value, op rule.Op) (best Value) {
	for _, v := range vs {
		if v.Kind() != KindNumber && v.Kind() != KindTime && v.Kind() != KindDate {
			continue
		}
		if best.IsNull() || s.compares(v, op, best, false) {
			best = v
		}
	}
	return best
}
