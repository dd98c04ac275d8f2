package live

import (
	"container/heap"
	"time"

	"github.com/segmentrules/segment"
)

// Telling less often: what a contact has done to a segment within a window is told as one
// diff or none, and after it was told nothing is told for a while. This file decides what is
// told, from the diffs and their instants alone; it reads no clock.

// A Pace is how often a contact may be told of one segment. The zero Pace tells every diff at
// once.
type Pace struct {
	// Window is how long what happens is gathered. It begins with a diff of the contact and
	// the segment, at the diff's instant, and has every later one of the two before its end.
	// At its end the last of these is told, or none if the contact is where it was before.
	Window time.Duration
	// Cooldown is how long nothing is told of the contact and the segment after something
	// was, counted from the end of the window. What happens meanwhile is gathered too. At its
	// end, or at that of the window if one is still open, the last is told if the contact is
	// then not where it was told to be.
	Cooldown time.Duration
}

// A Paced is a diff that stands for all of a contact and a segment since the last that was told.
type Paced struct {
	Diff   segment.Diff // the last of them
	At     time.Time    // when the window or the cooldown was over
	Of     int          // how many there were
	Resume Resume       // where to go on after a restart
}

// A Resume is where a coalesced subscription goes on that was ended, say by a restart of the
// program: everything is found that had not been told. What had been may be told again, and a
// cooldown that went on then is forgotten. One that begins has only From.
type Resume struct {
	From uint64 `json:"from"` // the revision after which diffs are read
	Seen uint64 `json:"seen"` // the revision up to which they had been read before
}

// A pacer gathers diffs by contact and segment.
type pacer struct {
	pace  func(segmentID string) Pace
	pairs map[pairKey]*pair
	queue pairQueue // by when they are to be looked at
	held  []*hold   // in order of their first revision; those that are over may still be there
	at    uint64    // the revision of the last diff taken
	seen  uint64    // up to this one, diffs may have been told before
	out   []Paced
}

type pairKey struct{ contact, segment string }

// A pair is a contact and a segment of which something is gathered, or nothing may be told yet.
type pair struct {
	key      pairKey
	pace     Pace
	in       bool      // whether the contact is a member as far as has been told
	unsure   bool      // it may have been told otherwise before a restart
	quiet    time.Time // nothing is told before; the zero time if nothing has been
	held     *hold     // what is gathered, nil for nothing
	due      time.Time // when to look at it
	position int       // in the queue
}

// A hold is what is gathered in one window.
type hold struct {
	first uint64 // the revision of the first diff
	last  segment.Diff
	of    int
	over  bool
}

func newPacer(pace func(string) Pace, from Resume) *pacer {
	return &pacer{pace: pace, pairs: make(map[pairKey]*pair), at: from.From, seen: from.Seen}
}

// take takes the next diff. What is over by its instant is told before.
func (p *pacer) take(d segment.Diff) {
	p.pass(d.At)
	p.at = d.Revision
	key := pairKey{d.Contact, d.Segment}
	q := p.pairs[key]
	if q == nil {
		q = &pair{key: key, pace: p.pace(d.Segment), in: !d.Entered, unsure: d.Revision <= p.seen, position: -1}
		p.pairs[key] = q
	}
	if q.held == nil {
		q.held = &hold{first: d.Revision}
		p.held = append(p.held, q.held)
		p.look(q, later(d.At.Add(max(q.pace.Window, 0)), q.quiet))
	}
	q.held.last = d
	q.held.of++
	p.pass(d.At) // without a window it is told at once
}

// look has a pair looked at at an instant.
func (p *pacer) look(q *pair, at time.Time) {
	q.due = at
	if q.position < 0 {
		heap.Push(&p.queue, q)
		return
	}
	heap.Fix(&p.queue, q.position)
}

// due returns when something is over next.
func (p *pacer) due() (at time.Time, ok bool) {
	if len(p.queue) == 0 {
		return at, false
	}
	return p.queue[0].due, true
}

// pass tells what is over at an instant, in order.
func (p *pacer) pass(at time.Time) {
	for len(p.queue) > 0 && !p.queue[0].due.After(at) {
		p.end(p.queue[0])
	}
}

// end ends the window of a pair and its cooldown, or its cooldown alone.
func (p *pacer) end(q *pair) {
	if h := q.held; h != nil {
		h.over, q.held = true, nil
		if h.last.Entered != q.in || q.unsure {
			q.in, q.unsure = h.last.Entered, false
			p.out = append(p.out, Paced{Diff: h.last, At: q.due, Of: h.of, Resume: p.resume()})
			if q.pace.Cooldown > 0 {
				q.quiet = q.due.Add(q.pace.Cooldown)
				p.look(q, q.quiet)
				return
			}
		}
	}
	heap.Remove(&p.queue, q.position)
	delete(p.pairs, q.key)
}

// resume is where to go on: before the first diff that is still gathered.
func (p *pacer) resume() Resume {
	for len(p.held) > 0 && p.held[0].over {
		p.held[0] = nil
		p.held = p.held[1:]
	}
	from := p.at
	if len(p.held) > 0 {
		from = p.held[0].first - 1
	}
	return Resume{From: from, Seen: max(p.at, p.seen)}
}

// A pairQueue has the pair that is due next in front; of several the one whose diff came first.
type pairQueue []*pair

func (q pairQueue) Len() int { return len(q) }

func (q pairQueue) Less(i, j int) bool {
	if c := q[i].due.Compare(q[j].due); c != 0 {
		return c < 0
	}
	a, b := q[i].held, q[j].held
	if a == nil || b == nil {
		return a == nil && b != nil
	}
	return a.first < b.first
}

func (q pairQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].position, q[j].position = i, j
}

// Push and Pop are for package heap.
func (q *pairQueue) Push(x any) {
	x.(*pair).position = len(*q)
	*q = append(*q, x.(*pair))
}

func (q *pairQueue) Pop() any {
	last := (*q)[len(*q)-1]
	(*q)[len(*q)-1] = nil
	*q = (*q)[:len(*q)-1]
	last.position = -1
	return last
}
