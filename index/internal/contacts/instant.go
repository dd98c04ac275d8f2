package contacts

import (
	"encoding/binary"
	"time"
)

// An Instant is a [time.Time] without a pointer.
type Instant struct {
	Sec  int64
	Nsec int32
}

// InstantOf is the instant of a time, without its zone.
func InstantOf(t time.Time) Instant { return Instant{t.Unix(), int32(t.Nanosecond())} }

// Time is the instant in UTC.
func (i Instant) Time() time.Time { return time.Unix(i.Sec, int64(i.Nsec)).UTC() }

// AppendInstant appends an instant to bytes that are hashed.
func AppendInstant(b []byte, at Instant) []byte {
	b = binary.AppendVarint(b, at.Sec)
	return binary.AppendUvarint(b, uint64(at.Nsec))
}
