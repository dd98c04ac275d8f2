package index

import (
	"maps"
	"math"
	"math/bits"
	"reflect"
	"time"

	"github.com/segmentrules/segment/index/internal/rowset"
)

// Meters count what every segment has done. They are part of the state: plain
// data, a function of the diffs. Counts and sums of those of shards add up to
// those of one index.
type meters struct {
	of   map[string]*meter // by segment
	days int32             // how many calendar days are kept
	stay bool              // whether it is kept since when each member is in

	at  time.Time // of the last that was counted
	day int32     // at that instant
}

// A meter is what is counted of one segment.
type meter struct {
	since         instant // when it was defined, and had not been before
	size          int64
	entered, left uint64
	enters        moments // the instants at which somebody entered
	leaves        moments
	days          []dayCount // ordered; only of days on which somebody did

	stays
}

// Stays say since when each member is in, if that is kept.
type stays struct {
	in      map[uint32]instant // by row; nil if it is not kept
	current moments            // the sum of these
}

func (s *stays) enter(row uint32, at instant) {
	s.in[row] = at
	s.current.add(at, 1)
}

func (s *stays) leave(row uint32) {
	s.current.add(s.in[row], -1)
	delete(s.in, row)
}

// A dayCount is who entered and left on a calendar day, counted from 1970-01-01.
type dayCount struct {
	day           int32
	entered, left uint32
}

// Moments are a sum of instants, as a length of time. The seconds may wrap
// around while sums are on their way: what counts is the difference of two.
type moments struct{ sec, nsec int64 }

func (m *moments) add(i instant, times int64) {
	m.sec += i.sec * times
	m.plus(moments{nsec: int64(i.nsec) * times})
}

func (m *moments) plus(o moments) {
	m.sec += o.sec
	m.nsec += o.nsec
	carry := m.nsec / 1e9
	if m.nsec -= carry * 1e9; m.nsec < 0 {
		m.nsec += 1e9
		carry--
	}
	m.sec += carry
}

// average divides a length of time that is not negative; the longest
// [time.Duration] stands for all that are longer.
func (m moments) average(n int64) time.Duration {
	if n <= 0 {
		return 0
	}
	sec := m.sec / n
	if sec >= math.MaxInt64/int64(time.Second) {
		return math.MaxInt64
	}
	hi, lo := bits.Mul64(uint64(m.sec%n), uint64(time.Second))
	lo, carry := bits.Add64(lo, uint64(m.nsec), 0)
	part, _ := bits.Div64(hi+carry, lo, uint64(n))
	return time.Duration(sec)*time.Second + time.Duration(part)
}

// newMeters returns meters of no segment, that keep so many calendar days, 0 for
// 400, and since when each member is in if stay is set.
func newMeters(days int, stay bool) meters {
	m := meters{of: make(map[string]*meter), days: int32(min(days, 1<<20)), stay: stay}
	if m.days == 0 {
		m.days = 400
	}
	return m
}

// begin returns the meter of a segment, made if there is none.
func (ms *meters) begin(id string, at time.Time) *meter {
	if m := ms.of[id]; m != nil {
		return m
	}
	m := &meter{since: instantOf(at)}
	if ms.stay {
		m.in = make(map[uint32]instant)
	}
	return m
}

// dayOf returns the calendar day of an instant, in its zone.
func dayOf(at time.Time) int32 {
	_, offset := at.Zone()
	sec := at.Unix() + int64(offset)
	day := sec / 86400
	if sec%86400 < 0 {
		day--
	}
	return int32(day)
}

// count counts that a contact entered or left. Without a meter it does nothing.
func (ms *meters) count(m *meter, row uint32, entered bool, now time.Time) {
	if m == nil {
		return
	}
	if now != ms.at {
		ms.at, ms.day = now, dayOf(now)
	}
	at := instantOf(now)
	var unkept dayCount
	day := &unkept
	if ms.days > 0 {
		day = m.on(ms.day, ms.days)
	}
	if entered {
		m.size++
		m.entered++
		m.enters.add(at, 1)
		day.entered++
	} else {
		m.size--
		m.left++
		m.leaves.add(at, 1)
		day.left++
	}
	switch {
	case m.in == nil:
	case entered:
		m.enter(row, at)
	default:
		m.leave(row)
	}
}

// tally counts all who entered and left at one instant, as [meters.count] does one
// by one. Since when each member is in then has been worked out: see after.
func (ms *meters) tally(m *meter, entered, left int64, after stays, now time.Time) {
	if m == nil || entered+left == 0 {
		return
	}
	ms.at, ms.day = now, dayOf(now)
	at := instantOf(now)
	if ms.days > 0 {
		day := m.on(ms.day, ms.days)
		day.entered += uint32(entered)
		day.left += uint32(left)
	}
	m.size += entered - left
	m.entered += uint64(entered)
	m.left += uint64(left)
	m.enters.add(at, entered)
	m.leaves.add(at, left)
	if m.in != nil {
		m.stays = after
	}
}

// after is since when each member will be in, once those of flips have entered, if
// they are among who is in then, or else left. There may be no meter yet.
func (m *meter) after(is, flips *rowset.Set, at instant) stays {
	var s stays
	if m != nil {
		s = stays{maps.Clone(m.in), m.current}
	} else {
		s.in = make(map[uint32]instant, flips.Len())
	}
	for row := range flips.All() {
		if is.Contains(row) {
			s.enter(row, at)
		} else {
			s.leave(row)
		}
	}
	return s
}

// move says that a member has another row, as it was deleted and came again at one
// instant.
func (m *meter) move(from, to uint32) {
	if m == nil || from == to {
		return
	}
	if at, ok := m.in[from]; ok {
		delete(m.in, from)
		m.in[to] = at
	}
}

// on returns the count of a day that is not before the last. When a quarter more
// days than are asked for are there, those that are not asked for are forgotten.
func (m *meter) on(day, keep int32) *dayCount {
	if n := len(m.days); n > 0 && m.days[n-1].day == day {
		return &m.days[n-1]
	}
	if len(m.days) >= int(keep+keep/4) {
		m.days = append(m.days[:0], m.kept(day, keep)...)
	}
	m.days = append(m.days, dayCount{day: day})
	return &m.days[len(m.days)-1]
}

// kept are the last so many calendar days up to one.
func (m *meter) kept(day, keep int32) []dayCount {
	i := 0
	for i < len(m.days) && m.days[i].day <= day-keep {
		i++
	}
	return m.days[i:]
}

// together is how long all stays were, up to an instant: to where they ended, or have
// come, from where they began.
func (m *meter) together(now instant) moments {
	all := m.leaves
	all.add(now, m.size)
	all.plus(m.enters.negated())
	return all
}

// goingOn is how long those who are in have been in, all together.
func (m *meter) goingOn(now instant) moments {
	current := m.current.negated()
	current.add(now, m.size)
	return current
}

// averageSize is the size averaged over the time since the definition.
func (m *meter) averageSize(now time.Time) float64 {
	all, life := m.together(instantOf(now)), between(m.since.time(), now)
	if life.sec <= 0 && life.nsec <= 0 {
		return 0
	}
	return (float64(all.sec) + float64(all.nsec)/1e9) / (float64(life.sec) + float64(life.nsec)/1e9)
}

// averages are how long a stay is on average: of all, of those that go on, and of
// those that are over. The last two are zero if it is not kept who is in since when.
func (m *meter) averages(now time.Time) (all, current, completed time.Duration) {
	at := instantOf(now)
	sum := m.together(at)
	all = sum.average(int64(m.entered))
	if m.in != nil {
		on := m.goingOn(at)
		current = on.average(m.size)
		sum.plus(on.negated())
		completed = sum.average(int64(m.left))
	}
	return all, current, completed
}

// sum returns a meter of all contacts of two that have different ones.
func (m *meter) sum(o *meter) *meter {
	s := *m
	s.size += o.size
	s.entered += o.entered
	s.left += o.left
	s.enters.plus(o.enters)
	s.leaves.plus(o.leaves)
	s.current.plus(o.current)
	s.days = nil
	a, b := m.days, o.days
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].day < b[0].day:
			s.days, a = append(s.days, a[0]), a[1:]
		case b[0].day < a[0].day:
			s.days, b = append(s.days, b[0]), b[1:]
		default:
			s.days = append(s.days, dayCount{a[0].day, a[0].entered + b[0].entered, a[0].left + b[0].left})
			a, b = a[1:], b[1:]
		}
	}
	s.days = append(append(s.days, a...), b...)
	return &s
}

// share takes from a meter, which is a copy, the part that is about some of the
// members. The last to be given one gets the rest: all that is told is sums, so it
// does not matter in whose part it stands who has left.
func (m *meter) share(members *rowset.Set, since func(row uint32) instant, now instant, last bool) *meter {
	part := &meter{since: m.since, size: int64(members.Len())}
	if m.in != nil {
		part.in = make(map[uint32]instant)
		for row := range members.All() {
			part.enter(row, since(row))
		}
	}
	if last {
		part.entered, part.left, part.enters, part.leaves, part.days = m.entered, m.left, m.enters, m.leaves, m.days
		return part
	}
	part.entered = uint64(part.size)
	m.entered -= part.entered
	if part.enters = part.current; part.in == nil {
		part.enters.add(now, part.size)
	}
	m.enters.plus(part.enters.negated())
	return part
}

func (m moments) negated() (n moments) {
	n.plus(moments{-m.sec, -m.nsec})
	return n
}

// bytes is how much memory the meter takes.
func (m *meter) bytes() int64 {
	n := int64(reflect.TypeFor[meter]().Size()) + int64(cap(m.days))*12
	if m.in != nil {
		n += mapBytes(len(m.in), 24)
	}
	return n
}
