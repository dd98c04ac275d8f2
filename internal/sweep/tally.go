package sweep

import (
	"math/big"
	"time"

	"github.com/segmentrules/segment/internal/numeric"
	"github.com/segmentrules/segment/rule"
)

// A Tally is an aggregate over some of the events of a list, which are told by their
// position in it, oldest first. Each can be added and removed at any time; it is cheapest
// where they come and go in order.
type Tally struct {
	agg    rule.Agg
	values []rule.Value // what is aggregated, by event; nil for a count of events
	zone   *time.Location
	in     []bool // which events are in
	lo, hi int    // all that are in lie between

	events  int // that are in
	fit     int // whose value fits: is set, or a number
	sum     numeric.Sum
	exact   *big.Rat // instead of sum, once that does not hold it
	numbers bool     // the values that MIN and MAX look at are of one kind
	best    []int    // of MIN and MAX: events of which each is better than all after it
	ordered bool     // best is right: nothing has come or gone out of order
	differ  distinct
}

// NewTally returns the tally of an aggregate over n events, of which none is in yet. The
// values are those of the property that is aggregated, or the instants; a count of events
// needs none. The zone is where the day of an instant is that is compared with a date.
func NewTally(agg rule.Agg, values []rule.Value, n int, zone *time.Location) *Tally {
	t := &Tally{agg: agg, values: values, zone: zone, in: make([]bool, n), lo: n, numbers: true}
	kind := rule.KindNull
	for _, v := range values {
		if k := v.Kind(); isOrdered(k) {
			t.numbers = t.numbers && (kind == rule.KindNull || kind == k)
			kind = k
		}
	}
	t.ordered = t.numbers
	return t
}

// Len is how many events are in.
func (t *Tally) Len() int { return t.events }

// Add puts an event in; one that is in stays so.
func (t *Tally) Add(i int) {
	if t.in[i] {
		return
	}
	t.in[i] = true
	if t.events == 0 {
		t.lo, t.hi, t.best, t.ordered = i, i+1, t.best[:0], t.numbers
	}
	t.events++
	last := i+1 >= t.hi
	t.lo, t.hi = min(t.lo, i), max(t.hi, i+1)
	if t.values == nil {
		return
	}
	switch v := t.values[i]; t.agg {
	case rule.AggCount:
		if !v.IsNull() {
			t.fit++
		}
	case rule.AggSum, rule.AggAvg:
		t.addNumber(v, 1)
	case rule.AggMin, rule.AggMax:
		t.ordered = t.ordered && last
		t.addBest(i)
	case rule.AggDistinct:
		t.differ.add(v, 1)
	}
}

// Remove takes an event out; one that is not in stays out.
func (t *Tally) Remove(i int) {
	if !t.in[i] {
		return
	}
	t.in[i] = false
	t.events--
	first := i == t.lo
	for t.lo < t.hi && !t.in[t.lo] {
		t.lo++
	}
	for t.hi > t.lo && !t.in[t.hi-1] {
		t.hi--
	}
	if t.values == nil {
		return
	}
	switch v := t.values[i]; t.agg {
	case rule.AggCount:
		if !v.IsNull() {
			t.fit--
		}
	case rule.AggSum, rule.AggAvg:
		t.addNumber(v, -1)
	case rule.AggMin, rule.AggMax:
		t.ordered = t.ordered && first
		if len(t.best) > 0 && t.best[0] == i {
			t.best = t.best[1:]
		}
	case rule.AggDistinct:
		t.differ.add(v, -1)
	}
}

// Reset takes all events out.
func (t *Tally) Reset() {
	for t.events > 0 {
		t.Remove(t.lo)
	}
}

// addNumber adds a value to the sum, or takes it out if sign is below zero.
func (t *Tally) addNumber(v rule.Value, sign int) {
	if v.Kind() != rule.KindNumber {
		return
	}
	t.fit += sign
	if t.exact == nil {
		if t.sum.AddValue(v, sign < 0) {
			return
		}
		t.goExact() // v is counted there if it has come in
		return
	}
	if sign < 0 {
		t.exact.Sub(t.exact, v.Rat())
		return
	}
	t.exact.Add(t.exact, v.Rat())
}

// goExact keeps the sum as a fraction from now on, of what is in.
func (t *Tally) goExact() {
	t.exact = new(big.Rat)
	for i := t.lo; i < t.hi; i++ {
		if n := t.values[i].Rat(); n != nil && t.in[i] {
			t.exact.Add(t.exact, n)
		}
	}
}

// addBest notes an event for MIN and MAX: what is no better than it is of no use any more.
func (t *Tally) addBest(i int) {
	if !t.fits(i) {
		return
	}
	for n := len(t.best); n > 0 && !t.better(t.best[n-1], i); n-- {
		t.best = t.best[:n-1]
	}
	t.best = append(t.best, i)
}

// fits reports whether MIN and MAX look at an event.
func (t *Tally) fits(i int) bool { return isOrdered(t.values[i].Kind()) }

// isOrdered reports whether MIN and MAX look at values of a kind.
func isOrdered(k rule.Kind) bool {
	return k == rule.KindNumber || k == rule.KindTime || k == rule.KindDate
}

// better reports whether the value of event i beats that of event j.
func (t *Tally) better(i, j int) bool {
	op := rule.OpLt
	if t.agg == rule.AggMax {
		op = rule.OpGt
	}
	return rule.Compares(t.zone, t.values[i], op, t.values[j], false)
}

// extreme is the value of MIN or MAX.
func (t *Tally) extreme() rule.Value {
	if t.ordered {
		if len(t.best) == 0 {
			return rule.Value{}
		}
		return t.values[t.best[0]]
	}
	best := -1 // newest first, as the definition goes
	for i := t.hi - 1; i >= t.lo; i-- {
		if t.in[i] && t.fits(i) && (best < 0 || t.better(i, best)) {
			best = i
		}
	}
	if best < 0 {
		return rule.Value{}
	}
	return t.values[best]
}

// Value is what the aggregate comes to.
func (t *Tally) Value() rule.Value {
	switch t.agg {
	case rule.AggCount:
		if t.values == nil {
			return rule.Int(int64(t.events))
		}
		return rule.Int(int64(t.fit))
	case rule.AggDistinct:
		return rule.Int(int64(t.differ.n))
	case rule.AggSum:
		return t.total()
	case rule.AggAvg:
		if t.fit == 0 {
			return rule.Value{}
		}
		return rule.Arithmetic(rule.ArithDiv, t.total(), rule.Int(int64(t.fit)))
	}
	if t.events == 0 {
		return rule.Value{}
	}
	switch t.agg {
	case rule.AggFirst:
		return t.values[t.lo]
	case rule.AggLast:
		return t.values[t.hi-1]
	case rule.AggMin, rule.AggMax:
		return t.extreme()
	}
	return rule.Value{}
}

// total is the sum of the numbers.
func (t *Tally) total() rule.Value {
	if t.exact == nil {
		if v, ok := t.sum.Value(); ok {
			return v
		}
		t.goExact()
	}
	return rule.RatValue(t.exact)
}
