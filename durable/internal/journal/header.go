package journal

import (
	"encoding/binary"
	"hash/crc32"
)

// Both kinds of files begin alike: magic, version and the id of the store, then numbers of
// their own, and a checksum of all that.

const (
	logMagic  = "segm.log"
	snapMagic = "segmsnap"

	idAt   = 12 // behind magic and version
	ownAt  = idAt + 16
	sumLen = 4

	logHeadLen  = ownAt + 8 + 8 + 4 + sumLen
	snapHeadLen = ownAt + 8 + 8 + sumLen
)

// An id is the id of a store: random, and the same in all of its files.
type id = [16]byte

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// A logHeader is what a log begins with.
type logHeader struct {
	id      id
	first   uint64 // the lsn of the first record
	durable uint64 // the last record that was durable when the log got its name, in it or before it
	prev    uint32 // the checksum of the frame before the first; 0 in the log that begins with record 1
	sum     uint32 // the checksum of the header itself, from which those of the frames start
}

// bytes returns the header, and fills in its checksum.
func (h *logHeader) bytes() []byte {
	b := preamble(logMagic, h.id)
	b = binary.LittleEndian.AppendUint64(b, h.first)
	b = binary.LittleEndian.AppendUint64(b, h.durable)
	b = binary.LittleEndian.AppendUint32(b, h.prev)
	h.sum = crc32.Checksum(b, castagnoli())
	return binary.LittleEndian.AppendUint32(b, h.sum)
}

// A snapHeader is what a snapshot begins with.
type snapHeader struct {
	id   id
	lsn  uint64
	meta uint64 // how many bytes of what follows are the meta
	sum  uint32 // the checksum of the header itself, from which that of the first block starts
}

// bytes returns the header, and fills in its checksum.
func (h *snapHeader) bytes() []byte {
	b := preamble(snapMagic, h.id)
	b = binary.LittleEndian.AppendUint64(b, h.lsn)
	b = binary.LittleEndian.AppendUint64(b, h.meta)
	h.sum = crc32.Checksum(b, castagnoli())
	return binary.LittleEndian.AppendUint32(b, h.sum)
}

func preamble(magic string, id id) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(magic), version)
	return append(b, id[:]...)
}

// checkHeader looks at the bytes of a header, whose length is that of its kind.
func checkHeader(file, magic string, b []byte) (sum uint32, err error) {
	body := b[:len(b)-sumLen]
	sum = binary.LittleEndian.Uint32(b[len(body):])
	switch {
	case string(b[:len(magic)]) != magic:
		return 0, corrupt(file, 0, "it does not begin as such a file does")
	case crc32.Checksum(body, castagnoli()) != sum:
		return 0, corrupt(file, 0, "the checksum of the header does not fit")
	}
	if v := binary.LittleEndian.Uint32(b[len(magic):]); v != version {
		return 0, &VersionError{file, v}
	}
	return sum, nil
}

func parseLogHeader(file string, b []byte) (h logHeader, err error) {
	h.sum, err = checkHeader(file, logMagic, b)
	h.id = id(b[idAt:ownAt])
	h.first = binary.LittleEndian.Uint64(b[ownAt:])
	h.durable = binary.LittleEndian.Uint64(b[ownAt+8:])
	h.prev = binary.LittleEndian.Uint32(b[ownAt+16:])
	return h, err
}

func parseSnapHeader(file string, b []byte) (h snapHeader, err error) {
	h.sum, err = checkHeader(file, snapMagic, b)
	h.id = id(b[idAt:ownAt])
	h.lsn = binary.LittleEndian.Uint64(b[ownAt:])
	h.meta = binary.LittleEndian.Uint64(b[ownAt+8:])
	return h, err
}
