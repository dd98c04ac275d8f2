package segment

import (
	"math"
	"time"

	"github.com/segmentrules/segment/internal/document"
	"github.com/segmentrules/segment/internal/numeric"
	"github.com/segmentrules/segment/rule"
)

// A metric is a compiled aggregate: a selection of events, of which one pass
// over the log keeps a tally.
type metric struct {
	m      rule.Metric
	agg    rule.Agg
	names  []eventName
	only   string // the name that all events have, if there is just one
	any    bool   // every name
	window *timeWindow
	space  *space // of the events' properties
	where  []step // nil if every event of the names counts
	prop   int    // slot of the property; -1 for the instant
}

// An eventName is the name of events, or the beginning of their names.
type eventName struct {
	text   string
	prefix bool // text ends in *
}

// metric compiles an aggregate. Its WHERE and its property read the event's
// properties, which are a space of their own.
func (c *compiler) metric(m rule.Metric) *metric {
	inner := compiler{space: newSpace(), bound: true}
	out := &metric{m: m, agg: m.Agg, only: onlyName(m.Events), window: c.window(m.Window), space: inner.space, prop: -1}
	for _, n := range m.Events.Names {
		if n == "*" {
			out.any = true
		}
		out.names = append(out.names, eventName{n, n != "" && n[len(n)-1] == '*'})
	}
	if m.Events.Where != nil {
		out.where = inner.block(m.Events.Where)
	}
	if m.Prop != "" {
		out.prop = inner.space.slot(m.Prop)
	}
	inner.space.seal()
	return out
}

// A tally is what one pass keeps of the events.
type tally struct {
	events int64 // that are selected
	fit    int64 // whose property fits: is set, or a number
	sum    numeric.Sum
	best   Value // the least, greatest, first or last
	at     time.Time
	values []Value // of DISTINCT
	failed bool    // the definition must decide
}

// logOf returns the events to go over, and how many of them are lent: those of
// one name a contact of the host's own can be asked for, from an instant on.
func (f *frame) logOf(m *metric, since moment) (log []Event, lent int) {
	if m.only == "" || f.record != nil || f.isEventless() || f.scratch().logged {
		return f.log(), 0
	}
	log = f.scratch().readNamed(f.s.x, m.only, since)
	return log, len(log)
}

// tally goes over the events. It stops once enough are selected, which a count
// at the limit of its comparison uses; enough < 0 is never.
func (f *frame) tally(m *metric, t *tally, enough int64) {
	lo, hi, ok := f.edges(m.window)
	if !ok {
		return
	}
	if next := f.now().next(); next.less(hi) {
		hi = next // an event in the future does not count
	}
	log, lent := f.logOf(m, lo)
	f.tallyOf(m, t, log, lo, hi, enough)
	if lent > 0 {
		f.scratch().giveNamed(lent)
	}
}

// tallyOf goes over the events of a log that lie between two instants.
func (f *frame) tallyOf(m *metric, t *tally, log []Event, lo, hi moment, enough int64) {
	reads := len(m.space.paths) > 0 || m.where != nil
	var inner frame
	if reads {
		f.scratch()
		inner = *f
		inner.space, inner.isEvent = m.space, true
	}
	for i := range log {
		e := &log[i]
		at := momentOf(e.At)
		if !at.isSane() {
			t.failed = true
			return
		}
		if at.less(lo) || !at.less(hi) || !m.any && !m.named(e.Name) {
			continue
		}
		if !reads {
			t.addInstant(m.agg, e.At)
		} else {
			inner.event(m, t, e)
		}
		if enough >= 0 && t.events >= enough || t.failed {
			return
		}
	}
}

// event opens an event and adds it if it is selected.
func (f *frame) event(m *metric, t *tally, e *Event) {
	n := len(m.space.paths)
	if f.props = e.Props; n > 0 {
		f.open(e.Props)
	}
	if m.where == nil || f.run(m.where) {
		if m.prop < 0 {
			t.addInstant(m.agg, e.At)
		} else {
			f.addProperty(m, t, e.At)
		}
	}
	if n > 0 && len(e.Props) > 0 {
		f.scratch().giveCells(n)
	}
}

// addInstant adds an event whose instant is what is aggregated.
func (t *tally) addInstant(agg rule.Agg, at time.Time) {
	t.events++
	switch agg {
	case rule.AggFirst, rule.AggMin:
		if t.events == 1 || at.Before(t.at) {
			t.at, t.best = at, Time(at)
		}
	case rule.AggLast, rule.AggMax:
		if t.events == 1 || !at.Before(t.at) {
			t.at, t.best = at, Time(at)
		}
	case rule.AggDistinct:
		t.failed = true
	}
}

// addProperty adds an event whose property is aggregated.
func (f *frame) addProperty(m *metric, t *tally, at time.Time) {
	t.events++
	switch m.agg {
	case rule.AggSum, rule.AggAvg:
		f.addNumber(m, t)
		return
	case rule.AggFirst:
		if t.events == 1 || at.Before(t.at) {
			t.at, t.best = at, rule.ReadAs(f.field(m.prop), m.m.As)
		}
		return
	case rule.AggLast:
		if t.events == 1 || !at.Before(t.at) {
			t.at, t.best = at, rule.ReadAs(f.field(m.prop), m.m.As)
		}
		return
	}
	v := rule.ReadAs(f.field(m.prop), m.m.As)
	if v.IsNull() {
		return
	}
	t.fit++
	switch m.agg {
	case rule.AggMin:
		t.extreme(v, rule.OpLt)
	case rule.AggMax:
		t.extreme(v, rule.OpGt)
	case rule.AggDistinct:
		t.distinct(v)
	}
}

// extreme keeps a number if it is beyond the best. Properties are read from
// JSON, which has no instants; where texts are read as such, the definition decides.
func (t *tally) extreme(v Value, op rule.Op) {
	t.failed = t.failed || v.Kind() == KindTime || v.Kind() == KindDate
	if v.Kind() == KindNumber && (t.best.IsNull() || op.Holds(rule.CompareNumbers(v, t.best))) {
		t.best = v
	}
}

// maxDistinct is how many different values are kept in a list.
const maxDistinct = 256

// distinct keeps a value if it is a new one.
func (t *tally) distinct(v Value) {
	for i := range t.values {
		if t.values[i].Equal(v) {
			return
		}
	}
	if t.failed = len(t.values) >= maxDistinct; !t.failed {
		t.values = append(t.values, v)
	}
}

// addNumber adds to the sum.
func (f *frame) addNumber(m *metric, t *tally) {
	if f.source != fromCells {
		return
	}
	raw := f.cells[m.prop].Raw
	if m.m.As == KindNumber && raw != "" && raw[0] == '"' {
		raw = rule.ReadNumber(f.field(m.prop).Text()).String()
	}
	if raw == "" || raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		return
	}
	d, ok := document.ReadDecimal(raw)
	t.fit++
	t.failed = !ok || !t.sum.Add(d)
}

// aggregate is the metric's value.
func (f *frame) aggregate(m *metric) Value {
	var t tally
	if m.agg == rule.AggDistinct {
		s := f.scratch() // taken out, since a WHERE may count distinct values too
		t.values, s.values = s.values, nil
	}
	f.tally(m, &t, -1)
	n := int64(len(t.values))
	if m.agg == rule.AggDistinct {
		clear(t.values)
		f.scratchAt.values = t.values[:0]
	}
	if t.failed {
		return f.scope().metric(m.m)
	}
	switch m.agg {
	case rule.AggCount:
		if m.prop < 0 {
			return Int(t.events)
		}
		return Int(t.fit)
	case rule.AggDistinct:
		return Int(n)
	case rule.AggSum, rule.AggAvg:
		return f.total(m, &t)
	}
	return t.best
}

// total is the sum, or the average where it is a simple number.
func (f *frame) total(m *metric, t *tally) Value {
	if m.agg == rule.AggAvg && t.fit == 0 {
		return Value{}
	}
	v, ok := t.sum.Value()
	if ok && m.agg == rule.AggSum {
		return v
	}
	if ok {
		return rule.Arithmetic(rule.ArithDiv, v, Int(t.fit))
	}
	return f.scope().metric(m.m)
}

// comparesMetric compares a metric with a number. A count goes no further than
// the number needs; of an average the sum is compared with the number times
// the count.
func (f *frame) comparesMetric(l *leaf) bool {
	m := l.metric
	if m.agg == rule.AggCount && m.prop < 0 {
		enough := l.num.IntMax
		if enough == math.MaxInt64 {
			enough = l.num.IntMin
		} else {
			enough++
		}
		var t tally
		f.tally(m, &t, max(enough, 0))
		if t.failed {
			return f.scope().holds(l.c)
		}
		return l.num.Has(Int(t.events))
	}
	if m.agg == rule.AggAvg {
		var t tally
		if f.tally(m, &t, -1); !t.failed {
			if t.fit == 0 {
				return false
			}
			if order, ok := t.sum.CompareTimes(l.value, t.fit); ok {
				return l.cmp.Holds(order)
			}
		}
		return f.scope().holds(l.c)
	}
	v := f.aggregate(m)
	return v.Kind() == KindNumber && l.num.Has(v)
}
