package journal

import (
	"encoding/binary"
	"hash/crc32"
)

// A frame is made in two steps, so that the lock of the caller is held for the first only:
// put copies the payload, and seal fills in what is known when the batch is written.

// Where the parts of a frame lie.
const (
	lenAt     = 4
	prevAt    = 8
	lsnAt     = 12
	durableAt = 20
	kindAt    = 28
	payloadAt = 29

	frameRoom = payloadAt + 1 // what a frame takes beside its payload
)

// maxPiece is how much of a record a frame holds: a length that is damaged never makes a
// reader take more.
const maxPiece = 1 << 20

// MaxRecord bounds the bytes of a record and of the meta of a snapshot. Both are held in
// memory as a whole.
const MaxRecord = 1 << 30

// frameEnd ends every frame. A frame whose end was not written has zeros or nothing there,
// which differ from it in eight bits: what was cut off is never taken for one flipped bit.
const frameEnd = 0xFF

// The kinds of frames.
const (
	kindWhole byte = 1 + iota
	kindFirst
	kindMiddle
	kindLast
)

// put appends a frame that is not sealed yet.
func put(b []byte, lsn uint64, kind byte, payload []byte) []byte {
	at := len(b)
	var head [payloadAt]byte
	b = append(b, head[:]...)
	binary.LittleEndian.PutUint32(b[at+lenAt:], uint32(len(payload)))
	binary.LittleEndian.PutUint64(b[at+lsnAt:], lsn)
	b[at+kindAt] = kind
	b = append(b, payload...)
	return append(b, frameEnd)
}

// seal completes the frames of a batch, of which the first follows the frame with the
// checksum prev in a log whose header has the checksum seed, and returns the checksum of
// the last.
func seal(batch []byte, seed, prev uint32, durable uint64, mistake fault) uint32 {
	table := castagnoli()
	for len(batch) > 0 {
		f := batch[:frameRoom+lengthOf(batch)]
		binary.LittleEndian.PutUint32(f[prevAt:], prev)
		binary.LittleEndian.PutUint64(f[durableAt:], durable)
		if mistake == noEnd {
			f[len(f)-1] = 0
		}
		prev = crc32.Update(seed, table, f[lenAt:])
		binary.LittleEndian.PutUint32(f, prev)
		batch = batch[len(f):]
	}
	return prev
}

// lengthOf reads the length of the payload of the frame that b begins with; b holds at
// least payloadAt bytes, and the length may be anything.
func lengthOf(b []byte) int { return int(binary.LittleEndian.Uint32(b[lenAt:])) }

// sumOf reads the checksum that a frame says of itself.
func sumOf(f []byte) uint32 { return binary.LittleEndian.Uint32(f) }

// lsnOf reads the lsn of a frame.
func lsnOf(f []byte) uint64 { return binary.LittleEndian.Uint64(f[lsnAt:]) }

// durableOf reads which record was durable when the frame was written.
func durableOf(f []byte) uint64 { return binary.LittleEndian.Uint64(f[durableAt:]) }

// A place is where the next frame is to follow.
type place struct {
	seed uint32 // the checksum of the header of the log
	prev uint32 // that of the frame before
	lsn  uint64 // of the record that comes next, or of which the next piece comes
	open bool   // the first piece of the record has come, and the last has not
}

// frameAt takes the frame that b begins with, if its length lets it lie in b.
func frameAt(b []byte) (f []byte, ok bool) {
	if len(b) < frameRoom {
		return nil, false
	}
	n := lengthOf(b)
	if n < 0 || n > maxPiece || n > len(b)-frameRoom {
		return nil, false
	}
	return b[:frameRoom+n], true
}

// sound reports whether a frame is of this log and unchanged, wherever it stands there.
func (p place) sound(f []byte, mistake fault) bool {
	if f[len(f)-1] != frameEnd && mistake != noEnd {
		return false
	}
	return crc32.Update(p.seed, castagnoli(), f[lenAt:]) == sumOf(f) || mistake == sumNotChecked
}

// follows reports whether a sound frame is the one that comes next.
func (p place) follows(f []byte, mistake fault) bool {
	if binary.LittleEndian.Uint32(f[prevAt:]) != p.prev && mistake != prevNotChecked {
		return false
	}
	if lsnOf(f) != p.lsn || durableOf(f) >= p.lsn {
		return false
	}
	switch f[kindAt] {
	case kindWhole, kindFirst:
		return !p.open
	case kindMiddle, kindLast:
		return p.open
	}
	return false
}

// after is the place behind a frame that follows.
func (p place) after(f []byte) place {
	p.prev = sumOf(f)
	p.open = f[kindAt] == kindFirst || f[kindAt] == kindMiddle
	if !p.open {
		p.lsn++
	}
	return p
}
