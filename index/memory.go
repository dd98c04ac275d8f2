package index

import (
	"reflect"
	"sync"
	"time"
	"unsafe"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/rowset"
)

// Memory is how many bytes an index takes, as it is laid out: what slices and maps
// have room for, in the sizes in which Go gives memory. Their sum is within a tenth
// of the heap that goes with the index when garbage has been collected. What a
// snapshot, a preview or a set of contacts keeps beside it does not count, nor what
// [Options.Schema] takes.
type Memory struct {
	IDs      int64 // who has which row, and how a row is found
	Fields   int64 // values, and since when they are what they are
	History  int64 // former values
	Events   int64
	Lists    int64 // when who joined
	Members  int64 // memberships, with what [Metrics] tell of them
	Timers   int64
	Segments int64 // definitions and conditions, with what was worked out about values
}

// Total is the sum.
func (m Memory) Total() int64 {
	return m.IDs + m.Fields + m.History + m.Events + m.Lists + m.Members + m.Timers + m.Segments
}

func (m *Memory) add(o Memory) {
	m.IDs, m.Fields, m.History = m.IDs+o.IDs, m.Fields+o.Fields, m.History+o.History
	m.Events, m.Lists, m.Members = m.Events+o.Events, m.Lists+o.Lists, m.Members+o.Members
	m.Timers, m.Segments = m.Timers+o.Timers, m.Segments+o.Segments
}

// memory is all but that of segments.
func (ix *Index) memory() (m Memory) {
	s := ix.store
	m.IDs = s.bytes()
	m.Fields = s.fields.Bytes() + s.since.Bytes()
	m.History = mapBytes(len(s.former), 8+24)
	for _, past := range s.former {
		m.History += inClass(int64(cap(past)) * int64(reflect.TypeFor[segment.Change]().Size()))
		for _, ch := range past {
			if ch.Value.Kind() == segment.KindText {
				m.History += idBytes(ch.Value.Text())
			}
		}
	}
	m.Events, m.Lists = s.events.Bytes(), s.lists.Bytes()
	for _, set := range s.listed {
		m.Lists += setBytes(set)
	}
	for _, set := range ix.members {
		m.Members += setBytes(set)
	}
	for _, meter := range ix.meters.of {
		m.Members += meter.bytes()
	}
	m.Members += int64(cap(ix.members))*8 + mapBytes(len(ix.meters.of), 24)
	ix.mu.worked(func() { m.Timers = ix.timers.Bytes() })
	return m
}

// bytes is what it takes to know who has which row.
func (s *store) bytes() int64 {
	rows := int64(cap(s.ids))*16 + int64(cap(s.created))*16 + int64(cap(s.alive)) + int64(cap(s.live))*8
	return rows + int64(cap(s.gone)+cap(s.free))*4 + s.texts + s.rows.bytes()
}

// setBytes is what a set takes.
func setBytes(set *rowset.Set) int64 {
	if set == nil {
		return 0
	}
	return set.Bytes()
}

func (m *meter) bytes() int64 {
	n := int64(reflect.TypeFor[meter]().Size()) + int64(cap(m.days))*12
	if m.in != nil {
		n += mapBytes(len(m.in), 24)
	}
	return n
}

// A weight is what definitions were found to take, and when that was.
type weight struct {
	bytes  int64
	things int // segments and leaves
	work   uint64
}

// near reports whether there was little change since then.
func (w weight) near(o weight) bool {
	return w.bytes > 0 && max(w.things-o.things, o.things-w.things) <= w.things/32 && o.work <= 2*w.work+1000
}

// manySteps take a fraction of a millisecond.
const manySteps = 1 << 12

// weigh finds what definitions take, with what was worked out about them, unless
// it is known about. It lets go of the lock, which keeps writers away,
// every now and then.
func (ix *Index) weigh(lock *sync.RWMutex) int64 {
	ix.weighing.Lock()
	defer ix.weighing.Unlock()
	lock.RLock()
	defer lock.RUnlock()
	now := weight{things: len(ix.rules.rootOf) + len(ix.rules.leaves) - len(ix.rules.freeLeaves), work: ix.stats.Flips + ix.stats.Examined}
	if was := ix.weight; was.near(now) {
		return was.bytes + was.bytes/int64(was.things+1)*int64(now.things-was.things)
	}
	s := sizer{seen: make(map[unsafe.Pointer]bool, 16*now.things), lead: make(map[reflect.Type]bool), skip: map[reflect.Type]bool{
		reflect.TypeFor[*Index](): true, reflect.TypeFor[*person](): true, reflect.TypeFor[*store](): true, reflect.TypeFor[*meter](): true,
		reflect.TypeFor[*rowset.Set](): true, reflect.TypeFor[*segment.Schema](): true, reflect.TypeFor[*time.Location](): true,
	}}
	for _, part := range []any{&ix.rules, &ix.eval, &ix.levels, &ix.queued, &ix.touched, &ix.flips, &ix.toggles, &ix.metered, &ix.schedules} {
		s.add(reflect.ValueOf(part).Elem())
	}
	more := true
	for more {
		ix.mu.worked(func() { more = s.steps(manySteps) })
		lock.RUnlock()
		lock.RLock()
	}
	now.bytes = s.n
	ix.weight = now
	return now.bytes
}
