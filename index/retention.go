package index

import (
	"math"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/index/internal/size"
	"github.com/segmentrules/segment/rule"
)

// A Retention bounds the events that an [Index] keeps. The zero Retention keeps
// all of them. An event goes if it is older than the horizon and not one of the
// newest: both bounds together keep more than either.
//
// Whatever is kept, answers are exact: a condition that could ask for what is
// not is refused when it is defined or asked for ([segment.ErrLimit]).
type Retention struct {
	// Horizon, if set, allows conditions that look back no further: windows that
	// end within it. COUNT, SUM, FIRST and LAST over all time are refused, and
	// sequences without a window. A month counts as 28 days here, and as 31 in a
	// condition. An event that arrives when it is older already is forgotten.
	Horizon rule.Span
	// Newest, if set, allows conditions that the newest so many events of one name
	// decide: COUNT compared with a number below it, over all time or a window that
	// lasts until now, and LAST, both without WHERE. An update that retracts is
	// refused: what came before the newest may be gone. Events dated in the future
	// are kept besides.
	Newest int
}

// all reports whether all events are kept.
func (k Retention) all() bool { return k == Retention{} }

// trim lets go of old events of a contact. It waits until half of a stream is to
// go, so that it costs little for each event.
func (ix *shard) trim(row uint32, name string) {
	k := ix.retention
	n, ok := ix.store.Events.Lookup(name)
	if k.all() || !ok {
		return
	}
	stream := ix.store.Events.Stream(row, n)
	before := time.Unix(math.MaxInt64/4, 0)
	if k.Horizon.N > 0 {
		before = time.Unix(ix.now.Unix()-longest(k.Horizon), int64(ix.now.Nanosecond()))
	}
	keep := 0
	if k.Newest > 0 {
		keep = k.Newest + stream.Len() - stream.UpTo(ix.now)
	}
	going := min(stream.Before(before), stream.Len()-keep)
	if going >= 8 && 2*going >= stream.Len() {
		ix.latest.frame = nil
		ix.store.Events.Trim(row, n, before, keep)
	}
}

// longest is the most seconds that a span may last.
func longest(d rule.Span) int64 { return seconds(d, 31) }

// shortest is the fewest seconds that a span may last.
func shortest(d rule.Span) int64 { return seconds(d, 28) }

// seconds is the length of a span if a month had so many days.
func seconds(d rule.Span, daysOfMonth int64) int64 {
	if s, ok := size.Fixed(d); ok {
		return s.Sec
	}
	months := map[rule.Unit]int64{rule.UnitMonth: 1, rule.UnitQuarter: 3, rule.UnitYear: 12}[d.Unit]
	return d.N * months * daysOfMonth * 86400
}

// allows refuses a condition that could ask for events that are not kept.
func (k Retention) allows(c segment.Condition) error {
	if k.all() {
		return nil
	}
	switch c := c.(type) {
	case rule.And:
		return k.allowAll(c)
	case rule.Or:
		return k.allowAll(c)
	case rule.Count:
		return k.allowAll(c.Of)
	case rule.Not:
		return k.allows(c.C)
	case rule.Zoned:
		return k.allows(c.C)
	}
	in := rule.Reads(c)
	if k.reaches(in) || k.Newest > 0 && k.newestDecide(c, in) {
		return nil
	}
	return rules.Refuse(segment.ErrLimit, "%s asks for events that are not kept: %s", c, k)
}

// allowAll refuses conditions of which one is refused.
func (k Retention) allowAll(cs []segment.Condition) error {
	for _, c := range cs {
		if err := k.allows(c); err != nil {
			return err
		}
	}
	return nil
}

// String says what is kept.
func (k Retention) String() string {
	switch {
	case k.Horizon.N > 0 && k.Newest > 0:
		return "those of the last " + k.Horizon.String() + ", and the newest " + segment.Int(int64(k.Newest)).String()
	case k.Horizon.N > 0:
		return "those of the last " + k.Horizon.String()
	case k.Newest > 0:
		return "the newest " + segment.Int(int64(k.Newest)).String()
	}
	return "all"
}

// reaches reports whether a condition looks back no further than the horizon.
func (k Retention) reaches(in rule.Inputs) bool {
	for _, e := range in.Events {
		if k.Horizon.N == 0 || e.All || longest(e.Back) > shortest(k.Horizon) {
			return false
		}
	}
	return true
}

// newestDecide reports whether the newest events of one name decide a leaf.
func (k Retention) newestDecide(c segment.Condition, in rule.Inputs) bool {
	x, with := rules.SubjectOf(c)
	m, ok := rules.PlainExpr(x).(rule.Metric)
	if !ok || rules.AsksContact(rule.Reads(with(segment.Value{}))) || len(in.Events) != 1 || rules.IsPattern(in.Events[0].Name) || m.Events.Where != nil {
		return false
	}
	switch m.Window.Kind {
	case rule.WindowAll, rule.WindowLast, rule.WindowThis, rule.WindowSince:
	default:
		return false
	}
	if m.Agg == rule.AggLast {
		return true
	}
	return m.Agg == rule.AggCount && k.counts(c)
}

// counts reports whether it takes no more than the newest events to compare a
// count.
func (k Retention) counts(c segment.Condition) bool {
	switch c := c.(type) {
	case rule.Compare:
		v, ok := c.Right.(segment.Value)
		// COUNT < v and COUNT >= v ask whether there are v; the others for one more.
		return ok && k.enough(v, c.Op != rule.OpLt && c.Op != rule.OpGe)
	case rule.Between:
		v, ok := c.Hi.(segment.Value)
		return ok && k.enough(v, true)
	case rule.In:
		return !slices.ContainsFunc(c.Values, func(v segment.Value) bool { return !k.enough(v, true) })
	}
	return false
}

// enough reports whether the newest events tell if there are so many, or one more.
func (k Retention) enough(v segment.Value, more bool) bool {
	n, ok := v.Compare(segment.Int(int64(k.Newest)))
	return ok && (n < 0 || n == 0 && !more)
}

// allowsHistory refuses a condition about the history of a field that is not
// kept.
func (ix *shard) allowsHistory(c segment.Condition) error {
	if ix.store.Remembers == nil {
		return nil
	}
	for _, path := range rule.Reads(c).History {
		if name := path.Names()[0]; !ix.store.Remembers[name] {
			return rules.Refuse(segment.ErrLimit, "the history of `%s` is not kept", name)
		}
	}
	return nil
}
