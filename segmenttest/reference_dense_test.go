package segmenttest

import (
	"fmt"
	"maps"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// The reference looks only where it thinks that an answer can change. So look
// at many more instants: each that the contact holds, moved by every span of
// the generators whether or not a rule has it, in one of their zones; every sixth
// hour and every midnight anywhere; chance; and each a nanosecond earlier and
// later. At all of
// them the members must be those that the diffs make.
func TestReferenceMissesNothing(t *testing.T) {
	probes, flips := 0, 0
	holdsOfHistories(t, func(h History) string {
		r := Reference().(*naive)
		for i, c := range h {
			if start := r.now; !start.IsZero() && start.Add(1).Before(c.At) {
				before := r.clone()
				diffs, _ := r.Advance(c.At.Add(-1), 0)
				flips += len(diffs)
				n, msg := before.missed(diffs, r.now)
				if probes += n; msg != "" {
					return fmt.Sprintf("before call %d: %s", i+1, msg)
				}
			}
			call(r, c)
		}
		return ""
	})
	t.Logf("%d probes, %d changes", probes, flips)
	if flips < 15 {
		t.Error("hardly anything changed")
	}
}

// missed looks at a system as it was before the diffs for what they do not say.
func (r *naive) missed(diffs []segment.Diff, end time.Time) (probes int, msg string) {
	switch due, ok := r.Due(); {
	case len(diffs) > 0 && (!ok || !due.Equal(diffs[0].At)):
		return 0, fmt.Sprintf("due at %s, but first %s", due, diffs[0])
	case len(diffs) == 0 && ok && !due.After(end):
		return 0, fmt.Sprintf("due at %s, but nothing happens", due)
	}
	for _, id := range slices.Sorted(maps.Keys(r.contacts)) {
		p := r.contacts[id]
		at := dense(p, diffs, r.now, end)
		probes += len(at)
		if msg := r.differs(p, diffs, at); msg != "" {
			return probes, msg
		}
	}
	return probes, ""
}

// differs compares what the diffs make of a contact with what Evaluate says.
func (r *naive) differs(p *person, diffs []segment.Diff, at []time.Time) string {
	made := maps.Clone(p.members)
	for _, t := range at {
		for len(diffs) > 0 && !diffs[0].At.After(t) {
			if d := diffs[0]; d.Contact == p.ID {
				made[d.Segment] = d.Entered
			}
			diffs = diffs[1:]
		}
		p.members = make(membership)
		for _, id := range r.order {
			p.members[id] = segment.Evaluate(r.segments[id], p, t)
			if p.members[id] != made[id] {
				return fmt.Sprintf("%s of %s at %s is %v, unlike what the diffs make", p.ID, id, t.Format(time.RFC3339Nano), p.members[id])
			}
		}
	}
	return ""
}

// dense returns instants from start to end, in order.
func dense(p *person, diffs []segment.Diff, start, end time.Time) []time.Time {
	var at []time.Time
	for _, d := range diffs {
		at = append(at, d.At)
	}
	for t := start.Truncate(time.Hour); !t.After(end); t = t.Add(6 * time.Hour) {
		at = append(at, t)
	}
	r := rand.New(rand.NewSource(int64(len(at))))
	for range 100 {
		at = append(at, start.Add(time.Duration(r.Int63n(int64(end.Sub(start))))))
	}
	var bases []time.Time
	zones := locations()
	for _, z := range zones {
		at = append(at, midnights(start, end, []*time.Location{z})...)
	}
	z := zones[zoneNames()[r.Intn(len(zones))]]
	for _, b := range ordered(instantsOf(p, nil, z)) {
		bases = append(bases, b.In(z))
	}
	for _, b := range bases {
		at = append(at, b)
		for _, s := range allSpans() {
			at = append(at, edge(b, s, 1), edge(b, s, -1))
		}
	}
	at = slices.DeleteFunc(at, func(t time.Time) bool { return !t.After(start) || t.After(end) })
	for _, t := range at {
		at = append(at, t.Add(1), t.Add(-1))
	}
	at = slices.DeleteFunc(ordered(at), func(t time.Time) bool { return t.Before(start) || t.After(end) })
	for i := range at {
		at[i] = at[i].UTC()
	}
	return at
}

// allSpans are more than rules of the generators have.
func allSpans() (spans []rule.Span) {
	for _, s := range strings.Fields("1s 3600s 1m 30m 90m 1h 2h 12h 24h 1D 2D 3D 4D 5D 7D 10D 14D 21D 28D 29D 30D 31D 60D 1W 2W 3W 4W 1M 2M 3M 1Q 1Y") {
		var n int64
		var unit rune
		fmt.Sscanf(s, "%d%c", &n, &unit)
		units := map[rune]rule.Unit{'s': rule.UnitSecond, 'm': rule.UnitMinute, 'h': rule.UnitHour, 'D': rule.UnitDay,
			'W': rule.UnitWeek, 'M': rule.UnitMonth, 'Q': rule.UnitQuarter, 'Y': rule.UnitYear}
		spans = append(spans, rule.Span{N: n, Unit: units[unit]})
	}
	return spans
}
