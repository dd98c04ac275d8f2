package journal

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"

	"github.com/segmentrules/segment/durable/internal/disk"
)

// A snapReader reads a snapshot block by block. It hands out no byte that it has not
// checked, and says that the end has come only when the end block has.
type snapReader struct {
	file    disk.Reader
	name    string
	head    snapHeader
	sum     uint32 // the checksum of the block before
	at      int64  // where the next block stands
	buf     []byte
	left    []byte // of the block, what has not been handed out
	err     error  // what ended the reading; io.EOF if it was the end
	mistake fault
}

// openSnap opens a snapshot and reads its header.
func (d *folder) openSnap(lsn uint64) (*snapReader, error) {
	name := snapName(lsn)
	f, err := d.dir.Open(name)
	if err != nil {
		return nil, err
	}
	r := &snapReader{file: f, name: name, at: snapHeadLen, mistake: d.mistake}
	if err = r.header(); err == nil {
		err = d.check(name, r.head.id)
	}
	if err == nil && r.head.lsn != lsn {
		err = corrupt(name, ownAt, "it was written as the snapshot of record %d", r.head.lsn)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return r, nil
}

func (r *snapReader) header() (err error) {
	if r.file.Size() < snapHeadLen {
		return corrupt(r.name, r.file.Size(), "it is shorter than its header")
	}
	var b [snapHeadLen]byte
	if err = readFull(r.file, b[:], 0); err == nil {
		r.head, err = parseSnapHeader(r.name, b[:])
		r.sum = r.head.sum
	}
	return err
}

// Read implements [io.Reader].
func (r *snapReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(r.left) == 0 && r.err == nil {
		r.err = r.block()
	}
	if r.err != nil {
		return 0, r.err
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

// block reads the next block; the error is io.EOF if it is the end.
func (r *snapReader) block() error {
	left := r.file.Size() - r.at
	if left == 0 && r.mistake == endBlockNotNeeded {
		return io.EOF
	}
	if left < blockHead {
		return corrupt(r.name, r.at, "it has no end")
	}
	if r.buf == nil {
		r.buf = make([]byte, min(left, blockHead+blockLen))
	}
	if err := readFull(r.file, r.buf[:blockHead], r.at); err != nil {
		return err
	}
	// the length is not checked yet, and believed only as far as a block may go
	n := int64(binary.LittleEndian.Uint32(r.buf[4:]))
	if n > blockLen || n > left-blockHead {
		return corrupt(r.name, r.at, "a block of %d bytes, where %d are left", n, left-blockHead)
	}
	b := r.buf[:blockHead+n]
	if err := readFull(r.file, b[blockHead:], r.at+blockHead); err != nil {
		return err
	}
	r.sum = crc32.Update(r.sum, castagnoli(), b[4:])
	if r.sum != binary.LittleEndian.Uint32(b) && r.mistake != blockNotChecked {
		return corrupt(r.name, r.at, "the checksum of a block does not fit")
	}
	r.at += int64(len(b))
	r.left = b[blockHead:]
	switch {
	case n > 0:
		return nil
	case r.at != r.file.Size():
		return corrupt(r.name, r.at, "%d bytes behind the end", r.file.Size()-r.at)
	}
	return io.EOF
}

// meta reads the meta. Memory grows with what is there, not with the length that is said.
func (r *snapReader) meta() ([]byte, error) {
	if r.head.meta > MaxRecord {
		return nil, corrupt(r.name, ownAt+8, "a meta of %d bytes", r.head.meta)
	}
	b, err := io.ReadAll(io.LimitReader(r, int64(r.head.meta)))
	if err == nil && uint64(len(b)) < r.head.meta {
		err = corrupt(r.name, r.at, "it ends within its meta")
	}
	return b, err
}

// drain reads what is left up to the end, and returns what was wrong anywhere.
func (r *snapReader) drain() error {
	for r.err == nil {
		r.left = nil
		r.err = r.block()
	}
	if errors.Is(r.err, io.EOF) {
		return nil
	}
	return r.err
}

// restore hands a snapshot to the caller, and returns the size of its file.
func (d *folder) restore(lsn uint64, take func(meta []byte, body io.Reader) error) (size int64, err error) {
	r, err := d.openSnap(lsn)
	if err != nil {
		return 0, err
	}
	defer r.file.Close()
	meta, err := r.meta()
	if err != nil {
		return 0, err
	}
	var taken error
	if take != nil {
		taken = take(meta, r)
	}
	// damage that was met is the reason for whatever the caller says
	if r.err != nil && !errors.Is(r.err, io.EOF) {
		return 0, r.err
	}
	if taken != nil {
		return 0, taken
	}
	return r.file.Size(), r.drain()
}

// checkSnap reads a snapshot as a whole, for the sake of its checksums.
func (d *folder) checkSnap(lsn uint64) (size int64, err error) {
	r, err := d.openSnap(lsn)
	if err != nil {
		return 0, err
	}
	defer r.file.Close()
	if _, err = r.meta(); err != nil {
		return 0, err
	}
	return r.file.Size(), r.drain()
}
