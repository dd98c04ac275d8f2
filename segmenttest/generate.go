package segmenttest

import (
	"fmt"
	"math/rand"
	"sync"
	"time"

	"github.com/leanovate/gopter"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Conditions generates every kind of condition that Parse can yield, a
// [segment.Condition]. Names, values and spans come from a small vocabulary, the
// same as that of [Contacts], so that they meet. Conditions shrink to the
// conditions within them.
func Conditions() gopter.Gen {
	return generator(func(m *maker) any { return m.condition(m.depth()) }, shrinkCondition)
}

// Trees generates what [Conditions] does, and what only hosts build: empty and
// single groups, calculated fields, missing and invalid values, expressions
// where they make no sense.
func Trees() gopter.Gen {
	return generator(func(m *maker) any { m.wild = true; return m.condition(m.depth()) }, shrinkCondition)
}

// Contacts generates a [segment.Record] in which anything may be missing or of
// another kind than rules expect.
func Contacts() gopter.Gen {
	return generator(func(m *maker) any { return m.contact() }, shrinkContact)
}

// A Case is a condition, a contact and an instant that have to do with each
// other.
type Case struct {
	Condition segment.Condition
	Contact   segment.Record
	At        time.Time
}

// String returns the case as text that says all of it.
func (c Case) String() string {
	x := c.Contact
	return fmt.Sprintf("rule    %v\nat      %s in %s\ncontact %q\nfields  %v\nevents  %s\nlists   %v\nin      %v\nchanges %v",
		c.Condition, c.At.Format(time.RFC3339Nano), c.At.Location(), x.ID, x.Fields, x.Log, x.Lists, x.Segments, x.Changes)
}

// Cases generates a [Case]: what contact and condition hold lies at, right
// before and right behind the edges as they are at the instant, and about half
// of the answers are true, whatever the condition. It shrinks the condition
// first, then the contact.
func Cases() gopter.Gen { return cases(false) }

// WildCases generates a [Case] with one of [Trees].
func WildCases() gopter.Gen { return cases(true) }

func cases(wild bool) gopter.Gen {
	return generator(func(m *maker) any {
		m.wild = wild
		c := Case{Condition: m.condition(m.depth()), Contact: m.contact(), At: m.now}
		want := m.chance(50)
		for range 8 {
			if segment.Evaluate(c.Condition, c.Contact, c.At) == want {
				break
			}
			c.Contact = m.contact()
		}
		return c
	}, shrinkCase)
}

func generator(make func(*maker) any, shrink gopter.Shrinker) gopter.Gen {
	if shrink == nil {
		shrink = gopter.NoShrinker
	}
	return func(p *gopter.GenParameters) *gopter.GenResult {
		return gopter.NewGenResult(make(newMaker(p.Rng)), shrink)
	}
}

// A maker makes random things that have to do with each other: all of them know
// the instant at which they will be looked at.
type maker struct {
	r    *rand.Rand
	now  time.Time
	wild bool
	// bound says that conditions being made are about an element or an event.
	bound bool
	refs  []string // segments that conditions may refer to
}

func newMaker(r *rand.Rand) *maker {
	m := &maker{r: r, refs: []string{"s1", "s2", "s3"}}
	m.now = m.instant0()
	return m
}

// chance is true in so many of a hundred cases.
func (m *maker) chance(percent int) bool { return m.r.Intn(100) < percent }

func pick[T any](m *maker, of ...T) T { return of[m.r.Intn(len(of))] }

// some picks one to n, mostly few, and each at most once.
func some[T any](m *maker, n int, of ...T) []T {
	n = min(1+m.r.Intn(n), 1+m.r.Intn(n), len(of))
	out := make([]T, n)
	for i, j := range m.r.Perm(len(of))[:n] {
		out[i] = of[j]
	}
	return out
}

// depth is how deep a condition nests: mostly little.
func (m *maker) depth() int { return pick(m, 0, 0, 0, 1, 1, 2, 3) }

func (m *maker) kind() segment.Kind {
	return pick(m, segment.KindBool, segment.KindNumber, segment.KindNumber, segment.KindText, segment.KindText,
		segment.KindTime, segment.KindTime, segment.KindDate, segment.KindDuration, segment.KindList, segment.KindVersion)
}

// zone names zones whose rules differ: the hour changes at 2, at 1 and at
// midnight, by an hour and by half of one, north and south; a quarter hour's
// offset; a day that was skipped.
func (m *maker) zone() string { return pick(m, zoneNames()...) }

func zoneNames() []string {
	return []string{"UTC", "UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago",
		"Asia/Kathmandu", "Pacific/Apia", "America/Sao_Paulo"}
}

// locations are the zones, read once: reading one takes longer than making a case.
var locations = sync.OnceValue(func() map[string]*time.Location {
	zones := make(map[string]*time.Location)
	for _, name := range zoneNames() {
		loc, err := time.LoadLocation(name)
		if err != nil {
			panic(err)
		}
		zones[name] = loc
	}
	return zones
})

// instant0 is the instant at which everything will be looked at.
func (m *maker) instant0() time.Time {
	loc := locations()[m.zone()]
	anchor := pick(m,
		"2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z", // New York changes
		"2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", // Berlin changes
		"2026-04-04T15:00:00Z", "2026-10-03T15:30:00Z", // Lord Howe changes by half an hour
		"2026-09-06T04:00:00Z", "2018-11-04T03:00:00Z", // a day begins at one o'clock
		"2011-12-30T10:00:00Z", // Apia skips a day
		"2024-02-29T12:00:00Z", "2025-02-28T23:59:59Z", "2025-03-01T00:00:00Z", "2023-02-28T00:00:00Z",
		"2026-01-31T00:00:00Z", "2026-03-31T10:30:00Z", "2026-04-30T10:30:00Z", "2027-01-01T00:00:00Z",
		"2026-03-29T12:00:00Z", "2027-03-30T08:00:00Z", "2026-05-31T00:00:00Z", // a month back has no such day
		"2026-12-26T00:00:00Z", "2026-12-31T23:59:59Z", "2027-01-05T00:00:00Z", // New Year is near
		"2026-07-15T12:34:56.789Z", "2026-06-01T00:00:00Z", "2026-06-07T22:00:00Z")
	t, err := time.Parse(time.RFC3339Nano, anchor)
	if err != nil {
		panic(err)
	}
	t = t.Add(pick(m, 0, 0, -1, 1, -time.Hour, time.Hour, -24*time.Hour, time.Duration(m.r.Int63n(int64(80*time.Hour)))))
	return t.In(loc)
}

// span picks a length of time; most of them meet in days.
func (m *maker) span() rule.Span {
	return pick(m,
		rule.Span{N: 1, Unit: rule.UnitHour}, rule.Span{N: 24, Unit: rule.UnitHour}, rule.Span{N: 90, Unit: rule.UnitMinute},
		rule.Span{N: 1, Unit: rule.UnitDay}, rule.Span{N: 3, Unit: rule.UnitDay}, rule.Span{N: 7, Unit: rule.UnitDay},
		rule.Span{N: 30, Unit: rule.UnitDay}, rule.Span{N: 1, Unit: rule.UnitWeek}, rule.Span{N: 1, Unit: rule.UnitMonth},
		rule.Span{N: 2, Unit: rule.UnitMonth}, rule.Span{N: 1, Unit: rule.UnitQuarter}, rule.Span{N: 1, Unit: rule.UnitYear},
		rule.Span{N: 3600, Unit: rule.UnitSecond})
}

// edge moves an instant by a span, as windows do.
func edge(t time.Time, s rule.Span, sign int) time.Time {
	if s.Unit < rule.UnitMonth {
		return t.Add(time.Duration(sign) * fixed(s))
	}
	months := sign * int(s.N) * map[rule.Unit]int{rule.UnitMonth: 1, rule.UnitQuarter: 3, rule.UnitYear: 12}[s.Unit]
	y, mon, d := t.Date()
	end := time.Date(y, mon+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return time.Date(y, mon+time.Month(months), min(d, end), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
}

// near picks an instant on, next to, or not far from an edge.
func (m *maker) near() time.Time {
	t := m.now
	switch m.r.Intn(9) {
	case 0: // now
	case 1, 2, 3:
		t = edge(t, m.span(), -1)
	case 4:
		t = edge(t, m.span(), 1)
	case 5: // the beginning of a day
		y, mon, d := t.Date()
		t = time.Date(y, mon, pick(m, d, d+1, 1, d-int(t.Weekday()), d-7), 0, 0, 0, 0, t.Location())
	case 6: // the beginning of a month, a quarter, a year
		y, mon, _ := t.Date()
		t = time.Date(y, pick(m, mon-1, mon, mon+1, 1, 4, 7, 10), 1, 0, 0, 0, 0, t.Location())
	case 7: // the days that some months have
		y, mon, _ := t.Date()
		t = time.Date(y, mon-time.Month(m.r.Intn(3)), 28+m.r.Intn(4), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	case 8:
		t = t.Add(time.Duration(m.r.Int63n(int64(1600*time.Hour))) - 1500*time.Hour)
	}
	return t.Add(pick(m, 0, 0, 0, 0, 1, -1, time.Second, -time.Hour, -time.Minute))
}
