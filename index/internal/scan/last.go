package scan

import (
	"math/bits"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/column"
	"github.com/segmentrules/segment/index/internal/eventlog"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/index/internal/size"
	"github.com/segmentrules/segment/rule"
)

// costLast is what the newest event of a row costs where all rows are asked for.
const costLast = 15

// extremeOf is what the newest or oldest instant of the events of one name is about,
// if the attribute is that.
func extremeOf(a *rules.Attribute) (x eventlog.Extreme, ok bool) {
	m, is := a.Expr.(rule.Metric)
	if !is || !a.Single || m.Prop != "" || m.Events.Where != nil {
		return x, false
	}
	switch m.Agg {
	case rule.AggLast, rule.AggMax:
		return x, true
	case rule.AggFirst, rule.AggMin:
		x.Oldest = true
		return x, true
	}
	return x, false
}

// Last is a literal about the newest instant of the events of one name, or the
// oldest; ok is false if it cannot be told by comparing instants.
func (s *Scanner) Last(l *rules.Leaf, a *rules.Attribute, want bool) (t Tester, ok bool) {
	x, ok := extremeOf(a)
	if !ok {
		return nil, false
	}
	// what the literal is for contacts without such events
	null := l.Holds(segment.Value{}, s.at, &s.probe) == want
	name, ok := s.View.EventView.Lookup(a.Event)
	if !ok {
		return constant(null), true
	}
	if x.In, ok = instantsOf(l, s.at, &s.probe); !ok {
		return nil, false
	}
	x.Of = eventlog.Stretch{After: WindowStart(a.Window, s.at), UpTo: s.at}
	return func(in, out *column.Mask) {
		s.warm(name, in)
		for w := 0; w < len(in); w += groupWords {
			s.lastIn(name, x, null, want, s.first(w), (*[groupWords]uint64)(in[w:]), (*[groupWords]uint64)(out[w:]))
		}
	}, true
}

// lastIn decides a group of rows: one by one if they are few.
func (s *Scanner) lastIn(name int, x eventlog.Extreme, null, want bool, row uint32, in, out *[groupWords]uint64) {
	var has, within eventlog.RowSet
	switch asked := bits.OnesCount64(in[0]) + bits.OnesCount64(in[1]) + bits.OnesCount64(in[2]) + bits.OnesCount64(in[3]); {
	case asked == 0:
	case asked >= fewAsked:
		has, within = s.View.EventView.Extremes(name, row, x)
	default:
		for i, m := range in {
			for ; m != 0; m &= m - 1 {
				bit := bits.TrailingZeros64(m)
				h, w := s.View.EventView.Extreme(name, row+uint32(i*64+bit), x)
				has[i] |= uint64(size.Flag(h)) << bit
				within[i] |= uint64(size.Flag(w)) << bit
			}
		}
	}
	for i := range out {
		if !want {
			within[i] = ^within[i]
		}
		m := has[i] & within[i]
		if null {
			m |= ^has[i]
		}
		out[i] = in[i] & m
	}
}

// instantsOf is for which instants the leaf holds, if these are all between two.
func instantsOf(l *rules.Leaf, at time.Time, p *rules.Probe) (in eventlog.Stretch, ok bool) {
	var t column.Test
	Hint(l, &t, at, p)
	for _, r := range t.Ranges {
		// the range that is about instants; other kinds have ranges of their own
		if k := r.Lo.Kind(); k != segment.KindTime && r.Hi.Kind() != segment.KindTime || k != segment.KindNull && k != segment.KindTime {
			continue
		}
		in = eventlog.Stretch{After: time.Unix(-1<<40, 0), UpTo: time.Unix(1<<40, 0)}
		if !r.Lo.IsNull() {
			// a stretch begins after an instant: the one before a bound that is in
			if in.After = r.Lo.Time(); !r.LoOpen {
				in.After = in.After.Add(-1)
			}
		}
		if !r.Hi.IsNull() {
			if in.UpTo = r.Hi.Time(); r.HiOpen {
				in.UpTo = in.UpTo.Add(-1)
			}
		}
		return in, true
	}
	return in, false
}
