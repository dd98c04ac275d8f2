package index_test

import (
	"container/heap"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// A host keeps contacts, members and a clock of its own, as a product with a
// database does, and asks a [index.Matcher] what a change does and when to look
// again. It makes a [segmenttest.System] of it, for what data sets ask of one.
type host struct {
	matcher  *index.Matcher
	now      time.Time
	contacts map[string]*guest
	members  map[string]map[string]bool // by segment
	alarms   alarms
}

type guest struct {
	segment.Record
	next time.Time // of the one alarm that counts
}

func newHost() *host {
	m, err := index.NewMatcher()
	if err != nil {
		panic(err)
	}
	return &host{matcher: m, contacts: make(map[string]*guest), members: make(map[string]map[string]bool)}
}

func (h *host) Now() time.Time { return h.now }

func (h *host) Members(id string) []string { return slices.Sorted(maps.Keys(h.members[id])) }

func (h *host) Drop(string, time.Time) ([]segment.Diff, error) {
	return nil, fmt.Errorf("no data set drops a segment")
}

// Define looks at every contact again.
func (h *host) Define(s segment.Segment, at time.Time) ([]segment.Diff, error) {
	diffs, _ := h.Advance(at, 0)
	m, err := h.matcher.With(s)
	if err != nil {
		return nil, err
	}
	h.matcher, h.members[s.ID] = m, make(map[string]bool)
	for _, id := range slices.Sorted(maps.Keys(h.contacts)) {
		diffs = append(diffs, h.look(h.contacts[id], segment.CauseDefinition)...)
	}
	return diffs, nil
}

func (h *host) Apply(us ...segment.Update) (diffs []segment.Diff, err error) {
	var found []segment.Diff // at the instant of the updates
	for i, u := range us {
		if u.Delete || len(u.Retract) > 0 {
			return nil, fmt.Errorf("no data set deletes or retracts")
		}
		if i == 0 {
			diffs, _ = h.Advance(u.At.Add(-1), 0)
			found, _ = h.Advance(u.At, 0) // one change with the updates
		}
		if !u.At.Equal(h.now) {
			return nil, fmt.Errorf("data sets apply what happens at one instant")
		}
		found = append(found, h.fold(u)...)
	}
	// A system tells of an instant once, by contact and segment.
	slices.SortStableFunc(found, func(a, b segment.Diff) int {
		return strings.Compare(a.Contact+"\x00"+a.Segment, b.Contact+"\x00"+b.Segment)
	})
	for i := 0; i < len(found); {
		last, n := found[i], 0
		for ; i < len(found) && found[i].Contact == last.Contact && found[i].Segment == last.Segment; i++ {
			n++
		}
		if n%2 == 1 {
			diffs = append(diffs, last)
		}
	}
	return diffs, nil
}

// fold changes a copy of the contact, and asks what is different.
func (h *host) fold(u segment.Update) (diffs []segment.Diff) {
	x, had := h.contacts[u.Contact]
	if !had && !u.Creates() {
		return nil
	}
	if !had {
		x = &guest{Record: segment.Record{ID: u.Contact}}
		h.contacts[u.Contact] = x
	}
	before := x.Record
	x.Fields, x.Lists = maps.Clone(x.Fields), maps.Clone(x.Lists)
	if x.Fields == nil {
		x.Fields, x.Lists = make(map[string]segment.Value), make(map[string]time.Time)
	}
	maps.Copy(x.Fields, u.Set)
	for _, e := range u.Events {
		if !slices.ContainsFunc(x.Log, func(o segment.Event) bool { return o.ID == e.ID }) {
			x.Log = append(x.Log[:len(x.Log):len(x.Log)], e)
		}
	}
	for _, name := range u.Leave {
		delete(x.Lists, name)
	}
	for _, name := range u.Join {
		if _, on := x.Lists[name]; !on {
			x.Lists[name] = u.At
		}
	}
	var was segment.Contact
	if had {
		was = &before
	}
	for d := range h.matcher.Diff(u.Contact, was, &x.Record, h.now) {
		diffs = append(diffs, h.note(d))
	}
	h.rest(x)
	return diffs
}

func (h *host) note(d segment.Diff) segment.Diff {
	if h.members[d.Segment][d.Contact] == d.Entered {
		panic(fmt.Sprintf("%s is told twice to be in %s: %v", d.Contact, d.Segment, d.Entered))
	}
	if delete(h.members[d.Segment], d.Contact); d.Entered {
		h.members[d.Segment][d.Contact] = true
	}
	return d
}

// rest sets the alarm of a contact.
func (h *host) rest(x *guest) {
	next, ok := h.matcher.Next(&x.Record, h.now)
	if x.next = next; ok {
		heap.Push(&h.alarms, alarm{next, x.ID})
	}
}

// look finds what time, or a new segment, has changed.
func (h *host) look(x *guest, cause segment.Cause) (diffs []segment.Diff) {
	in := make(map[string]bool)
	for id := range h.matcher.Match(&x.Record, h.now) {
		in[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(h.members)) {
		if h.members[id][x.ID] != in[id] {
			diffs = append(diffs, h.note(segment.Diff{Contact: x.ID, Segment: id, Entered: in[id], At: h.now, Cause: cause}))
		}
	}
	h.rest(x)
	return diffs
}

func (h *host) Advance(to time.Time, _ int) (diffs []segment.Diff, done bool) {
	for len(h.alarms) > 0 && !h.alarms[0].at.After(to) {
		a := heap.Pop(&h.alarms).(alarm)
		if x := h.contacts[a.contact]; x.next.Equal(a.at) {
			h.now, x.next = a.at, time.Time{}
			diffs = append(diffs, h.look(x, segment.CauseTime)...)
		}
	}
	h.now = to
	return diffs, true
}

// Alarms are a heap by instant and contact.
type alarms []alarm

type alarm struct {
	at      time.Time
	contact string
}

func (a alarms) Len() int      { return len(a) }
func (a alarms) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a alarms) Less(i, j int) bool {
	return a[i].at.Before(a[j].at) || a[i].at.Equal(a[j].at) && a[i].contact < a[j].contact
}
func (a *alarms) Push(x any) { *a = append(*a, x.(alarm)) }
func (a *alarms) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}
