package live_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/live"
)

// A recorder is a machine over an index that keeps what was asked of it, and whose results
// come when it lets them, in any order.
type recorder struct {
	ix *index.Index

	mu    sync.Mutex
	calls []recorded
	diffs []segment.Diff // all that the index has returned
	slow  bool           // results wait for release
	held  []chan struct{}
	fail  func(n int) error // of the result of call n, if set
}

// recorded is one call.
type recorded struct {
	us     []segment.Update
	define *segment.Segment
	drop   string
	at     time.Time
	limit  int
}

func (m *recorder) Index() *index.Index { return m.ix }

func (m *recorder) Submit(us ...segment.Update) func() ([]segment.Diff, error) {
	ds, err := m.ix.Apply(us...)
	return m.keep(recorded{us: slices.Clone(us)}, ds, err)
}

func (m *recorder) SubmitDefine(s segment.Segment, at time.Time) func() ([]segment.Diff, error) {
	ds, err := m.ix.Define(s, at)
	return m.keep(recorded{define: &s, at: at}, ds, err)
}

func (m *recorder) SubmitDrop(id string, at time.Time) func() ([]segment.Diff, error) {
	ds, err := m.ix.Drop(id, at)
	return m.keep(recorded{drop: id, at: at}, ds, err)
}

func (m *recorder) SubmitAdvance(to time.Time, limit int) (func() ([]segment.Diff, error), bool) {
	ds, done := m.ix.Advance(to, limit)
	return m.keep(recorded{at: to, limit: limit}, ds, nil), done
}

func (m *recorder) keep(c recorded, ds []segment.Diff, err error) func() ([]segment.Diff, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err == nil {
		m.calls = append(m.calls, c)
		m.diffs = append(m.diffs, ds...)
		if m.fail != nil {
			err = m.fail(len(m.calls))
		}
	}
	if !m.slow {
		return func() ([]segment.Diff, error) { return ds, err }
	}
	free := make(chan struct{})
	m.held = append(m.held, free)
	return func() ([]segment.Diff, error) { <-free; return ds, err }
}

// release lets some results come, by chance, until stop is closed; then all.
func (m *recorder) release(r *rand.Rand, stop <-chan struct{}) {
	for {
		m.mu.Lock()
		select {
		case <-stop:
			m.slow = false
			for _, free := range m.held {
				close(free)
			}
			m.held = nil
			m.mu.Unlock()
			return
		default:
		}
		for range r.IntN(12) {
			if len(m.held) == 0 {
				break
			}
			i := r.IntN(len(m.held))
			close(m.held[i])
			m.held = slices.Delete(m.held, i, i+1)
		}
		m.mu.Unlock()
		time.Sleep(time.Duration(r.IntN(100)) * time.Microsecond)
	}
}

// replay makes the recorded calls one by one on another index, and returns its diffs. With
// inclusive it leaves out the calls by which time has passed, and has it run to the instant of
// each other call instead: what then comes is what the law says a host tells.
func (m *recorder) replay(t testing.TB, ix *index.Index, inclusive bool, until time.Time) (ds []segment.Diff) {
	t.Helper()
	for _, c := range m.calls {
		passes := c.us == nil && c.define == nil && c.drop == ""
		if inclusive {
			if passes {
				continue
			}
			at := c.at
			if c.us != nil {
				at = c.us[0].At
			}
			some, _ := ix.Advance(at, 0)
			ds = append(ds, some...)
		}
		var some []segment.Diff
		var err error
		switch {
		case passes:
			some, _ = ix.Advance(c.at, c.limit)
		case c.define != nil:
			some, err = ix.Define(*c.define, c.at)
		case c.us != nil:
			some, err = ix.Apply(c.us...)
		default:
			some, err = ix.Drop(c.drop, c.at)
		}
		if err != nil {
			t.Fatal(err)
		}
		ds = append(ds, some...)
	}
	if inclusive {
		some, _ := ix.Advance(until, 0)
		ds = append(ds, some...)
	}
	return ds
}

// unstepped are diffs without the ends of their changes, which depend on how time was cut.
func unstepped(ds []segment.Diff) []segment.Diff {
	ds = slices.Clone(ds)
	for i := range ds {
		ds[i].Step = 0
	}
	return ds
}

// steps checks that each diff says where its change ends.
func steps(t testing.TB, ds []segment.Diff) {
	t.Helper()
	for i, d := range ds {
		if d.Step < d.Revision || i > 0 && ds[i-1].Step != d.Step && ds[i-1].Step != ds[i-1].Revision {
			t.Fatalf("diff %d has step %d", d.Revision, d.Step)
		}
	}
}

var _ live.Machine = (*recorder)(nil)

// recordedHost is a host over a recorder, in which whoever has opened something is active.
func recordedHost(t *testing.T) (*recorder, *live.Host) {
	t.Helper()
	m := &recorder{ix: newIndex()}
	h := live.New(m, live.Options{Clock: live.NewManualClock(newYear)})
	must(t)(h.Define(rule("active", "DID opened")))
	return m, h
}

// slowDown has results come only when they are released from now on.
func (m *recorder) slowDown() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.slow = true
}
