package durable

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/codec"
)

// A record of the log is one call and what came of it: the call is made again when the store
// is opened, and must come to the same. What one call tells depends on where it ends, so
// calls are never put together or taken apart.

// A kind says what a record is of. The numbers stay what they are.
type kind byte

const (
	kindBegin    kind = 1 + iota // under which environment the records behind it were written
	kindApply                    // updates
	kindAdvance                  // time, up to an instant and a number of diffs
	kindDefine                   // a segment
	kindDrop                     // a segment is taken away
	kindConsumer                 // a consumer begins, or begins anew
	kindAck                      // a consumer has what it was told
	kindForget                   // a consumer ends
)

// A call is what a record is of, as it is made and made again.
type call struct {
	kind     kind
	updates  []segment.Update
	producer string // of the updates; empty for none
	number   uint64 // of the call, as the producer counts
	at       time.Time
	limit    int
	segment  segment.Segment // to be defined; its ID alone where it is dropped
	consumer string
	revision uint64 // that a consumer is at
	env      segment.Environment
}

// append appends the call as bytes.
func (c *call) append(b []byte) (_ []byte, err error) {
	b = append(b, byte(c.kind))
	switch c.kind {
	case kindBegin:
		b = appendEnvironment(b, c.env)
	case kindApply:
		b = binary.AppendUvarint(codec.AppendText(b, c.producer), c.number)
		b = binary.AppendUvarint(b, uint64(len(c.updates)))
		for i := range c.updates {
			if b, err = appendSized(b, c.updates[i].AppendBinary); err != nil {
				return b, err
			}
		}
	case kindAdvance:
		b = binary.AppendUvarint(codec.AppendInstant(b, c.at), uint64(c.limit))
	case kindDefine:
		b = codec.AppendInstant(b, c.at)
		return appendSized(b, c.segment.AppendBinary)
	case kindDrop:
		b = codec.AppendText(codec.AppendInstant(b, c.at), c.segment.ID)
	case kindConsumer, kindAck, kindForget:
		b = binary.AppendUvarint(codec.AppendText(b, c.consumer), c.revision)
	}
	return b, nil
}

// appendEnvironment appends an environment.
func appendEnvironment(b []byte, env segment.Environment) []byte {
	b = binary.AppendUvarint(b, uint64(env.Meaning))
	return codec.AppendText(codec.AppendText(b, env.Unicode), env.Zones)
}

// readEnvironment reads what appendEnvironment has written.
func readEnvironment(r *codec.Reader) segment.Environment {
	return segment.Environment{Meaning: r.Count(1<<30, "as a meaning"), Unicode: r.Text(), Zones: r.Text()}
}

// appendSized appends what f appends behind its length, in four bytes, since it is known
// only afterwards.
func appendSized(b []byte, f func([]byte) ([]byte, error)) ([]byte, error) {
	from := len(b)
	b, err := f(append(b, 0, 0, 0, 0))
	if err == nil {
		binary.LittleEndian.PutUint32(b[from:], uint32(len(b)-from-4))
	}
	return b, err
}

// readSized reads what appendSized has written.
func readSized(r *codec.Reader, into interface{ UnmarshalBinary([]byte) error }) {
	size := r.Raw(4)
	if !r.OK() {
		return
	}
	b := r.Raw(int(binary.LittleEndian.Uint32(size)))
	if !r.OK() {
		return
	}
	if err := into.UnmarshalBinary(b); err != nil {
		r.Fail("%v", err)
	}
}

// readCall reads a call, and leaves r behind it.
func readCall(r *codec.Reader) (c call) {
	switch c.kind = kind(r.Byte()); c.kind {
	case kindBegin:
		c.env = readEnvironment(r)
	case kindApply:
		c.producer, c.number = r.Text(), r.Uvarint()
		n := r.Count(codec.MaxText, "updates")
		for i := 0; i < n && r.OK(); i++ {
			var u segment.Update
			readSized(r, &u)
			c.updates = append(c.updates, u)
		}
	case kindAdvance:
		c.at = r.Instant()
		c.limit = r.Count(1<<40, "as a limit")
	case kindDefine:
		c.at = r.Instant()
		readSized(r, &c.segment)
	case kindDrop:
		c.at = r.Instant()
		c.segment.ID = r.Text()
	case kindConsumer, kindAck, kindForget:
		c.consumer, c.revision = r.Text(), r.Uvarint()
	default:
		r.Fail("a record of kind %d, which this version does not know", c.kind)
	}
	return c
}

// appendResult appends what came of a call: the revision after it, and its diffs.
func appendResult(b []byte, revision uint64, diffs []segment.Diff) (_ []byte, err error) {
	b = binary.AppendUvarint(b, revision)
	b = binary.AppendUvarint(b, uint64(len(diffs)))
	for i := range diffs { // as appendSized does, without a function for each of very many
		from := len(b)
		if b, err = diffs[i].AppendBinary(append(b, 0, 0, 0, 0)); err != nil {
			return b, err
		}
		binary.LittleEndian.PutUint32(b[from:], uint32(len(b)-from-4))
	}
	return b, nil
}

// readDiffs reads diffs behind their number.
func readDiffs(r *codec.Reader) (diffs []segment.Diff) {
	n := r.Count(codec.MaxText, "diffs")
	for i := 0; i < n && r.OK(); i++ {
		var d segment.Diff
		readSized(r, &d)
		diffs = append(diffs, d)
	}
	return diffs
}

// String says what a call was, for errors.
func (c *call) String() string {
	switch c.kind {
	case kindApply:
		if len(c.updates) == 1 {
			return fmt.Sprintf("an update of %q", c.updates[0].Contact)
		}
		return fmt.Sprintf("%d updates", len(c.updates))
	case kindAdvance:
		return "time up to " + c.at.Format(time.RFC3339Nano)
	case kindDefine:
		return fmt.Sprintf("the definition of segment %q", c.segment.ID)
	case kindDrop:
		return fmt.Sprintf("the drop of segment %q", c.segment.ID)
	case kindBegin:
		return "the environment"
	}
	return fmt.Sprintf("consumer %q", c.consumer)
}
