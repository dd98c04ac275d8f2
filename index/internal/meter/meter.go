package meter

import (
	"maps"
	"math"
	"math/bits"
	"reflect"
	"slices"
	"time"

	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/size"
)

// Counting who enters and leaves, one by one as diffs are made, or all at once when a segment
// is defined.

// Meters count what every segment has done. They are part of the state: plain
// data, a function of the diffs. Counts and sums of those of shards add up to
// those of one index.
type Meters struct {
	Of   map[string]*Meter // by segment
	Days int32             // how many calendar days are kept
	Stay bool              // whether it is kept since when each member is in

	at  time.Time // of the last that was counted
	day int32     // at that instant
}

// A Meter is what is counted of one segment.
type Meter struct {
	Since         contacts.Instant // when it was defined, and had not been before
	Size          int64
	Entered, Left uint64
	enters        moments // the instants at which somebody entered
	leaves        moments
	Days          []DayCount // ordered, each day once; only of days on which somebody did

	Stays
}

// Stays say since when each member is in, if that is kept.
type Stays struct {
	In      map[uint32]contacts.Instant // by row; nil if it is not kept
	current moments                     // the sum of these
}

// enter notes that a contact is in from an instant on.
func (s *Stays) enter(row uint32, at contacts.Instant) {
	s.In[row] = at
	s.current.add(at, 1)
}

// leave forgets since when a contact was in.
func (s *Stays) leave(row uint32) {
	s.current.add(s.In[row], -1)
	delete(s.In, row)
}

// A DayCount is who entered and left on a calendar day, counted from 1970-01-01.
type DayCount struct {
	Day           int32
	Entered, Left uint32
}

// Moments are a sum of instants, as a length of time. The seconds may wrap
// around while sums are on their way: what counts is the difference of two.
type moments struct{ sec, nsec int64 }

// add adds an instant so many times; below zero it takes it away.
func (m *moments) add(i contacts.Instant, times int64) {
	m.sec += i.Sec * times
	m.plus(moments{nsec: int64(i.Nsec) * times})
}

// plus adds another sum. The nanoseconds stay between 0 and a second.
func (m *moments) plus(o moments) {
	m.sec += o.sec
	m.nsec += o.nsec
	carry := m.nsec / 1e9
	// division rounds towards zero, and this must be rounded down
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
	// the remainder in nanoseconds may be more than 64 bits
	hi, lo := bits.Mul64(uint64(m.sec%n), uint64(time.Second))
	lo, carry := bits.Add64(lo, uint64(m.nsec), 0)
	part, _ := bits.Div64(hi+carry, lo, uint64(n))
	return time.Duration(sec)*time.Second + time.Duration(part)
}

// NewMeters returns meters of no segment, that keep so many calendar days, 0 for
// 400, and since when each member is in if stay is set.
func NewMeters(days int, stay bool) Meters {
	m := Meters{Of: make(map[string]*Meter), Days: int32(min(days, 1<<20)), Stay: stay}
	if m.Days == 0 {
		m.Days = 400
	}
	return m
}

// Begin returns the meter of a segment, made if there is none.
func (ms *Meters) Begin(id string, at time.Time) *Meter {
	// a definition that replaces another goes on with its meter
	if m := ms.Of[id]; m != nil {
		return m
	}
	m := &Meter{Since: contacts.InstantOf(at)}
	if ms.Stay {
		m.In = make(map[uint32]contacts.Instant)
	}
	return m
}

// DayOf returns the calendar day of an instant, in its zone.
func DayOf(at time.Time) int32 {
	_, offset := at.Zone()
	sec := at.Unix() + int64(offset)
	day := sec / 86400
	if sec%86400 < 0 {
		day--
	}
	return int32(day)
}

// Count counts that a contact entered or left. Without a meter it does nothing.
func (ms *Meters) Count(m *Meter, row uint32, entered bool, now time.Time) {
	if m == nil {
		return
	}
	// many diffs have one instant, whose calendar day is found once
	if now != ms.at {
		ms.at, ms.day = now, DayOf(now)
	}
	at := contacts.InstantOf(now)
	var unkept DayCount
	day := &unkept
	if ms.Days > 0 {
		day = m.on(ms.day, ms.Days)
	}
	if entered {
		m.Size++
		m.Entered++
		m.enters.add(at, 1)
		day.Entered++
	} else {
		m.Size--
		m.Left++
		m.leaves.add(at, 1)
		day.Left++
	}
	switch {
	case m.In == nil:
	case entered:
		m.enter(row, at)
	default:
		m.leave(row)
	}
}

// Tally counts all who entered and left at one instant, as [Meters.Count] does one
// by one. Since when each member is in then has been worked out: see after.
func (ms *Meters) Tally(m *Meter, entered, left int64, after Stays, now time.Time) {
	if m == nil || entered+left == 0 {
		return
	}
	ms.at, ms.day = now, DayOf(now)
	at := contacts.InstantOf(now)
	if ms.Days > 0 {
		day := m.on(ms.day, ms.Days)
		day.Entered += uint32(entered)
		day.Left += uint32(left)
	}
	m.Size += entered - left
	m.Entered += uint64(entered)
	m.Left += uint64(left)
	m.enters.add(at, entered)
	m.leaves.add(at, left)
	if m.In != nil {
		m.Stays = after
	}
}

// After is since when each member will be in, once those of flips have entered, if
// they are among who is in then, or else left. There may be no meter yet.
func (m *Meter) After(is, flips *rowset.Set, at contacts.Instant) Stays {
	var s Stays
	if m != nil {
		s = Stays{maps.Clone(m.In), m.current}
	} else {
		s.In = make(map[uint32]contacts.Instant, flips.Len())
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

// Move says that a member has another row, as it was deleted and came again at one
// instant.
func (m *Meter) Move(from, to uint32) {
	if m == nil || from == to {
		return
	}
	if at, ok := m.In[from]; ok {
		delete(m.In, from)
		m.In[to] = at
	}
}

// on returns the count of a day. When a quarter more days than are asked for are there,
// those that are not asked for are forgotten. Where the clock of a zone goes back over
// midnight, as in St. John's in 2010, a day comes again after the next has begun: it
// stays one day, in its place.
func (m *Meter) on(day, keep int32) *DayCount {
	if n := len(m.Days); n > 0 && m.Days[n-1].Day == day {
		return &m.Days[n-1]
	}
	// now and then, and not with every day
	if len(m.Days) >= int(keep+keep/4) {
		m.Days = append(m.Days[:0], m.Kept(day, keep)...)
	}
	i := len(m.Days)
	for i > 0 && m.Days[i-1].Day >= day {
		i--
	}
	if i == len(m.Days) || m.Days[i].Day != day {
		m.Days = slices.Insert(m.Days, i, DayCount{Day: day})
	}
	return &m.Days[i]
}

// Kept are the last so many calendar days up to one, or up to the last on which
// somebody entered or left, if that is later: see on.
func (m *Meter) Kept(day, keep int32) []DayCount {
	if n := len(m.Days); n > 0 {
		day = max(day, m.Days[n-1].Day)
	}
	i := 0
	for i < len(m.Days) && m.Days[i].Day <= day-keep {
		i++
	}
	return m.Days[i:]
}

// together is how long all stays were, up to an instant: to where they ended, or have
// come, from where they began.
func (m *Meter) together(now contacts.Instant) moments {
	// who is still in counts as if leaving now
	all := m.leaves
	all.add(now, m.Size)
	all.plus(m.enters.negated())
	return all
}

// goingOn is how long those who are in have been in, all together.
func (m *Meter) goingOn(now contacts.Instant) moments {
	current := m.current.negated()
	current.add(now, m.Size)
	return current
}

// AverageSize is the size averaged over the time since the definition.
func (m *Meter) AverageSize(now time.Time) float64 {
	all, life := m.together(contacts.InstantOf(now)), size.Between(m.Since.Time(), now)
	if life.Sec <= 0 && life.Nsec <= 0 {
		return 0
	}
	return (float64(all.sec) + float64(all.nsec)/1e9) / (float64(life.Sec) + float64(life.Nsec)/1e9)
}

// Averages are how long a stay is on average: of all, of those that go on, and of
// those that are over. The last two are zero if it is not kept who is in since when.
func (m *Meter) Averages(now time.Time) (all, current, completed time.Duration) {
	at := contacts.InstantOf(now)
	sum := m.together(at)
	all = sum.average(int64(m.Entered))
	if m.In != nil {
		on := m.goingOn(at)
		current = on.average(m.Size)
		sum.plus(on.negated())
		completed = sum.average(int64(m.Left))
	}
	return all, current, completed
}

// Sum returns a meter of all contacts of two that have different ones.
func (m *Meter) Sum(o *Meter) *Meter {
	s := *m
	s.Size += o.Size
	s.Entered += o.Entered
	s.Left += o.Left
	s.enters.plus(o.enters)
	s.leaves.plus(o.leaves)
	s.current.plus(o.current)
	s.Days = nil
	a, b := m.Days, o.Days
	for len(a) > 0 && len(b) > 0 {
		switch {
		// days of both in order, as one merges sorted lists
		case a[0].Day < b[0].Day:
			s.Days, a = append(s.Days, a[0]), a[1:]
		case b[0].Day < a[0].Day:
			s.Days, b = append(s.Days, b[0]), b[1:]
		default:
			s.Days = append(s.Days, DayCount{a[0].Day, a[0].Entered + b[0].Entered, a[0].Left + b[0].Left})
			a, b = a[1:], b[1:]
		}
	}
	s.Days = append(append(s.Days, a...), b...)
	return &s
}

// Share takes from a meter, which is a copy, the part that is about some of the
// members. The last to be given one gets the rest: all that is told is sums, so it
// does not matter in whose part it stands who has left.
func (m *Meter) Share(members *rowset.Set, since func(row uint32) contacts.Instant, now contacts.Instant, last bool) *Meter {
	part := &Meter{Since: m.Since, Size: int64(members.Len())}
	if m.In != nil {
		part.In = make(map[uint32]contacts.Instant)
		for row := range members.All() {
			part.enter(row, since(row))
		}
	}
	if last {
		part.Entered, part.Left, part.enters, part.leaves, part.Days = m.Entered, m.Left, m.enters, m.leaves, m.Days
		return part
	}
	// a part that is not the last says that its members entered once, and nobody left
	part.Entered = uint64(part.Size)
	m.Entered -= part.Entered
	if part.enters = part.current; part.In == nil {
		part.enters.add(now, part.Size)
	}
	m.enters.plus(part.enters.negated())
	return part
}

// negated is the sum with the other sign.
func (m moments) negated() (n moments) {
	n.plus(moments{-m.sec, -m.nsec})
	return n
}

// Bytes is how much memory the meter takes.
func (m *Meter) Bytes() int64 {
	n := int64(reflect.TypeFor[Meter]().Size()) + int64(cap(m.Days))*12
	if m.In != nil {
		n += size.MapBytes(len(m.In), 24)
	}
	return n
}
