package live

import (
	"context"
	"iter"
	"time"
)

// Coalesce is [Host.Subscribe] that tells of each contact and segment no more often than the
// pace of the segment allows: a contact that enters and leaves again within the window is not
// told at all. Pace is asked for the id of a segment whenever something begins to be gathered,
// and must return at once.
//
// What is told is decided by the diffs and their instants alone, so that it is the same for
// who follows at once and who comes later; the clock decides only when it is told. Windows and
// cooldowns hold their end, and not their beginning, for what comes next: a diff at the very
// end of one begins another. Diffs come in the order in which their windows and cooldowns end,
// and so not in order of revision.
//
// Where a contact stands in the end is always told: nothing but what has been changed back is
// left out. What is gathered is in memory only, some 300 bytes for each contact and segment
// with an open window or cooldown; after a restart go on from [Paced.Resume]. Errors are those
// of Subscribe; what is still gathered then is not told.
func (h *Host) Coalesce(ctx context.Context, from Resume, pace func(segmentID string) Pace) iter.Seq2[Paced, error] {
	return func(yield func(Paced, error) bool) {
		c := coalescer{host: h, reader: h.read(from.From), pacer: newPacer(pace, from)}
		defer c.reader.leave()
		for {
			err := c.next(ctx)
			for _, told := range c.pacer.out {
				if !yield(told, nil) {
					return
				}
			}
			c.pacer.out = c.pacer.out[:0]
			if err != nil {
				yield(Paced{}, err)
				return
			}
		}
	}
}

// A coalescer is a coalesced subscription that goes on.
type coalescer struct {
	host   *Host
	reader *reader
	pacer  *pacer
	// All diffs before an instant have revisions up to this one: known once time has run there.
	settled time.Time
	upTo    uint64
}

// next takes some diffs, or ends what is over by the clock, or waits for either.
func (c *coalescer) next(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	diffs, changed, err := c.reader.take(someDiffs)
	for _, d := range diffs {
		c.pacer.take(d)
		c.reader.at = d.Revision
	}
	if err != nil || len(diffs) > 0 {
		return err
	}
	if c.reader.at >= c.upTo && !c.settled.IsZero() {
		c.pacer.pass(c.settled)
		c.settled = time.Time{}
	}
	due, ok := c.pacer.due()
	switch left := due.Sub(c.host.now()); {
	case len(c.pacer.out) > 0:
	case !ok || !c.settled.IsZero():
		c.wait(ctx, changed, 0) // for anything, or for what is on its way
	case left > 0:
		c.wait(ctx, changed, min(left, glance))
	default:
		// By the clock something is over. But a diff from before may be on its way still: it
		// is among those up to the revision at which the index has come to now.
		c.settled, c.upTo, err = c.host.settle()
	}
	return err
}

// wait waits until there may be more diffs, or until so much time has passed if that is above
// zero, or until the context is done.
func (c *coalescer) wait(ctx context.Context, changed <-chan struct{}, d time.Duration) {
	woken := make(chan struct{})
	if d > 0 {
		stop := c.host.options.Clock.AfterFunc(d, func() { close(woken) })
		defer stop()
	}
	select {
	case <-changed:
	case <-woken:
	case <-ctx.Done():
	}
}

// settle lets time run until now, and returns the clock of the index and the revision then: all
// diffs of instants before have no later revision.
func (h *Host) settle() (at time.Time, revision uint64, err error) {
	if err := h.pass(true); err != nil {
		return at, 0, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.index.Now(), h.revision.Load(), nil
}
