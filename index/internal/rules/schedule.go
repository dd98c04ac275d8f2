package rules

import (
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/eventlog"
	"github.com/segmentrules/segment/index/internal/size"
	"github.com/segmentrules/segment/rule"
)

// A Schedule is what reads the events of one name, ordered by when that may
// change: as an event happens, and as it gets so old that it leaves a window. So
// what is due for a contact is found by looking whether one of its events has
// come to such an age, and not by asking every attribute.
type Schedule struct {
	All    Readers // without the counts
	counts []counter
	Groups []ExpiryGroup // the longest first
	Valued []AttributeID // of all: what also moves while their value does not
	Others Watch         // what moves by other means, and must be asked
}

// An ExpiryGroup is what changes when an event gets so old.
type ExpiryGroup struct {
	Age size.Length
	Readers
	Thresholds *CountThresholds // if there is nothing but a count: then most events do not matter
}

// Readers are attributes and leaves that read an event.
type Readers struct {
	attributes []AttributeID
	leaves     []LeafID
	wants      []want
}

// A want is the attributes that want events with some value of a property only.
type want struct {
	prop       rule.Field
	attributes map[valueKey][]AttributeID
}

// A counter is a plain count.
type counter struct {
	id AttributeID
	*CountThresholds
}

// A CountThresholds says at which counts leaves flip: those from which on a threshold is
// passed.
type CountThresholds struct {
	Attr    *Attribute
	version uint32
	counts  []int
}

// Schedules are the schedules of an index, made when they are first needed after
// the rules have changed.
type Schedules struct {
	rules   *Rules
	version uint64
	byName  map[string]*Schedule
	byID    []*Schedule
	Fields  []TimedField
	Lists   map[string]*Watch // those that move
}

// A TimedField is a field that something which moves reads.
type TimedField struct {
	Name string
	*Watch
}

// Current returns the schedules as the rules are now, made anew if they have changed.
func (s *Schedules) Current(r *Rules) *Schedules {
	// moving is counted up with every change of what time may flip
	if s.rules == r && s.version == r.moving {
		return s
	}
	*s = Schedules{rules: r, version: r.moving, byName: make(map[string]*Schedule), Lists: make(map[string]*Watch)}
	for name, w := range r.Fields {
		if w = r.timedOf(w); w != nil {
			s.Fields = append(s.Fields, TimedField{Name: name, Watch: w})
		}
	}
	slices.SortFunc(s.Fields, func(a, b TimedField) int { return strings.Compare(a.Name, b.Name) })
	for name, w := range r.Lists {
		if w = r.timedOf(w); w != nil {
			s.Lists[name] = w
		}
	}
	return s
}

// timedOf returns what of a watch must be asked when it moves, nil if there is
// nothing: what only the events move is in their schedules.
func (r *Rules) timedOf(w *Watch) *Watch {
	out := Watch{Number: w.Number}
	for _, a := range w.Attributes {
		if r.Attributes[a].Timed() {
			out.Attributes = append(out.Attributes, a)
		}
	}
	for _, l := range w.Leaves {
		if r.Leaves[l].Timed() && !r.Leaves[l].OnlyExpires {
			out.Leaves = append(out.Leaves, l)
		}
	}
	if len(out.Attributes)+len(out.Leaves) == 0 {
		return nil
	}
	return &out
}

// Of returns the schedule of a name, nil if nothing reads such events.
func (s *Schedules) Of(name string) *Schedule {
	found, ok := s.byName[name]
	if !ok {
		// made when first asked for, as most logs have names that no rule reads
		found = s.rules.schedule(name)
		s.byName[name] = found
	}
	return found
}

// Numbered is of, by the number of the name in the log.
func (s *Schedules) Numbered(log *eventlog.Log, n int) *Schedule {
	for len(s.byID) <= n {
		s.byID = append(s.byID, s.Of(log.Names()[len(s.byID)]))
	}
	return s.byID[n]
}

// Watches returns what reads events of the name.
func (r *Rules) Watches(name string) (ws []*Watch) {
	if w := r.events[name]; w != nil {
		ws = append(ws, w)
	}
	// names such as mail_* stand for all that begin so
	for prefix, w := range r.patterns {
		if strings.HasPrefix(name, prefix) {
			ws = append(ws, w)
		}
	}
	return ws
}

// schedule makes the schedule of a name.
func (r *Rules) schedule(name string) *Schedule {
	s := new(Schedule)
	seen := make(map[AttributeID]bool)
	seenLeaf := make(map[LeafID]bool)
	for _, w := range r.Watches(name) {
		for _, id := range w.Attributes {
			if !seen[id] {
				seen[id] = true
				s.addAttribute(r, id, name)
			}
		}
		for _, id := range w.Leaves {
			if !seenLeaf[id] {
				seenLeaf[id] = true
				s.addLeaf(r.Leaves[id], id, name)
			}
		}
	}
	if len(seen)+len(seenLeaf) == 0 {
		return nil
	}
	// the longest age first: events come to it from the oldest on
	slices.SortFunc(s.Groups, func(a, b ExpiryGroup) int { return -a.Age.Compare(b.Age) })
	for i := range s.Groups {
		b := &s.Groups[i]
		// Only one count reads events of this age: then most of them come to it without any
		// leaf flipping, and thresholds say which do.
		if len(b.attributes) == 1 && len(b.leaves)+len(b.wants) == 0 && r.Attributes[b.attributes[0]].Kind == AttributeCount {
			b.Thresholds = &CountThresholds{Attr: r.Attributes[b.attributes[0]]}
		}
	}
	return s
}

// addAttribute adds an attribute that reads events of the name, by what moves it.
func (s *Schedule) addAttribute(r *Rules, id AttributeID, name string) {
	a := r.Attributes[id]
	if !a.OnlyExpires {
		s.Others.Attributes = append(s.Others.Attributes, id)
		return
	}
	if len(a.Edges)+len(a.Clocks) > 0 {
		s.Valued = append(s.Valued, id)
	}
	// a new event matters to a count only at a threshold: see AddCounts
	if a.Kind == AttributeCount {
		s.counts = append(s.counts, counter{id, &CountThresholds{Attr: a}})
	} else {
		s.All.addAttribute(a, id)
	}
	for _, p := range a.expiries {
		if p.Reads(name) && p.Age != size.Endless {
			s.at(p.Age).addAttribute(a, id)
		}
	}
}

// addLeaf adds a leaf without an attribute, by what moves it.
func (s *Schedule) addLeaf(l *Leaf, id LeafID, name string) {
	if !l.OnlyExpires {
		s.Others.Leaves = append(s.Others.Leaves, id)
		return
	}
	s.All.leaves = append(s.All.leaves, id)
	for _, p := range l.expiries {
		if p.Reads(name) && p.Age != size.Endless {
			r := s.at(p.Age)
			r.leaves = append(r.leaves, id)
		}
	}
}

// at returns the readers of the expiry group at an age.
func (s *Schedule) at(age size.Length) *Readers {
	i := slices.IndexFunc(s.Groups, func(b ExpiryGroup) bool { return b.Age == age })
	// the first that comes to something at this age
	if i < 0 {
		i = len(s.Groups)
		s.Groups = append(s.Groups, ExpiryGroup{Age: age})
	}
	return &s.Groups[i].Readers
}

// addAttribute adds an attribute, under the value that it demands of events if it does.
func (r *Readers) addAttribute(a *Attribute, id AttributeID) {
	if !a.demands {
		if !slices.Contains(r.attributes, id) { // of two patterns that both fit a name
			r.attributes = append(r.attributes, id)
		}
		return
	}
	i := slices.IndexFunc(r.wants, func(w want) bool { return w.prop == a.demand.prop })
	if i < 0 {
		i = len(r.wants)
		r.wants = append(r.wants, want{prop: a.demand.prop, attributes: make(map[valueKey][]AttributeID)})
	}
	key := keyOf(a.demand.v)
	r.wants[i].attributes[key] = append(r.wants[i].attributes[key], id)
}

// AddReaders adds what reads an event with these properties.
func (t *Affected) AddReaders(r *Readers, props func() segment.Document) {
	for _, id := range r.attributes {
		t.AddAttribute(id)
	}
	for _, id := range r.leaves {
		t.AddLeaf(id)
	}
	if len(r.wants) == 0 {
		return
	}
	// the properties are fetched only if somebody wants some value of them
	doc := props()
	for i := range r.wants {
		for _, id := range r.wants[i].attributes[keyOf(doc.Field(string(r.wants[i].prop)))] {
			t.AddAttribute(id)
		}
	}
}

// AddSchedule adds what reads an event of the schedule.
func (t *Affected) AddSchedule(s *Schedule, props func() segment.Document) {
	t.AddReaders(&s.All, props)
	for i := range s.counts {
		t.AddAttribute(s.counts[i].id)
	}
}

// AddCounts adds the counts that pass a threshold as so many events come, at an
// instant, to those that a contact has.
func (t *Affected) AddCounts(s *Schedule, events eventlog.Stream, more int, at time.Time) {
	past := events.UpTo(at)
	for i := range s.counts {
		d := &s.counts[i]
		c := past
		if d.Attr.Window != size.Endless && past > 0 {
			// without those that have left the window
			c -= events.UpTo(d.Attr.Window.Negated().After(at))
		}
		if !d.Attr.ComparesNumbers() || d.Below(c+more) > c {
			t.AddAttribute(d.id)
		}
	}
}

// Below is the greatest count up to c at which leaves flip: that many are left
// when the count is about to pass a threshold. It is 0 if there is none.
func (d *CountThresholds) Below(c int) int {
	if d.version != d.Attr.version || d.counts == nil {
		d.version, d.counts = d.Attr.version, d.Attr.countThresholds()
	}
	// the number of thresholds up to c
	i := sort.SearchInts(d.counts, c+1)
	if i == 0 {
		return 0
	}
	return d.counts[i-1]
}

// manyCounts is up to where the counts at which leaves flip are looked for one
// by one.
const manyCounts = 1 << 30

// countThresholds returns the least whole numbers beyond each threshold of a count.
func (a *Attribute) countThresholds() []int {
	counts := []int{}
	for _, l := range a.thresholds {
		cut := l.cut()
		k := sort.Search(manyCounts, func(k int) bool { return cut.passedBy(segment.Int(int64(k))) })
		if k > 0 {
			counts = append(counts, k)
		}
	}
	return slices.Compact(counts)
}
