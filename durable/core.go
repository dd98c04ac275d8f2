package durable

import (
	"errors"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/durable/internal/journal"
	"github.com/segmentrules/segment/index"
)

// The core is the store one step at a time, without a clock, a goroutine or a lock of its
// own, so that tests can stop it between any two steps and cut the power there.
//
// A call is encoded first, so that what cannot be logged is not applied; then applied to the
// index, which refuses it without a trace or returns its diffs; then appended to the log
// with these. The diffs are told once the log is durable up to its record.

// A core is an index and its log.
type core struct {
	ix        *index.Index
	j         *journal.Journal // nil while the calls of the log are made again
	box       outbox
	producers map[string]uint64 // the last number of each
	env       segment.Environment
	given     index.Options // of the host: by these updates fit and conditions are resolved
	revision  uint64        // after the last call
	spent     time.Duration // in calls since the last snapshot began, also in making them again
	buf       []byte
	clock     func() time.Time // for spent alone
	mistake   fault
}

// An outcome is what came of a call.
type outcome struct {
	record uint64 // of the log: to be durable before the diffs are told
	diffs  []segment.Diff
	done   bool // of time: nothing more is due
}

// submit makes a call and logs it. An error has changed nothing, unless it is that of the
// disk.
func (c *core) submit(k *call) (out outcome, err error) {
	if err := c.j.Err(); err != nil {
		return out, err
	}
	if last := c.producers[k.producer]; k.kind == kindApply && k.producer != "" && k.number <= last && (k.number < last || c.mistake != sameNumberTaken) {
		return out, ErrRepeated
	}
	began := c.clock()
	if c.buf, err = k.append(c.buf[:0]); err != nil {
		return out, c.refused(k, err)
	}
	if out.diffs, out.done, err = c.make(k); err != nil && c.mistake != refusedLogged {
		if c.mistake == refusedCounts && k.producer != "" {
			c.producers[k.producer] = k.number
		}
		return out, err
	}
	if k.kind == kindAdvance && len(out.diffs) == 0 && out.done || c.mistake == stoppedLost && !out.done && k.kind == kindAdvance {
		return out, nil // time in which nothing happens is not logged: the next call brings it about
	}
	if c.buf, err = appendResult(c.buf, c.revision, out.diffs); err == nil {
		out.record, err = c.j.Append(c.buf)
	}
	c.spent += c.clock().Sub(began)
	if err != nil { // the index is ahead of the log, which must not go on without this call
		return out, c.j.Poison(err)
	}
	c.keep(c.buf)
	return out, nil
}

// refused is why a call that cannot be written is refused: in the words of the index, which
// say of which update it is.
func (c *core) refused(k *call, err error) error {
	if k.kind != kindApply {
		return err
	}
	if _, err := c.ix.Apply(k.updates...); err != nil {
		return err
	}
	return c.j.Poison(errUnwritten)
}

// make makes a call, or makes it again. An error has changed nothing.
func (c *core) make(k *call) (diffs []segment.Diff, done bool, err error) {
	switch again := c.j == nil; {
	case again && c.mistake == ackNotReplayed && k.kind == kindAck,
		again && c.mistake == forgetNotMade && k.kind == kindForget:
		return nil, false, nil
	case again && c.mistake == numberNotMade:
		k.producer = ""
	}
	switch k.kind {
	case kindBegin:
		c.env = k.env
	case kindApply:
		diffs, err = c.ix.Apply(k.updates...)
	case kindAdvance:
		diffs, done = c.ix.Advance(k.at, k.limit)
	case kindDefine:
		diffs, err = c.ix.DefineResolved(k.segment, k.at)
	case kindDrop:
		diffs, err = c.ix.Drop(k.segment.ID, k.at)
	case kindConsumer:
		c.box.begin(k.consumer, k.revision)
	case kindAck:
		c.box.ack(k.consumer, k.revision)
	case kindForget:
		c.box.forget(k.consumer)
	}
	if err == nil {
		c.made(k, diffs)
	}
	return diffs, done, err
}

// made notes what came of a call.
func (c *core) made(k *call, diffs []segment.Diff) {
	if k.producer != "" {
		c.producers[k.producer] = k.number
	}
	c.box.add(diffs)
	if n := len(diffs); n > 0 {
		c.revision = diffs[n-1].Revision
	}
}

// apply is the call of updates, as they fit the schema.
func (c *core) apply(producer string, number uint64, us []segment.Update) (outcome, error) {
	us, err := c.given.Fit(us)
	if err != nil {
		return outcome{}, err
	}
	return c.submit(&call{kind: kindApply, producer: producer, number: number, updates: us})
}

// applyCalls is apply for many calls, one after another, which keep all shards of the index
// busy. The errors of calls that are refused are in their place; the error besides is that
// of the disk.
func (c *core) applyCalls(calls [][]segment.Update) (outs []outcome, errs []error, err error) {
	outs, errs = make([]outcome, len(calls)), make([]error, len(calls))
	if err := c.j.Err(); err != nil {
		return outs, errs, err
	}
	began := c.clock()
	var fitting [][]segment.Update
	var places, ends []int // of those that fit: which call it is, and where it ends in b
	b := c.buf[:0]
	for i, us := range calls {
		if us, errs[i] = c.given.Fit(us); errs[i] != nil || len(us) == 0 {
			continue
		}
		k, from := call{kind: kindApply, updates: us}, len(b)
		if b, err = k.append(b); err != nil { // no index takes it either, and says so below
			b = b[:from]
		}
		fitting, places, ends = append(fitting, us), append(places, i), append(ends, len(b))
	}
	from := 0
	for n, got := range c.ix.ApplyCalls(fitting) {
		i, encoded := places[n], b[from:ends[n]]
		if errs[i] = got.Err; got.Err != nil && c.mistake == refusedShifts {
			ends[n] = from
		}
		from = ends[n]
		if got.Err != nil {
			continue
		}
		c.made(&call{}, got.Diffs)
		outs[i].diffs = got.Diffs
		if len(encoded) == 0 {
			return outs, errs, c.j.Poison(errUnwritten)
		}
		// at its end, so that the calls behind it stay
		if b, err = appendResult(append(b, encoded...), c.revision, got.Diffs); err == nil {
			outs[i].record, err = c.j.Append(b[ends[len(ends)-1]:])
		}
		if err != nil {
			return outs, errs, c.j.Poison(err)
		}
		b = b[:ends[len(ends)-1]]
	}
	c.spent += c.clock().Sub(began)
	c.keep(b)
	return outs, errs, nil
}

// keep keeps a buffer for the next call, unless it has become large.
func (c *core) keep(b []byte) {
	if c.buf = b[:0]; cap(b) > 1<<20 {
		c.buf = nil
	}
}

// errUnwritten says that the index has taken updates that cannot be written.
var errUnwritten = errors.New("durable: the index has taken updates that the log cannot hold")

// define is the call that defines a segment, as the schema of now resolves it.
func (c *core) define(s segment.Segment, at time.Time) (outcome, error) {
	var err error
	if c.mistake == notResolved {
		return c.submit(&call{kind: kindDefine, segment: s, at: at})
	}
	if s.Condition, err = c.given.Resolve(s.Condition); err != nil {
		return outcome{}, err
	}
	return c.submit(&call{kind: kindDefine, segment: s, at: at})
}

// advance is the call that lets time run.
func (c *core) advance(to time.Time, limit int) (outcome, error) {
	if to.Before(c.ix.Now()) || to.IsZero() {
		return outcome{done: true}, nil
	}
	return c.submit(&call{kind: kindAdvance, at: to, limit: max(limit, 0)})
}
