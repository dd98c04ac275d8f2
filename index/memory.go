package index

import (
	"iter"
	"reflect"
	"sync"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/gate"
	"github.com/segmentrules/segment/index/internal/meter"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/size"
)

// Memory is how many bytes an index takes, as it is laid out: what slices and maps
// have room for, in the sizes in which Go gives memory. Their sum is within a tenth
// of the heap that goes with the index when garbage has been collected. What a
// snapshot, a preview or a set of contacts keeps beside it does not count, nor what
// [Options.Schema] takes.
type Memory struct {
	ids, fields, history, events, lists, members, timers, segments int64
}

// All yields what the bytes are for, and how many they are, in this order:
//
//	ids       who has which row, and how a row is found
//	fields    values, and since when they are what they are
//	history   former values
//	events    with their properties
//	lists     when who joined
//	members   memberships, with what [Metrics] tell of them
//	timers    when time alone may change something, by contact
//	segments  definitions and conditions, with what was worked out about values
func (m Memory) All() iter.Seq2[string, int64] {
	return func(yield func(string, int64) bool) {
		_ = yield("ids", m.ids) && yield("fields", m.fields) && yield("history", m.history) && yield("events", m.events) &&
			yield("lists", m.lists) && yield("members", m.members) && yield("timers", m.timers) && yield("segments", m.segments)
	}
}

// Total is the sum.
func (m Memory) Total() int64 {
	sum := int64(0)
	for _, n := range m.All() {
		sum += n
	}
	return sum
}

// add adds what another shard takes.
func (m *Memory) add(o Memory) {
	m.ids, m.fields, m.history = m.ids+o.ids, m.fields+o.fields, m.history+o.history
	m.events, m.lists, m.members = m.events+o.events, m.lists+o.lists, m.members+o.members
	m.timers, m.segments = m.timers+o.timers, m.segments+o.segments
}

// memory is all but that of segments.
func (ix *shard) memory() (m Memory) {
	s := ix.store
	m.ids = s.Bytes()
	m.fields = s.Fields.Bytes() + s.Since.Bytes()
	m.history = size.MapBytes(len(s.Former), 8+24)
	for _, past := range s.Former {
		m.history += size.InClass(int64(cap(past)) * int64(reflect.TypeFor[segment.Change]().Size()))
		for _, ch := range past {
			if ch.Value.Kind() == segment.KindText {
				m.history += size.TextBytes(ch.Value.Text())
			}
		}
	}
	m.events, m.lists = s.Events.Bytes(), s.Lists.Bytes()
	for _, set := range s.Listed {
		m.lists += setBytes(set)
	}
	for _, set := range ix.members {
		m.members += setBytes(set)
	}
	for _, counted := range ix.meters.Of {
		m.members += counted.Bytes()
	}
	m.members += int64(cap(ix.members)+cap(ix.version))*8 + size.MapBytes(len(ix.meters.Of), 24)
	ix.mu.Worked(func() { m.timers = ix.timers.Bytes() })
	return m
}

// setBytes is what a set takes.
func setBytes(set *rowset.Set) int64 {
	if set == nil {
		return 0
	}
	return set.Bytes()
}

// Weighed keeps what was found last. Many may ask at once.
type weighed struct {
	mu     sync.Mutex
	weight weight
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
func (ix *shard) weigh(lock *gate.Gate) int64 {
	ix.weighed.mu.Lock()
	defer ix.weighed.mu.Unlock()
	lock.RLock()
	defer lock.RUnlock()
	now := weight{things: len(ix.rules.PlanOf) + ix.rules.Distinct(), work: ix.stats.Flips + ix.stats.Examined}
	if was := ix.weighed.weight; was.near(now) {
		return was.bytes + was.bytes/int64(was.things+1)*int64(now.things-was.things)
	}
	// What is counted elsewhere is named here, so that the sizer does not go on through it:
	// the shard, its store, meters and members. Schema and location belong to the host.
	s := size.NewSizer(16*now.things,
		reflect.TypeFor[*shard](), reflect.TypeFor[*storedContact](), reflect.TypeFor[*contacts.Store](), reflect.TypeFor[*meter.Meter](),
		reflect.TypeFor[*rowset.Set](), reflect.TypeFor[*segment.Schema](), reflect.TypeFor[*time.Location]())
	for _, part := range []any{&ix.rules, &ix.change, &ix.metered, &ix.schedules} {
		s.Count(part)
	}
	more := true
	for more {
		// between two stretches a writer that waits gets its turn
		ix.mu.Worked(func() { more = s.Steps(manySteps) })
		lock.RUnlock()
		lock.RLock()
	}
	now.bytes = s.Bytes()
	ix.weighed.weight = now
	return now.bytes
}
