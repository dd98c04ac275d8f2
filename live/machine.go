package live

import (
	"iter"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// A Machine is what a [Host] drives: [OverIndex] makes one of an index, and a durable store
// is one. All it does is carried out at once, in the order of the calls; each call returns a
// function that waits for its result. A store has written it to disk by then; an index has it
// at once.
//
// The host makes one call at a time, and waits for several results at the same time and in
// any order. It waits for each result at most once, and not at all for that of a
// SubmitAdvance that has made no diffs. Nobody else may call what changes the machine.
//
// A call that is refused, as [index.Index] refuses it, has changed nothing. Any other error is
// a failure, such as a full disk: the host then takes no more calls.
type Machine interface {
	// Submit applies updates, all or none, as [index.Index.Apply] does.
	Submit(us ...segment.Update) (wait func() ([]segment.Diff, error))
	// SubmitDefine defines a segment at an instant, as [index.Index.Define] does.
	SubmitDefine(s segment.Segment, at time.Time) (wait func() ([]segment.Diff, error))
	// SubmitDrop drops a segment at an instant, as [index.Index.Drop] does.
	SubmitDrop(id string, at time.Time) (wait func() ([]segment.Diff, error))
	// SubmitAdvance lets time run, as [index.Index.Advance] does; done is known at once.
	SubmitAdvance(to time.Time, limit int) (wait func() ([]segment.Diff, error), done bool)
	// Index is what the machine keeps current, for reading. It shows what has been carried
	// out, also before that is written to disk.
	Index() *index.Index
}

// A Historian is a [Machine] that keeps diffs for longer than a [Host] does in memory. A
// durable store is one.
type Historian interface {
	// History yields the diffs after a revision, in order and without a gap, up to one that
	// is the newest at about the time of the call. If the one after from cannot be had, it
	// yields nothing, or begins with a later one, or yields an error: subscribers then get a
	// [*ResyncError]. It is called by many goroutines, also while calls are submitted.
	History(from uint64) iter.Seq2[segment.Diff, error]
}

// OverIndex makes a machine of an index, which the host then has for itself: others may only
// read it.
func OverIndex(ix *index.Index) Machine { return overIndex{ix} }

type overIndex struct{ ix *index.Index }

func (m overIndex) Submit(us ...segment.Update) func() ([]segment.Diff, error) {
	return done(m.ix.Apply(us...))
}

func (m overIndex) SubmitDefine(s segment.Segment, at time.Time) func() ([]segment.Diff, error) {
	return done(m.ix.Define(s, at))
}

func (m overIndex) SubmitDrop(id string, at time.Time) func() ([]segment.Diff, error) {
	return done(m.ix.Drop(id, at))
}

func (m overIndex) SubmitAdvance(to time.Time, limit int) (func() ([]segment.Diff, error), bool) {
	diffs, all := m.ix.Advance(to, limit)
	return done(diffs, nil), all
}

func (m overIndex) Index() *index.Index { return m.ix }

// done returns a result for which nobody need wait.
func done(diffs []segment.Diff, err error) func() ([]segment.Diff, error) {
	return func() ([]segment.Diff, error) { return diffs, err }
}
