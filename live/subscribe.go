package live

import (
	"context"
	"iter"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// Subscriptions. A subscriber runs in the goroutine of its loop, and the host knows nothing of
// it but the channel for which all wait.

// Subscribe yields the diffs after a revision, in order and without a gap, those to come too,
// for as long as the loop goes on. 0 is before the first. A diff is yielded once it is as safe
// as the machine makes it. The loop may take its time, and may call the host; any number of
// loops go on at once, and each sees the same.
//
// It ends with an error: that of the context when it is done; [*ResyncError] if the loop is
// slower than [Options.Keep] allows, or the revision is too old or has never been reached, see
// there for what to do; [ErrClosed] after Close, once all diffs are yielded; or [ErrFailed]. The cost of waiting is a channel, not a goroutine.
func (h *Host) Subscribe(ctx context.Context, from uint64) iter.Seq2[segment.Diff, error] {
	return func(yield func(segment.Diff, error) bool) {
		r := h.read(from)
		defer r.leave()
		for {
			diffs, err := r.next(ctx, someDiffs)
			if err != nil {
				yield(segment.Diff{}, err)
				return
			}
			for _, d := range diffs {
				if err := ctx.Err(); err != nil {
					yield(segment.Diff{}, err)
					return
				}
				if !yield(d, nil) {
					return
				}
				r.at = d.Revision
			}
		}
	}
}

// Changes is [Host.Subscribe] by whole changes: the diffs with one [segment.Diff.Step], which
// whoever keeps memberships elsewhere commits together. If the revision lies within a change,
// the first yields the rest of it. A change is held in memory until it is whole.
func (h *Host) Changes(ctx context.Context, from uint64) iter.Seq2[[]segment.Diff, error] {
	return func(yield func([]segment.Diff, error) bool) {
		var change []segment.Diff
		for d, err := range h.Subscribe(ctx, from) {
			if err != nil {
				yield(nil, err)
				return
			}
			change = append(change, d)
			if d.Revision >= d.Step {
				if !yield(change, nil) {
					return
				}
				change = nil
			}
		}
	}
}

// MembersAt returns the members of a segment now, and a revision: who begins with the members
// and follows the diffs after the revision knows the members from then on. It waits until the
// changes that made them so are as safe as the machine makes them.
//
// Errors: that of the context, [ErrClosed] and [ErrFailed].
func (h *Host) MembersAt(ctx context.Context, id string) (index.Contacts, uint64, error) {
	if err := h.pass(false); err != nil {
		return index.Contacts{}, 0, err
	}
	h.mu.Lock()
	err := h.open()
	members, revision := h.index.Members(id), h.revision.Load()
	h.mu.Unlock()
	if err == nil {
		err = h.await(ctx, revision)
	}
	if err != nil {
		return index.Contacts{}, 0, err
	}
	return members, revision, nil
}

// await waits until a revision is told.
func (h *Host) await(ctx context.Context, revision uint64) error {
	for h.feed.newest() < revision {
		_, _, changed, err := h.feed.take(revision-1, 1, nil)
		if err != nil {
			return err
		}
		if changed == nil {
			continue // it has been told meanwhile
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// someDiffs is how many diffs a subscription takes from the feed at once, manyDiffs how many
// from the history of the machine, which may have to look for the first.
const (
	someDiffs = 256
	manyDiffs = 4096
)

// A reader goes through the diffs.
type reader struct {
	host *Host
	at   uint64         // the revision of the last diff that is done with
	buf  []segment.Diff // for those taken from the feed
	old  []segment.Diff // taken from history, and after at
}

// read returns a reader that begins after a revision. It must leave.
func (h *Host) read(from uint64) *reader {
	h.options.Metrics.Set(MeterSubscribers, h.subscribers.Add(1))
	return &reader{host: h, at: from}
}

func (r *reader) leave() {
	r.host.options.Metrics.Set(MeterSubscribers, r.host.subscribers.Add(-1))
}

// next waits for diffs after where the reader is, and returns some, which stay as they are
// until it is called again. It does not move the reader.
func (r *reader) next(ctx context.Context, most int) ([]segment.Diff, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		diffs, changed, err := r.take(most)
		if err != nil || len(diffs) > 0 {
			return diffs, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

// changes is next that does not end within a change, unless that alone has more diffs.
func (r *reader) changes(ctx context.Context, most int) ([]segment.Diff, error) {
	diffs, err := r.next(ctx, most)
	for i := len(diffs) - 1; i >= 0; i-- {
		if diffs[i].Revision >= diffs[i].Step {
			return diffs[:i+1], err
		}
	}
	return diffs, err
}

// take is next without waiting: if there are none yet, it returns a channel that is closed
// when there may be.
func (r *reader) take(most int) (diffs []segment.Diff, changed <-chan struct{}, err error) {
	for len(r.old) > 0 && r.old[0].Revision <= r.at {
		r.old = r.old[1:]
	}
	if len(r.old) > 0 {
		return r.old[:min(most, len(r.old))], nil, nil
	}
	feed := r.host.feed
	if r.at > r.host.revision.Load() {
		return nil, nil, r.resync(feed.oldest(), nil)
	}
	diffs, oldest, changed, err := feed.take(r.at, most, r.buf)
	if oldest > 0 {
		if err := r.recall(oldest); err != nil {
			return nil, nil, err
		}
		return r.old[:min(most, len(r.old))], nil, nil
	}
	if len(diffs) > 0 {
		r.buf = diffs
	}
	return diffs, changed, err
}

// recall takes diffs from what the machine keeps, which are older than those in memory.
func (r *reader) recall(oldest uint64) error {
	m, ok := r.host.machine.(Historian)
	if !ok {
		return r.resync(oldest, nil)
	}
	r.old = nil
	// the machine may know diffs already that have not come back to the host
	next, newest := r.at+1, r.host.feed.newest()
	var why error
	for d, err := range m.History(r.at) {
		if why = err; err != nil || d.Revision != next || next > newest {
			break
		}
		r.old, next = append(r.old, d), next+1
		if len(r.old) == manyDiffs {
			break
		}
	}
	if len(r.old) == 0 {
		return r.resync(oldest, why)
	}
	return nil // an error behind some is met again when more are asked for
}

// resync says that the reader cannot go on.
func (r *reader) resync(oldest uint64, why error) error {
	r.host.options.Metrics.Add(MeterResyncs, 1)
	return &ResyncError{From: r.at, Oldest: oldest, Newest: r.host.feed.newest(), Err: why}
}
