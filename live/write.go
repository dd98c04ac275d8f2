package live

import (
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// Calls that change something, each with the instant at which it happens.

// Apply takes updates in order, all or none, as [index.Index.Apply] does. One without an
// instant happens now, or at the instant of the update before it if that is later. One with an
// instant must not be before the clock, see [Options.TakeLate], nor far ahead of now, see
// [Options.Ahead]. Time runs to the instant of the first update before; it has passed also if
// the call is refused then.
//
// It returns the diffs of the updates, and of what time does between the instants of several;
// not those of time before the first. When it returns they are as safe as the machine makes
// them: with a durable store they are on disk.
//
// Errors: those of [index.Index.Apply] about the updates; [ErrClosed], and [ErrFailed] with
// what has failed, after which nobody knows whether the updates are safe.
func (h *Host) Apply(us ...segment.Update) ([]segment.Diff, error) {
	if len(us) == 0 {
		return nil, h.Err()
	}
	diffs, err := h.write(func(now time.Time) (time.Time, submission, error) {
		dated, err := h.dated(us, now)
		if err != nil {
			return now, nil, err
		}
		at := dated[0].At
		if at.After(now) && slices.ContainsFunc(dated, invalid) {
			at = now // time need not run ahead for a call that is refused
		}
		return at, func() func() ([]segment.Diff, error) { return h.machine.Submit(dated...) }, nil
	})
	if err == nil {
		h.options.Metrics.Add(MeterUpdates, int64(len(us)))
	}
	return diffs, err
}

// Define adds or replaces a segment now, as [index.Index.Define] does at an instant, and
// returns who entered and left. Errors as there, [ErrClosed] and [ErrFailed].
func (h *Host) Define(s segment.Segment) ([]segment.Diff, error) {
	return h.write(func(now time.Time) (time.Time, submission, error) {
		return now, func() func() ([]segment.Diff, error) { return h.machine.SubmitDefine(s, now) }, nil
	})
}

// Drop removes a segment now, as [index.Index.Drop] does at an instant, and returns who left.
// Errors as there, [ErrClosed] and [ErrFailed].
func (h *Host) Drop(id string) ([]segment.Diff, error) {
	return h.write(func(now time.Time) (time.Time, submission, error) {
		return now, func() func() ([]segment.Diff, error) { return h.machine.SubmitDrop(id, now) }, nil
	})
}

// write runs the errand of a call that changes something. The diffs are the caller's own.
func (h *Host) write(plan planner) ([]segment.Diff, error) {
	diffs, err := h.do(errand{plan: plan})
	h.options.Metrics.Add(MeterCalls, 1)
	if err != nil {
		h.options.Metrics.Add(MeterRefused, 1)
	}
	return slices.Clone(diffs), err
}

// dated returns the updates with an instant for each, and refuses those of which one is too far
// ahead. The caller's are left as they are.
func (h *Host) dated(us []segment.Update, now time.Time) ([]segment.Update, error) {
	us, last := slices.Clone(us), now.Add(h.options.Ahead)
	floor := h.index.Now()
	for i := range us {
		u := &us[i]
		h.date(u, floor, now)
		if u.At.After(last) {
			return nil, index.RefuseUpdate(i, aheadError(u.At, last))
		}
		floor = later(floor, u.At)
	}
	return us, nil
}

// date gives an update an instant if it has none, or one before the floor where late ones are
// taken: now, or the floor if that is later. The floor is the clock or the update before.
func (h *Host) date(u *segment.Update, floor, now time.Time) {
	if u.At.IsZero() || h.options.TakeLate && u.At.Before(floor) {
		u.At = later(floor, now)
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// invalid reports whether an update is refused whatever there is.
func invalid(u segment.Update) bool { return u.Validate() != nil }
