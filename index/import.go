package index

import (
	"context"
	"iter"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/rules"
)

// Importing rows: as many updates as there are, of which some may be wrong. They are taken
// in batches, each under the lock once, so that calls that read come in between; what is
// wrong with a row is told with its number, and the others are applied.

// ImportOptions are how [Index.ApplyEach] takes rows. The zero value is good.
type ImportOptions struct {
	// Batch is how many rows are applied at once; 0 means 1,000. Rows of one instant stay
	// together, up to 16 times as many, since changes that cancel at one instant are no
	// diffs only within one batch.
	Batch int
	// Until, if not zero, is the last instant that a row may have. The clock never goes
	// back, so one row of the year 2062 among those of today would let no later one be
	// applied: give the present here.
	Until time.Time
	// Create lets every row create its contact, as [segment.Update.Create] does for one.
	// Else a row that does not ([segment.Update.Creates]) and is about a contact that is
	// not there is refused ([segment.ErrNotFound]).
	Create bool
}

// A Batch is what came of some rows.
type Batch struct {
	Rows    int            `json:"rows"`    // how many rows have been taken since the beginning, these among them
	Applied int            `json:"applied"` // how many of the batch were applied
	Diffs   []segment.Diff `json:"diffs"`   // as [Index.Apply] returns them
	Refused []*UpdateError `json:"refused"` // the rows of the batch that were not applied, in order, counted over all batches from 0
	Err     error          `json:"-"`       // of the last batch: that of the context, or that of a call within Progress
}

// ApplyEach applies rows that come one after another, for as long as the loop over what
// it returns goes on: a row that is wrong is told and left out, and the others are
// applied, in order, each as [Index.Apply] would. A row is refused if it comes with an
// error of its own, such as that of a line that could not be read; if
// [segment.Update.Validate] refuses it; if its instant is before the clock or that of the
// last row applied, or after [ImportOptions.Until]; if [Options.Strict] has the schema
// refuse it; if it is about a contact that is not there, see [ImportOptions.Create].
//
// It holds no more than one batch of rows in memory, which must not be changed before the
// batch is told. Other calls may come between two batches, also from the loop. Once the
// context is done, or the loop is left, no further row is applied: the number of rows of
// the last batch says from where to go on. The cost is that of Apply.
//
//	for b := range ix.ApplyEach(ctx, rows, index.ImportOptions{Until: now}) {
//		for _, e := range b.Refused {
//			log.Printf("row %d: %v", e.Index, e.Unwrap())
//		}
//		publish(b.Diffs)
//	}
func (ix *Index) ApplyEach(ctx context.Context, rows iter.Seq2[segment.Update, error], opts ImportOptions) iter.Seq[Batch] {
	size := opts.Batch
	if size <= 0 {
		size = 1_000
	}
	return func(yield func(Batch) bool) {
		im := importer{ix: ix, opts: opts}
		for u, err := range rows {
			if ctx.Err() != nil {
				break
			}
			if im.full(size, u.At) {
				if b := im.flush(); !yield(b) || b.Err != nil {
					return
				}
			}
			im.held = append(im.held, importRow{u, err})
		}
		switch {
		case ctx.Err() != nil:
			yield(Batch{Rows: im.taken, Err: ctx.Err()})
		case len(im.held) > 0:
			yield(im.flush())
		}
	}
}

// An importRow is an update, or why there is none.
type importRow struct {
	update segment.Update
	err    error
}

// An importer is an import under way.
type importer struct {
	ix    *Index
	opts  ImportOptions
	held  []importRow
	taken int // rows that have been applied or refused
	good  []segment.Update
	there map[string]bool // contacts that earlier rows of the batch have created or deleted
}

// full reports whether what is held is to be applied before a row of an instant is added.
func (im *importer) full(size int, at time.Time) bool {
	const most = 16 // batches that one instant may fill
	n := len(im.held)
	return n >= most*size || n >= size && !im.held[n-1].update.At.Equal(at)
}

// flush applies the rows that are held.
func (im *importer) flush() Batch {
	ix := im.ix
	if !ix.mu.Lock() {
		return Batch{Rows: im.taken, Err: errWithinProgress()}
	}
	defer ix.mu.Unlock()
	var b Batch
	now := ix.now()
	im.good, im.there = im.good[:0], make(map[string]bool)
	for i := range im.held {
		r := &im.held[i]
		r.update.Create = r.update.Create || im.opts.Create
		if err := im.refuse(r, now); err != nil {
			b.Refused = append(b.Refused, &UpdateError{Index: im.taken + i, err: err})
			continue
		}
		now = r.update.At
		if r.update.Delete || r.update.Creates() {
			im.there[r.update.Contact] = !r.update.Delete
		}
		im.good = append(im.good, r.update)
	}
	if b.Applied = len(im.good); b.Applied > 0 {
		b.Diffs = ix.applyChecked(im.good)
	}
	im.taken += len(im.held)
	b.Rows = im.taken
	clear(im.held)
	clear(im.good)
	im.held = im.held[:0]
	return b
}

// refuse says why a row is not applied after an instant, nil if it is.
func (im *importer) refuse(r *importRow, now time.Time) error {
	u := &r.update
	if r.err != nil {
		return r.err
	}
	if err := im.ix.shards[0].retention.checkUpdates([]segment.Update{*u}, 0, now); err != nil {
		return err.(*UpdateError).err
	}
	if !im.opts.Until.IsZero() && u.At.After(im.opts.Until) {
		return rules.Refuse(segment.ErrValue, "%s is after %s, the last instant that a row may have",
			u.At.UTC().Format(time.RFC3339Nano), im.opts.Until.UTC().Format(time.RFC3339Nano))
	}
	if err := im.ix.fitting.one(u, im.ix.shards[0].schema); err != nil {
		return err
	}
	if u.Delete || u.Creates() {
		return nil
	}
	there, known := im.there[u.Contact]
	if !known {
		_, there = im.ix.of(u.Contact).store.Find(u.Contact)
	}
	if !there {
		return rules.Refuse(segment.ErrNotFound, "there is no contact %q, and the row does not create it", u.Contact)
	}
	return nil
}
