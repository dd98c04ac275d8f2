package live

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// Many rows at once, of which some may be wrong. The rows of a batch are one call to the
// machine, so that a store logs them as such. What is wrong with a row is found before where
// that can be; what only the machine finds, such as a field that does not fit the schema, has
// it refuse the batch, and then the batch is submitted again without the row.

// Import applies rows that come one after another, for as long as the loop over what it
// returns goes on, as [index.Index.ApplyEach] does: a row that is wrong is told with its number
// and left out. A row without an instant happens now, or at the instant of the row before it
// if that is later; see [Options.TakeLate] for those that are late. No row may be further ahead
// of now than [Options.Ahead], nor after [index.ImportOptions.Until].
//
// Each batch is one call, before which time runs to its first instant. Other calls may come
// between two batches, also from the loop. The last batch has the error of the context,
// [ErrClosed] or [ErrFailed], if one ended it: then its rows are not among those counted. The
// cost is that of Apply; in a batch of which the machine itself refuses many rows, it grows
// with these times the rows of the batch.
func (h *Host) Import(ctx context.Context, rows iter.Seq2[segment.Update, error], o index.ImportOptions) iter.Seq[index.Batch] {
	if o.Batch <= 0 {
		o.Batch = 1_000
	}
	return func(yield func(index.Batch) bool) {
		im := importer{host: h, options: o}
		for u, err := range rows {
			if ctx.Err() != nil {
				break
			}
			if im.full(u.At) {
				if b := im.flush(); !yield(b) || b.Err != nil {
					return
				}
			}
			im.held = append(im.held, row{u, err})
		}
		switch {
		case ctx.Err() != nil:
			yield(index.Batch{Rows: im.taken, Err: ctx.Err()})
		case len(im.held) > 0:
			yield(im.flush())
		}
	}
}

// A row is an update, or why there is none.
type row struct {
	update segment.Update
	err    error
}

// An importer is an import under way.
type importer struct {
	host    *Host
	options index.ImportOptions
	held    []row // the batch
	taken   int   // rows of the batches before

	// of the last plan
	good   []segment.Update
	number []int           // of each of these, in the batch
	wrong  []error         // by number
	there  map[string]bool // contacts that earlier rows have created or deleted
}

// full reports whether what is held is to be applied before a row of an instant is added.
// Rows that state the same instant stay together, as in an index.
func (im *importer) full(at time.Time) bool {
	const most = 16 // batches that one instant may fill
	n, size := len(im.held), im.options.Batch
	return n >= most*size || n >= size && (at.IsZero() || !im.held[n-1].update.At.Equal(at))
}

// flush applies the rows that are held.
func (im *importer) flush() index.Batch {
	diffs, err := im.apply()
	if err != nil {
		return index.Batch{Rows: im.taken, Err: err}
	}
	b := index.Batch{Applied: len(im.good), Diffs: diffs}
	for i, why := range im.wrong {
		if why != nil {
			b.Refused = append(b.Refused, index.RefuseUpdate(im.taken+i, why))
		}
	}
	im.taken += len(im.held)
	b.Rows = im.taken
	clear(im.held)
	im.held = im.held[:0]
	m := im.host.options.Metrics
	m.Add(MeterUpdates, int64(b.Applied))
	m.Add(MeterRefused, int64(len(b.Refused)))
	return b
}

// apply submits the rows that are right, and again without those that the machine refuses.
func (im *importer) apply() ([]segment.Diff, error) {
	for {
		diffs, err := im.host.write(im.plan)
		var one *index.UpdateError
		if !errors.As(err, &one) {
			return diffs, err
		}
		im.held[im.number[one.Index]].err = one.Unwrap()
	}
}

// plan finds the rows that are right, as of now.
func (im *importer) plan(now time.Time) (at time.Time, submit submission, err error) {
	im.good, im.number, im.there = im.good[:0], im.number[:0], make(map[string]bool)
	im.wrong = make([]error, len(im.held))
	last := now.Add(im.host.options.Ahead)
	if until := im.options.Until; !until.IsZero() && until.Before(last) {
		last = until
	}
	clock := im.host.index.Now() // of the last row that is taken
	for i, r := range im.held {
		u := r.update
		u.Create = u.Create || im.options.Create
		if im.host.date(&u, clock, now); r.err == nil {
			r.err = im.refuse(&u, clock, last)
		}
		if r.err != nil {
			im.wrong[i] = r.err
			continue
		}
		clock = u.At
		if u.Delete || u.Creates() {
			im.there[u.Contact] = !u.Delete
		}
		im.good, im.number = append(im.good, u), append(im.number, i)
	}
	if len(im.good) == 0 {
		return im.host.index.Now(), nil, nil
	}
	return im.good[0].At, func() func() ([]segment.Diff, error) { return im.host.machine.Submit(im.good...) }, nil
}

// refuse says why a row is not taken, nil if it is.
func (im *importer) refuse(u *segment.Update, clock, last time.Time) error {
	if err := u.Validate(); err != nil {
		return err
	}
	switch {
	case u.At.Before(clock):
		return lateError(u.At, clock)
	case u.At.After(last):
		return aheadError(u.At, last)
	case u.Delete || u.Creates():
		return nil
	}
	there, known := im.there[u.Contact]
	if !known {
		_, there = im.host.index.Contact(u.Contact)
	}
	if !there {
		return refused(segment.ErrNotFound, "", "there is no contact "+quoted(u.Contact)+", and the row does not create it")
	}
	return nil
}
