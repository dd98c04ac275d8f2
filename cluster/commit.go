package cluster

import (
	"encoding/binary"
	"hash/crc64"
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/codec"
)

// A Commit is what a worker appends to the output of its partition: diffs, and how far the
// input is read, in one step. Commits follow each other without a gap: the diffs of one
// begin with the revision behind the last of the one before.
//
// A message that brings many diffs may take several commits. Then Revision is ahead of
// Done, and the next worker makes the message again and goes on amid its diffs.
type Commit struct {
	Upto     uint64        // the position of the last message of the input that is done
	Done     uint64        // the revision after that message
	Refused  uint64        // how many messages up to Upto were refused and skipped, poison messages among them
	Epoch    Epoch         // that is in force behind Upto
	Revision uint64        // of the last diff that is committed; that of the commit before if Diffs is empty
	Chain    segment.Chain // over all diffs of the partition up to Revision
	Diffs    []segment.Diff
}

const (
	commitMagic   = "sc"
	commitVersion = 1
)

// AppendBinary appends the commit as bytes. Errors are those of segment.Diff.AppendBinary.
func (c Commit) AppendBinary(b []byte) ([]byte, error) {
	b = append(append(b, commitMagic...), commitVersion)
	b = c.appendHead(b)
	b = binary.AppendUvarint(b, uint64(len(c.Diffs)))
	b, _, err := appendDiffs(b, 0, c.Diffs)
	return b, err
}

// appendDiffs appends diffs, each behind its length, and returns the chain with them at its
// end: it is the checksum of the same bytes.
func appendDiffs(b []byte, chain segment.Chain, diffs []segment.Diff) ([]byte, segment.Chain, error) {
	table := crc64.MakeTable(crc64.ECMA)
	var room [256]byte
	for i := range diffs {
		d, err := diffs[i].AppendBinary(room[:0])
		if err != nil {
			return b, chain, err
		}
		chain = segment.Chain(crc64.Update(uint64(chain), table, d))
		b = codec.AppendText(b, d)
	}
	return b, chain, nil
}

// seal sets the chain, behind that of the commit before, and returns the commit as bytes.
// Each diff is written once, in a room that is returned for the next time.
func (c *Commit) seal(before segment.Chain, room []byte) (text, _ []byte, err error) {
	if room, c.Chain, err = appendDiffs(room[:0], before, c.Diffs); err != nil {
		return nil, room, err
	}
	head := append(append(make([]byte, 0, 128), commitMagic...), commitVersion)
	head = binary.AppendUvarint(c.appendHead(head), uint64(len(c.Diffs)))
	return slices.Concat(head, room), room, nil
}

// appendHead appends all but the diffs.
func (c Commit) appendHead(b []byte) []byte {
	for _, n := range [...]uint64{c.Upto, c.Done, c.Refused, c.Revision} {
		b = binary.AppendUvarint(b, n)
	}
	return appendEpoch(binary.LittleEndian.AppendUint64(b, uint64(c.Chain)), c.Epoch)
}

// readHead reads what appendHead has written.
func readHead(r *codec.Reader) Commit {
	return Commit{Upto: r.Uvarint(), Done: r.Uvarint(), Refused: r.Uvarint(), Revision: r.Uvarint(),
		Chain: segment.Chain(r.Uint64()), Epoch: readEpoch(r)}
}

// UnmarshalBinary reads what AppendBinary has written, all of the bytes, and keeps none of
// them. Errors: bytes that are no commit; a [*VersionError] for a later version.
func (c *Commit) UnmarshalBinary(b []byte) error {
	r := codec.NewReader(b, "a commit")
	if string(r.Raw(len(commitMagic))) != commitMagic {
		r.Fail("it does not begin as one")
	}
	if v := r.Byte(); r.OK() && v > commitVersion {
		return &VersionError{What: "a commit", Version: int(v), Known: commitVersion}
	} else if r.OK() && v == 0 {
		r.Fail("it is of version 0")
	}
	out := readHead(r)
	n := r.Count(codec.MaxText, "diffs")
	for i := 0; i < n && r.OK(); i++ {
		var d segment.Diff
		readSized(r, &d)
		out.Diffs = append(out.Diffs, d)
	}
	if err := r.End(); err != nil {
		return err
	}
	*c = out
	return nil
}
