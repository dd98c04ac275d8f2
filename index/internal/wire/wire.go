package wire

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/segmentrules/segment"
)

// What a frame is made of, in bytes.
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
	// kind, whether it is the last, length of the payload, checksum of these
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
