package durable

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// The calls that write, as those of the index. Each has a form that waits until it is
// durable, and one that returns how to wait, for hosts that make calls in an order of their
// own and must not hold it up for the disk.

// Apply is [index.Index.Apply], and returns once the call is durable. The error of a call
// that is refused is that of the index, and it has changed nothing. After [ErrPoisoned] the
// call may be found or not when the store is opened again.
func (s *Store) Apply(us ...segment.Update) ([]segment.Diff, error) { return s.Submit(us...)() }

// Submit applies updates as [Store.Apply] does and returns at once. What it returns waits
// until the call is durable, and then returns its diffs; calling it is not needed for the
// call to take effect.
func (s *Store) Submit(us ...segment.Update) (wait func() ([]segment.Diff, error)) {
	return s.submit(func(c *core) (outcome, error) {
		if len(us) == 0 {
			return outcome{}, c.j.Err()
		}
		return c.apply("", 0, us)
	})
}

// ApplyOnce is [Store.Apply] of a call that its producer numbers, in growing numbers from 1
// on, and may send again if it does not know what became of it: a number that is not
// greater than all before it is not applied again, and the error is [ErrRepeated]. The
// numbers are part of the state.
func (s *Store) ApplyOnce(producer string, number uint64, us ...segment.Update) ([]segment.Diff, error) {
	return s.submit(func(c *core) (outcome, error) {
		if err := checkName(producer, "producer"); err != nil {
			return outcome{}, err
		}
		return c.apply(producer, number, us)
	})()
}

// Produced returns the last number that a producer has sent; 0 for none.
func (s *Store) Produced(producer string) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.c.producers[producer]
}

// ApplyCalls is [index.Index.ApplyCalls]: many calls, each what it would be by itself, with
// all shards of the index at work, and one write for all of them.
func (s *Store) ApplyCalls(calls [][]segment.Update) []index.Applied { return s.SubmitCalls(calls)() }

// SubmitCalls is to ApplyCalls what Submit is to Apply: who submits the next calls before
// waiting for these keeps the index at work while the disk writes.
func (s *Store) SubmitCalls(calls [][]segment.Update) (wait func() []index.Applied) {
	var outs []outcome
	var errs []error
	durable := s.submit(func(c *core) (all outcome, err error) {
		outs, errs, err = c.applyCalls(calls)
		for _, o := range outs {
			all.record = max(all.record, o.record)
		}
		return all, err
	})
	return func() []index.Applied {
		out := make([]index.Applied, len(calls))
		_, err := durable()
		for i := range out {
			if out[i].Err = errs[i]; err != nil && out[i].Err == nil {
				out[i].Err = err
			}
			if out[i].Err == nil {
				out[i].Diffs = outs[i].diffs
			}
		}
		return out
	}
}

// Define is [index.Index.Define], durable. The condition is logged as the schema of now
// resolves it.
func (s *Store) Define(seg segment.Segment, at time.Time) ([]segment.Diff, error) {
	return s.SubmitDefine(seg, at)()
}

// SubmitDefine is to Define what Submit is to Apply; the segment is decided before it
// returns.
func (s *Store) SubmitDefine(seg segment.Segment, at time.Time) (wait func() ([]segment.Diff, error)) {
	return s.submit(func(c *core) (outcome, error) { return c.define(seg, at) })
}

// Drop is [index.Index.Drop], durable.
func (s *Store) Drop(id string, at time.Time) ([]segment.Diff, error) { return s.SubmitDrop(id, at)() }

// SubmitDrop is to Drop what Submit is to Apply.
func (s *Store) SubmitDrop(id string, at time.Time) (wait func() ([]segment.Diff, error)) {
	return s.submit(func(c *core) (outcome, error) {
		return c.submit(&call{kind: kindDrop, segment: segment.Segment{ID: id}, at: at})
	})
}

// Advance is [index.Index.Advance], durable. Time in which nothing happens is not logged,
// and the clock of the index stands where the last call was when the store is opened again.
func (s *Store) Advance(to time.Time, limit int) (diffs []segment.Diff, done bool, err error) {
	wait, done := s.SubmitAdvance(to, limit)
	diffs, err = wait()
	return diffs, done, err
}

// SubmitAdvance is to Advance what Submit is to Apply.
func (s *Store) SubmitAdvance(to time.Time, limit int) (wait func() ([]segment.Diff, error), done bool) {
	wait = s.submit(func(c *core) (outcome, error) {
		out, err := c.advance(to, limit)
		done = out.done || err != nil
		return out, err
	})
	return wait, done
}

// SetSchema replaces the schema by which later updates and definitions are checked, as
// [index.Index.SetSchema] does. It is not logged: give it again in the Options of the next
// opening.
func (s *Store) SetSchema(schema *segment.Schema) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.c.ix.SetSchema(schema); err != nil {
		return err
	}
	s.c.given.Schema = schema
	return nil
}
