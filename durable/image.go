package durable

import (
	"encoding/binary"
	"io"
	"maps"
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/durable/internal/journal"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/internal/codec"
)

// An image is what a snapshot has: the state of the index, and what the store knows besides.

// imageVersion is the first byte of the meta.
const imageVersion = 1

// An image is the state after a record, taken hold of so that it can be written beside
// further calls.
type image struct {
	record   uint64
	meta     []byte         // what the store knows besides, up to
	revision uint64         // and
	diffs    []segment.Diff // of the outbox, which may be many
	index    index.Frozen
	mistake  fault
}

// freeze takes hold of the state.
func (c *core) freeze() image {
	record := c.j.LSN()
	if c.mistake == numberEarly && record > c.j.Snapshot()+1 {
		record--
	}
	return image{record, c.appendMeta(nil), c.revision, c.box.lend(), c.ix.Freeze(), c.mistake}
}

// appendMeta appends what the store knows besides the index and the outbox.
func (c *core) appendMeta(b []byte) []byte {
	b = append(b, imageVersion)
	b = appendEnvironment(b, c.env)
	for _, numbers := range []map[string]uint64{c.producers, c.box.from} {
		b = binary.AppendUvarint(b, uint64(len(numbers)))
		for _, name := range slices.Sorted(maps.Keys(numbers)) {
			b = binary.AppendUvarint(codec.AppendText(b, name), numbers[name])
		}
	}
	return binary.AppendUvarint(b, c.box.oldest)
}

// readMeta reads what a snapshot says besides the index.
func (c *core) readMeta(b []byte) error {
	r := codec.NewReader(b, "what a snapshot says of the store")
	if v := r.Byte(); r.OK() && v != imageVersion {
		r.Fail("it is of version %d, and version %d is known", v, imageVersion)
	}
	c.env = readEnvironment(r)
	for _, numbers := range []map[string]uint64{c.producers, c.box.from} {
		for i, n := 0, r.Count(codec.MaxText, "names"); i < n && r.OK(); i++ {
			name := r.Text()
			numbers[name] = r.Uvarint()
		}
	}
	c.box.oldest = r.Uvarint()
	c.revision = r.Uvarint()
	c.box.diffs = readDiffs(r)
	c.forgetAsTold()
	return r.End()
}

// forgetAsTold forgets what a mistake is to forget.
func (c *core) forgetAsTold() {
	switch c.mistake {
	case producersForgotten:
		clear(c.producers)
	case consumersForgotten:
		clear(c.box.from)
	case outboxForgotten:
		c.box.diffs = nil
	case oldestForgotten:
		c.box.oldest = 1
	case revisionForgotten:
		c.revision = 0
	}
}

// write writes the image into a snapshot of the log, which is finished and not committed.
// After an error nothing of it is left, and the log goes on unless it is poisoned.
func (m image) write(j *journal.Journal) (*journal.SnapshotJob, error) {
	meta, err := appendResult(m.meta, m.revision, m.diffs)
	if err != nil {
		return nil, err
	}
	if m.mistake == numberLate {
		m.record = j.LSN()
	}
	job, err := j.BeginSnapshot(m.record, meta)
	if err != nil {
		return nil, err
	}
	if _, err = m.index.WriteTo(job); err == nil {
		err = job.Finish()
	}
	if err != nil {
		_ = job.Abort() // the error that came first says why
		return nil, err
	}
	return job, nil
}

// restore reads an image.
func (c *core) restore(meta []byte, body io.Reader, o index.Options) (err error) {
	if err := c.readMeta(meta); err != nil {
		return err
	}
	if c.ix, err = index.Restore(body, o); err != nil {
		return err
	}
	for i := range c.box.diffs {
		c.box.diffs[i].At = c.box.diffs[i].At.In(c.ix.Now().Location())
	}
	return nil
}
