package live

import (
	"context"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// Questions, answered as of now: what is due by then is done first. With a store the answers
// show changes that are not on disk yet. Those that return an error return [ErrClosed] after
// Close; after a failure of the machine all answer as of the state that was the last.

// present lets time run until now before a question is answered. With clock the answer
// depends on what time it is, else only on who is a member.
func (h *Host) present(clock bool) error {
	if err := h.pass(clock); err == ErrClosed {
		return err
	}
	return nil // of a failure those are told who change something
}

// Preview says who would be a member of a segment with the condition now, as
// [index.Index.PreviewContext] does.
func (h *Host) Preview(ctx context.Context, c segment.Condition, o index.PreviewOptions) (index.Preview, error) {
	if err := h.present(true); err != nil {
		return index.Preview{}, err
	}
	return h.index.PreviewContext(ctx, c, o)
}

// Count returns for how many contacts the condition holds now, as [index.Index.Count] does.
func (h *Host) Count(c segment.Condition) (int, error) {
	if err := h.present(true); err != nil {
		return 0, err
	}
	return h.index.Count(c)
}

// Explain says why a contact is a member of a segment now, or is not, and when that changes by
// itself: see [index.Index.Explain].
func (h *Host) Explain(contact, id string) (*segment.Explanation, error) {
	if err := h.present(true); err != nil {
		return nil, err
	}
	return h.index.Explain(contact, id)
}

// DryRunAll says who would enter and leave the segment, and those that depend on it, if Define
// were called now: see [index.Index.DryRunAll].
func (h *Host) DryRunAll(s segment.Segment) ([]index.Outcome, error) {
	for range 3 {
		if err := h.present(true); err != nil {
			return nil, err
		}
		at := h.index.Now()
		outcomes, err := h.index.DryRunAll(s, at)
		if err == nil || !h.index.Now().After(at) {
			return outcomes, err
		}
		// another call has moved the clock meanwhile, which may be all that is wrong
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.index.DryRunAll(s, h.index.Now())
}

// Members returns the members of a segment now, none of an unknown one, in constant time: see
// [index.Index.Members]. Who will follow them by diffs takes [Host.MembersAt].
func (h *Host) Members(id string) index.Contacts {
	h.present(false)
	return h.index.Members(id)
}

// Segments returns the ids of the segments that a contact is a member of now, in order; none
// of an unknown one.
func (h *Host) Segments(contact string) []string {
	h.present(false)
	return append([]string{}, slices.Collect(h.index.Segments(contact))...)
}

// Contact returns a contact as it is now, as [index.Index.Contact] does.
func (h *Host) Contact(id string) (segment.Contact, bool) {
	h.present(false)
	return h.index.Contact(id)
}

// Overlap returns how many contacts are members of both segments now.
func (h *Host) Overlap(a, b string) int {
	h.present(false)
	return h.index.Overlap(a, b)
}

// Metrics say how a segment has fared until now, as [index.Index.Metrics] does.
func (h *Host) Metrics(id string) (index.Metrics, bool) {
	h.present(true)
	return h.index.Metrics(id)
}

// Defined returns the segments as they are defined, ordered by id.
func (h *Host) Defined() []segment.Segment { return h.index.Defined() }

// Stats returns what the index holds and the work that it has done.
func (h *Host) Stats() index.Stats { return h.index.Stats() }

// Now returns the instant at which an update without one would happen: the later of the time
// of day and the clock of the index.
func (h *Host) Now() time.Time { return h.now() }

// Revision returns the revision of the newest diff that is told: what has come to subscribers
// is as safe as the machine makes it. The state that reads show may already be further.
func (h *Host) Revision() uint64 { return h.feed.newest() }
