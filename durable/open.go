package durable

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/durable/internal/disk"
	"github.com/segmentrules/segment/durable/internal/journal"
	"github.com/segmentrules/segment/index"
)

// How a store comes back: the newest snapshot, and the calls behind it made again.
//
// A new store begins with a record of its environment and a snapshot of nothing, so that
// every store has a snapshot that says by which Options it is kept.

// open opens the core of a store. Clock is for the report, and for when snapshots are due.
func open(dir disk.Dir, o Options, clock func() time.Time, id func() [16]byte) (*core, Report, error) {
	began := clock()
	c := &core{box: newOutbox(o.Outbox, o.History), producers: make(map[string]uint64), given: o.Index, clock: clock, mistake: o.mistake}
	c.box.mistake = o.mistake
	bare := o.Index // the log has updates as they fit the schema, and conditions as it resolved them
	bare.Schema, bare.Strict, bare.Unfit = nil, false, nil
	c.ix = index.New(bare)
	here := segment.EnvironmentHere()
	again := replay{c: c, here: here, all: o.OtherEnvironment}
	jo := journal.Options{FileBytes: o.FileBytes, ReadOnly: o.ReadOnly, OlderSnapshot: o.OlderSnapshot}
	if !o.ReadOnly {
		jo.NewID = id
	}
	replays := began
	j, found, err := journal.Open(dir, jo, func(meta []byte, body io.Reader) error {
		defer func() { replays = clock() }()
		return c.restore(meta, body, bare)
	}, again.record)
	if err != nil {
		return nil, Report{}, fmt.Errorf("durable: %w", err)
	}
	if o.mistake == lastHeld {
		again.held = nil
	}
	if err := again.flush(); err != nil {
		return nil, Report{}, errors.Join(fmt.Errorf("durable: %w", err), j.Abandon())
	}
	c.j = j
	if found.Replayed > 0 { // who is killed over and over would else have more and more of them
		c.spent = clock().Sub(replays)
	}
	report := reported(found, c.env, here)
	if err := c.begin(here, found, o.ReadOnly); err != nil {
		return nil, report, errors.Join(fmt.Errorf("durable: %w", err), j.Abandon())
	}
	report.Took = clock().Sub(began)
	return c, report, nil
}

// reported is what a journal has found, in the words of the store.
func reported(found journal.Report, was, here segment.Environment) Report {
	r := Report{Created: found.Created, Snapshot: found.Snapshot, Replayed: found.Replayed}
	if !found.Created {
		r.Environment = was.Differs(here)
	}
	if t := found.Dropped; t != nil {
		r.Torn = fmt.Sprintf("%d bytes of %s from byte %d on, record %d", t.Bytes, t.File, t.Offset, t.Record)
	}
	if found.Damaged != nil {
		r.Damaged = found.Damaged.Error()
	}
	return r
}

// begin logs the environment of what is to come, and makes the first snapshot.
func (c *core) begin(here segment.Environment, found journal.Report, readOnly bool) error {
	if !readOnly && c.env != here && c.mistake != beginNotLogged {
		if _, err := c.submit(&call{kind: kindBegin, env: here}); err != nil {
			return err
		}
		if err := c.j.Flush(); err != nil {
			return err
		}
	}
	if !readOnly && found.Snapshot == 0 {
		if err := c.snapshot(); err != nil {
			return err
		}
	}
	return c.ix.SetSchema(c.given.Schema)
}

// snapshot makes one, and waits for it.
func (c *core) snapshot() error {
	if c.j.LSN() == c.j.Snapshot() {
		return nil // it is there
	}
	job, err := c.freeze().write(c.j)
	if err != nil {
		return err
	}
	if err := c.j.Flush(); err != nil {
		_ = job.Abort()
		return err
	}
	if err := job.Commit(); err != nil {
		return err
	}
	c.spent = 0
	return nil
}

// close makes a snapshot, so that nothing is made again at the next opening, and lets go of
// the directory.
func (c *core) close(snapshot bool) error {
	var err error
	if snapshot && c.j.Err() == nil {
		err = c.snapshot()
	}
	return errors.Join(err, c.j.Close())
}

// randomID is the id of a new store.
func randomID() (id [16]byte) {
	_, _ = rand.Read(id[:]) // never fails: see package crypto/rand
	return id
}
