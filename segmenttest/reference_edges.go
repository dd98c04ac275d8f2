package segmenttest

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// edges returns, sorted, the instants that the contact and the rules hold,
// and those that lie a span of the rules away from one.
func (r *naive) edges(p *person, zones []*time.Location) []time.Time {
	var bases []time.Time
	for _, z := range zones {
		bases = append(bases, instantsOf(p, r.marks.consts, z)...)
	}
	bases = ordered(bases)
	edges := bases[:len(bases):len(bases)]
	for _, b := range bases {
		for _, s := range r.marks.spans {
			if s.Unit < rule.UnitMonth {
				edges = append(edges, b.Add(fixed(s)), b.Add(-fixed(s)))
				continue
			}
			for _, z := range zones {
				edges = append(edges, around(b.In(z), s)...)
				for _, change := range changesNear(b.In(z)) {
					edges = append(edges, around(change, s)...)
				}
			}
		}
	}
	if len(r.marks.computed)+len(r.marks.recurring) > 0 {
		// NOW - 3 hours <= at still holds at the edge, and ends right behind it.
		for _, e := range edges {
			edges = append(edges, e.Add(1))
		}
	}
	return append([]time.Time{}, ordered(edges)...)
}

// instantsOf returns all instants in a contact and among constants. Dates are
// read in the zone: their first instant, and the day after's.
func instantsOf(p *person, consts []segment.Value, z *time.Location) (at []time.Time) {
	add := func(v segment.Value) { at = append(at, readInstants(v, z)...) }
	for _, v := range consts {
		add(v)
	}
	add(segment.Text(p.ID)) // it may read as a date
	for _, v := range p.Fields {
		add(v)
	}
	for _, past := range p.past {
		for _, ch := range past {
			at = append(at, ch.At)
		}
	}
	for _, e := range p.Log {
		at = append(at, e.At)
		if e.Props != nil {
			add(e.Props.Value())
		}
	}
	for _, joined := range p.Lists {
		at = append(at, joined)
	}
	return at
}

// readInstants reads a value, and those in it, in every way in which a rule may
// read it as an instant.
func readInstants(v segment.Value, z *time.Location) (at []time.Time) {
	day := func(y int, m time.Month, d int) {
		at = append(at, time.Date(y, m, d, 0, 0, 0, 0, z), time.Date(y, m, d+1, 0, 0, 0, 0, z))
	}
	switch v.Kind() {
	case segment.KindTime:
		at = append(at, v.Time())
		day(v.Time().In(z).Date())
	case segment.KindDate:
		day(v.Date())
	case segment.KindText:
		if t, err := time.Parse(time.RFC3339Nano, v.Text()); err == nil {
			at = append(at, t)
		} else if t, err := time.Parse(time.DateOnly, v.Text()); err == nil {
			day(t.Date())
		}
	case segment.KindNumber:
		if n, ok := v.Int(); ok && n > 1e6 && n < 1e14 {
			at = append(at, time.Unix(n, 0), time.UnixMilli(n))
		}
	}
	for _, e := range v.List() {
		at = append(at, readInstants(e, z)...)
	}
	for _, m := range v.Members() {
		at = append(at, readInstants(m.Value, z)...)
	}
	return at
}

// fixed is the length of a span that has one.
func fixed(s rule.Span) time.Duration {
	units := [...]time.Duration{rule.UnitSecond: time.Second, rule.UnitMinute: time.Minute,
		rule.UnitHour: time.Hour, rule.UnitDay: 24 * time.Hour, rule.UnitWeek: 7 * 24 * time.Hour}
	return time.Duration(s.N) * units[s.Unit]
}

// changesNear returns the changes of the clock within a day of an instant: where it is
// put back, an end that is moved by months jumps over what comes twice.
func changesNear(t time.Time) (at []time.Time) {
	from, to := t.ZoneBounds()
	for _, change := range [2]time.Time{from, to} {
		if !change.IsZero() && change.Sub(t).Abs() < 25*time.Hour {
			at = append(at, change.In(t.Location()))
		}
	}
	return at
}

// around returns the instants around b plus and minus a calendar span: which
// of the days next to it an edge falls on, and whether it keeps the time of day
// or falls on a midnight, is left to Evaluate to say.
func around(b time.Time, s rule.Span) (at []time.Time) {
	months := int(s.N) * map[rule.Unit]int{rule.UnitMonth: 1, rule.UnitQuarter: 3, rule.UnitYear: 12}[s.Unit]
	y, m, d := b.Date()
	for _, months := range [2]int{months, -months} {
		end := time.Date(y, m+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC).Day()
		for day := min(d, end) - 4; day <= min(d, end)+4; day++ {
			t := time.Date(y, m+time.Month(months), day, b.Hour(), b.Minute(), b.Second(), b.Nanosecond(), b.Location())
			for shift := -time.Hour; shift <= time.Hour; shift += 30 * time.Minute {
				at = append(at, t.Add(shift)) // the clocks may have changed in between
			}
		}
	}
	return at
}
