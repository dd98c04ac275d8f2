// Package wire is the bytes of snapshots: sections, each a sequence of frames of
// bounded size with checksums, and the primitives within them. Nothing that is
// read is trusted: a length is looked at before it is believed.
//
// A frame is a header of ten bytes (the kind of its section, 1 if it is the last
// of it, the length of its payload, and the CRC-32C of these six), the payload,
// and a CRC-32C of all headers and payloads from the start of the file up to
// there. So every frame, every section and the whole are checked, and their
// order is. A number never lies across two frames; a run of bytes may.
package wire

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/segmentrules/segment"
)

const (
	headerSize = 10
	sumSize    = 4
	// maxPayload bounds what a frame makes a reader allocate.
	maxPayload = 1 << 17
)

// End is the kind of the empty section that ends a file.
const End byte = 0

// castagnoli is the table of CRC-32C, which processors compute by themselves.
func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// putHeader writes the header of a frame.
func putHeader(h []byte, kind byte, last bool, payload int, table *crc32.Table) {
	h[0], h[1] = kind, 0
	if last {
		h[1] = 1
	}
	binary.LittleEndian.PutUint32(h[2:], uint32(payload))
	binary.LittleEndian.PutUint32(h[6:], crc32.Checksum(h[:6], table))
}

// corrupt is the error for bytes that are no snapshot.
func corrupt(at int64, format string, args ...any) error {
	return &segment.Error{Code: segment.ErrValue, Offset: int(at), Msg: "snapshot, at byte " + fmt.Sprint(at) + ": " + fmt.Sprintf(format, args...)}
}
