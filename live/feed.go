package live

import (
	"sort"
	"sync"

	"github.com/segmentrules/segment"
)

// A feed holds the newest diffs for subscribers, in order of revision. Results come in any
// order, since callers wait for them at the same time; one that comes before its turn is held
// back until all before it have come. Nobody is called: whoever wants diffs takes them, and
// waits for a channel that is closed when there are more. So a feed costs the same however
// many subscribers there are, and no subscriber holds up another.
type feed struct {
	keep int // how many diffs at least are kept

	mu      sync.Mutex
	batches [][]segment.Diff          // the diffs of calls, the oldest first, without a gap
	kept    int                       // how many diffs these are
	told    uint64                    // the revision of the newest
	early   map[uint64][]segment.Diff // those whose turn has not come, by the revision before them
	changed chan struct{}             // closed when there is news; nil if nobody waits
	end     error                     // why there will be no more; nil while there may be
}

// newFeed returns a feed that goes on after a revision.
func newFeed(after uint64, keep int) *feed {
	return &feed{keep: keep, told: after, early: make(map[uint64][]segment.Diff)}
}

// put adds the diffs of a call, of which the first has the revision after from. They must not
// be changed any more. It returns the revision of the newest diff that is told by then.
func (f *feed) put(from uint64, diffs []segment.Diff) (told uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(diffs) == 0 {
		return f.told
	}
	f.early[from] = diffs
	for {
		next, ok := f.early[f.told]
		if !ok {
			return f.told
		}
		delete(f.early, f.told)
		f.tell(next)
	}
}

// tell adds diffs whose turn has come, and lets go of the oldest. What one call has made goes
// together: after a call with more diffs than are kept, subscribers still find all of them
// until others have come.
func (f *feed) tell(diffs []segment.Diff) {
	f.batches = append(f.batches, diffs)
	f.kept += len(diffs)
	f.told = diffs[len(diffs)-1].Revision
	for f.kept-len(f.batches[0]) >= f.keep {
		f.kept -= len(f.batches[0])
		f.batches[0] = nil
		f.batches = f.batches[1:]
	}
	f.wake()
}

// wake lets those who wait look again; the lock is held.
func (f *feed) wake() {
	if f.changed != nil {
		close(f.changed)
		f.changed = nil
	}
}

// stop says why there will be no more diffs. Only the first reason counts. Results that are
// still waited for are told nevertheless, if all before them have come.
func (f *feed) stop(why error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.end == nil {
		f.end = why
	}
	f.wake()
}

// take returns diffs after a revision, at most some, copied into buf: those that are there. If
// there are none it returns a channel that is closed when there may be, or why there will be
// none. If they are no longer kept, oldest is the lowest revision after which all are, else 0.
func (f *feed) take(after uint64, most int, buf []segment.Diff) (diffs []segment.Diff, oldest uint64, changed <-chan struct{}, end error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if after >= f.told {
		if f.end != nil {
			return nil, 0, nil, f.end
		}
		if f.changed == nil {
			f.changed = make(chan struct{})
		}
		return nil, 0, f.changed, nil
	}
	if oldest := f.told - uint64(f.kept); after < oldest {
		return nil, oldest, nil, nil
	}
	i := sort.Search(len(f.batches), func(i int) bool {
		b := f.batches[i]
		return b[len(b)-1].Revision > after
	})
	diffs = buf[:0]
	for ; i < len(f.batches) && len(diffs) < most; i++ {
		b := f.batches[i]
		if first := b[0].Revision; first <= after {
			b = b[after+1-first:]
		}
		diffs = append(diffs, b[:min(most-len(diffs), len(b))]...)
	}
	return diffs, 0, nil, nil
}

// oldest is the lowest revision after which all diffs are kept.
func (f *feed) oldest() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.told - uint64(f.kept)
}

// newest is the revision of the newest diff that is told.
func (f *feed) newest() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.told
}
