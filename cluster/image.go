package cluster

import (
	"bytes"
	"encoding/binary"
	"hash/crc64"

	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/internal/codec"
)

// A snapshot is a machine as bytes: a head with what it knows besides the index, under a
// checksum, and the snapshot of the index, which has checksums of its own. It is a cache:
// without one the input is read from its beginning.

const (
	imageMagic   = "ss"
	imageVersion = 1
)

// An imageHead is what a snapshot says besides the index.
type imageHead struct {
	commit  Commit // without diffs: what the commit said that the snapshot lies behind
	senders senders
}

// append appends the head as bytes.
func (h imageHead) append(b []byte) []byte {
	from := len(b)
	b = append(append(b, imageMagic...), imageVersion)
	b = codec.AppendText(b, h.commit.appendHead(nil))
	b = h.senders.append(b)
	return binary.LittleEndian.AppendUint64(b, crc64.Checksum(b[from:], crc64.MakeTable(crc64.ECMA)))
}

// readImageHead reads a head, and returns what stands behind it.
func readImageHead(b []byte) (h imageHead, rest []byte, err error) {
	r := codec.NewReader(b, "a snapshot")
	if string(r.Raw(len(imageMagic))) != imageMagic {
		r.Fail("it does not begin as one")
	}
	if v := r.Byte(); r.OK() && v > imageVersion {
		return h, nil, &VersionError{What: "a snapshot", Version: int(v), Known: imageVersion}
	}
	in := codec.NewReader(r.Blob(codec.MaxText), "a snapshot")
	h.commit = readHead(in)
	h.senders = readSenders(r)
	sum := r.Uint64()
	rest = r.Rest()
	if err = r.Err(); err == nil {
		err = in.End()
	}
	if head := b[:max(0, len(b)-len(rest)-8)]; err == nil && crc64.Checksum(head, crc64.MakeTable(crc64.ECMA)) != sum {
		r.Fail("its checksum is another")
		err = r.Err()
	}
	return h, rest, err
}

// restore puts what a snapshot says in place of the machine's state.
func (m *machine) restore(b []byte, o index.Options) (Commit, error) {
	h, rest, err := readImageHead(b)
	if err != nil {
		return Commit{}, err
	}
	ix, err := index.Restore(bytes.NewReader(rest), o)
	if err != nil {
		return Commit{}, err
	}
	m.ix, m.senders = ix, h.senders
	m.upto, m.refused, m.epoch = h.commit.Upto, h.commit.Refused, h.commit.Epoch
	return h.commit, nil
}
