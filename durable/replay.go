package durable

import (
	"bytes"
	"fmt"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/codec"
)

// The calls of the log are made again when the store is opened, and must come to what the
// log has, byte for byte. Updates that follow each other are made again together, each call
// by itself, so that all shards of the index are at work: see [index.Index.ApplyCalls].

// A replay makes calls again.
type replay struct {
	c    *core
	here segment.Environment
	all  bool // also calls of another environment
	held []heldCall
}

// A heldCall is updates that are still to be made again, and what they must come to.
type heldCall struct {
	record uint64
	call   call
	was    []byte
}

// mostHeld is how many calls are made again together.
const mostHeld = 256

// record takes the next record of the log; the payload is not kept.
func (p *replay) record(record uint64, payload []byte) error {
	r := codec.NewReader(payload, fmt.Sprintf("record %d of the log", record))
	h := heldCall{record: record, call: readCall(r)}
	if err := r.Err(); err != nil {
		return err
	}
	h.was = r.Rest()
	if was := p.c.env; was != p.here && was != (segment.Environment{}) && !p.all && h.call.kind != kindBegin {
		return &EnvironmentError{Was: was, Is: p.here}
	}
	if h.call.kind == kindApply {
		h.was = bytes.Clone(h.was)
		if p.held = append(p.held, h); len(p.held) < mostHeld {
			return nil
		}
		return p.flush()
	}
	if p.c.mistake != heldTooLong {
		if err := p.flush(); err != nil {
			return err
		}
	}
	diffs, _, err := p.c.make(&h.call)
	return p.compare(&h, diffs, err)
}

// flush makes the updates again that are held.
func (p *replay) flush() error {
	calls := make([][]segment.Update, len(p.held))
	for i := range p.held {
		calls[i] = p.held[i].call.updates
	}
	for i, got := range p.c.ix.ApplyCalls(calls) {
		h := &p.held[i]
		if p.c.mistake == numberNotMade {
			h.call.producer = ""
		}
		if got.Err == nil {
			p.c.made(&h.call, got.Diffs)
		}
		if err := p.compare(h, got.Diffs, got.Err); err != nil {
			return err
		}
	}
	clear(p.held)
	p.held = p.held[:0]
	return nil
}

// compare compares what came of a call with what the log has.
func (p *replay) compare(h *heldCall, diffs []segment.Diff, err error) error {
	c := p.c
	if err != nil {
		return &DivergedError{Record: h.record, Call: h.call.String(), Was: saidOf(h.was), Is: "an error: " + err.Error()}
	}
	if c.buf, err = appendResult(c.buf[:0], c.revision, diffs); err != nil {
		return err
	}
	if !bytes.Equal(c.buf, h.was) && c.mistake != resultNotChecked {
		return &DivergedError{Record: h.record, Call: h.call.String(), Was: saidOf(h.was), Is: saidOf(c.buf)}
	}
	return nil
}

// saidOf says what the result of a record is: the first of its diffs, and how many.
func saidOf(result []byte) string {
	r := codec.NewReader(result, "a result")
	revision, diffs := r.Uvarint(), readDiffs(r)
	if r.End() != nil {
		return "something that cannot be read"
	}
	said := fmt.Sprintf("revision %d and %d diffs", revision, len(diffs))
	for i, d := range diffs[:min(3, len(diffs))] {
		said += map[bool]string{true: ": ", false: ", "}[i == 0] + d.String()
	}
	return said
}
