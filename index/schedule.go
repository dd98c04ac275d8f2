package index

import (
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/eventlog"
)

// A schedule is what reads the events of one name, ordered by when that may
// change: as an event happens, and as it gets so old that it leaves a window. So
// what is due for a contact is found by looking whether one of its events has
// come to such an age, and not by asking every attribute.
type schedule struct {
	all    readers // without the counts
	counts []counter
	beats  []beat   // the longest first
	valued []attrID // of all: what also moves while their value does not
	others watch    // what moves by other means, and must be asked
}

// A beat is what changes when an event gets so old.
type beat struct {
	age span
	readers
	count *tread // if there is nothing but a count: then most events do not matter
}

// Readers are attributes and leaves that read an event.
type readers struct {
	attrs  []attrID
	leaves []leafID
	wants  []want
}

// A want is the attributes that want events with some value of a property only.
type want struct {
	prop  segment.Field
	attrs map[valueKey][]attrID
}

// A counter is a plain count.
type counter struct {
	id attrID
	*tread
}

// A tread says at which counts leaves flip: those from which on a limit is
// passed.
type tread struct {
	attr    *attr
	version uint32
	counts  []int
}

// schedules are the schedules of an index, made when they are first needed after
// the rules have changed.
type schedules struct {
	rules   *rules
	version uint64
	byName  map[string]*schedule
	byID    []*schedule
	fields  []timedField
	lists   map[string]*watch // those that move
}

// A timedField is a field that something which moves reads.
type timedField struct {
	name string
	*watch
}

// current returns the schedules as the rules are now, made anew if they have changed.
func (s *schedules) current(r *rules) *schedules {
	if s.rules == r && s.version == r.moving {
		return s
	}
	*s = schedules{rules: r, version: r.moving, byName: make(map[string]*schedule), lists: make(map[string]*watch)}
	for name, w := range r.fields {
		if w = r.timedOf(w); w != nil {
			s.fields = append(s.fields, timedField{name: name, watch: w})
		}
	}
	slices.SortFunc(s.fields, func(a, b timedField) int { return strings.Compare(a.name, b.name) })
	for name, w := range r.lists {
		if w = r.timedOf(w); w != nil {
			s.lists[name] = w
		}
	}
	return s
}

// timedOf returns what of a watch must be asked when it moves, nil if there is
// nothing: what only the events move is in their schedules.
func (r *rules) timedOf(w *watch) *watch {
	out := watch{nth: w.nth}
	for _, a := range w.attrs {
		if r.attrs[a].timed() {
			out.attrs = append(out.attrs, a)
		}
	}
	for _, l := range w.leaves {
		if r.leaves[l].timed() && !r.leaves[l].pulsed {
			out.leaves = append(out.leaves, l)
		}
	}
	if len(out.attrs)+len(out.leaves) == 0 {
		return nil
	}
	return &out
}

// of returns the schedule of a name, nil if nothing reads such events.
func (s *schedules) of(name string) *schedule {
	found, ok := s.byName[name]
	if !ok {
		found = s.rules.schedule(name)
		s.byName[name] = found
	}
	return found
}

// numbered is of, by the number of the name in the log.
func (s *schedules) numbered(log *eventlog.Log, n int) *schedule {
	for len(s.byID) <= n {
		s.byID = append(s.byID, s.of(log.Names()[len(s.byID)]))
	}
	return s.byID[n]
}

// watches returns what reads events of the name.
func (r *rules) watches(name string) (ws []*watch) {
	if w := r.events[name]; w != nil {
		ws = append(ws, w)
	}
	for prefix, w := range r.patterns {
		if strings.HasPrefix(name, prefix) {
			ws = append(ws, w)
		}
	}
	return ws
}

// schedule makes the schedule of a name.
func (r *rules) schedule(name string) *schedule {
	s := new(schedule)
	seen := make(map[attrID]bool)
	seenLeaf := make(map[leafID]bool)
	for _, w := range r.watches(name) {
		for _, id := range w.attrs {
			if !seen[id] {
				seen[id] = true
				s.addAttr(r, id, name)
			}
		}
		for _, id := range w.leaves {
			if !seenLeaf[id] {
				seenLeaf[id] = true
				s.addLeaf(r.leaves[id], id, name)
			}
		}
	}
	if len(seen)+len(seenLeaf) == 0 {
		return nil
	}
	slices.SortFunc(s.beats, func(a, b beat) int { return -a.age.compare(b.age) })
	for i := range s.beats {
		b := &s.beats[i]
		if len(b.attrs) == 1 && len(b.leaves)+len(b.wants) == 0 && r.attrs[b.attrs[0]].kind == attrCount {
			b.count = &tread{attr: r.attrs[b.attrs[0]]}
		}
	}
	return s
}

func (s *schedule) addAttr(r *rules, id attrID, name string) {
	a := r.attrs[id]
	if !a.pulsed {
		s.others.attrs = append(s.others.attrs, id)
		return
	}
	if len(a.edges)+len(a.clocks) > 0 {
		s.valued = append(s.valued, id)
	}
	if a.kind == attrCount {
		s.counts = append(s.counts, counter{id, &tread{attr: a}})
	} else {
		s.all.addAttr(a, id)
	}
	for _, p := range a.pulses {
		if p.reads(name) && p.age != endless {
			s.at(p.age).addAttr(a, id)
		}
	}
}

func (s *schedule) addLeaf(l *leaf, id leafID, name string) {
	if !l.pulsed {
		s.others.leaves = append(s.others.leaves, id)
		return
	}
	s.all.leaves = append(s.all.leaves, id)
	for _, p := range l.pulses {
		if p.reads(name) && p.age != endless {
			r := s.at(p.age)
			r.leaves = append(r.leaves, id)
		}
	}
}

// at returns the readers of the beat at an age.
func (s *schedule) at(age span) *readers {
	i := slices.IndexFunc(s.beats, func(b beat) bool { return b.age == age })
	if i < 0 {
		i = len(s.beats)
		s.beats = append(s.beats, beat{age: age})
	}
	return &s.beats[i].readers
}

func (r *readers) addAttr(a *attr, id attrID) {
	if !a.demands {
		if !slices.Contains(r.attrs, id) { // of two patterns that both fit a name
			r.attrs = append(r.attrs, id)
		}
		return
	}
	i := slices.IndexFunc(r.wants, func(w want) bool { return w.prop == a.demand.prop })
	if i < 0 {
		i = len(r.wants)
		r.wants = append(r.wants, want{prop: a.demand.prop, attrs: make(map[valueKey][]attrID)})
	}
	key := keyOf(a.demand.v)
	r.wants[i].attrs[key] = append(r.wants[i].attrs[key], id)
}

// touch touches what reads an event with these properties.
func (t *touched) touch(r *readers, props func() segment.Document) {
	for _, id := range r.attrs {
		t.addAttr(id)
	}
	for _, id := range r.leaves {
		t.addLeaf(id)
	}
	if len(r.wants) == 0 {
		return
	}
	doc := props()
	for i := range r.wants {
		for _, id := range r.wants[i].attrs[keyOf(doc.Field(string(r.wants[i].prop)))] {
			t.addAttr(id)
		}
	}
}

// touchAll touches what reads an event of the schedule.
func (t *touched) touchAll(s *schedule, props func() segment.Document) {
	t.touch(&s.all, props)
	for i := range s.counts {
		t.addAttr(s.counts[i].id)
	}
}

// touchCounts touches the counts that pass a limit as so many events come, at an
// instant, to those that a contact has.
func (t *touched) touchCounts(s *schedule, events eventlog.Stream, more int, at time.Time) {
	past := events.UpTo(at)
	for i := range s.counts {
		d := &s.counts[i]
		c := past
		if d.attr.window != endless && past > 0 {
			c -= events.UpTo(d.attr.window.negated().after(at))
		}
		if !d.attr.limited() || d.below(c+more) > c {
			t.addAttr(d.id)
		}
	}
}

// below is the greatest count up to c at which leaves flip: that many are left
// when the count is about to pass a limit. It is 0 if there is none.
func (d *tread) below(c int) int {
	if d.version != d.attr.version || d.counts == nil {
		d.version, d.counts = d.attr.version, d.attr.treads()
	}
	i := sort.SearchInts(d.counts, c+1)
	if i == 0 {
		return 0
	}
	return d.counts[i-1]
}

// manyCounts is up to where the counts at which leaves flip are looked for one
// by one.
const manyCounts = 1 << 30

// treads returns the least whole numbers beyond each limit of a count.
func (a *attr) treads() []int {
	counts := []int{}
	for _, l := range a.limits {
		cut := l.cut()
		k := sort.Search(manyCounts, func(k int) bool { return cut.passedBy(segment.Int(int64(k))) })
		if k > 0 {
			counts = append(counts, k)
		}
	}
	return slices.Compact(counts)
}
