package index

import (
	"encoding/binary"
	"time"
)

// An instant is a [time.Time] without a pointer.
type instant struct {
	sec  int64
	nsec int32
}

// instantOf is the instant of a time, without its zone.
func instantOf(t time.Time) instant { return instant{t.Unix(), int32(t.Nanosecond())} }

// time is the instant in UTC.
func (i instant) time() time.Time { return time.Unix(i.sec, int64(i.nsec)).UTC() }

// appendInstant appends an instant to bytes that are hashed.
func appendInstant(b []byte, at instant) []byte {
	b = binary.AppendVarint(b, at.sec)
	return binary.AppendUvarint(b, uint64(at.nsec))
}
