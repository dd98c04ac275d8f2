package journal

import (
	"hash/crc32"
	"math/bits"
)

// A frame in the last batch may be broken because its write was interrupted, or because a
// bit of it flipped later. Nothing behind it tells; but if flipping one bit back makes the
// checksum fit, it was a flip. A write that was interrupted must not look like one: then a
// store that has only crashed would not open.
//
// What was cut off lies not in the file, or is zero at the end, where frameEnd has eight bits.
// A sector that was not written is zero as well, and a frame with such a sector is never
// taken for flipped: for a sector with a single 1 in it the flip would fit each time, and
// for others by chance, which grows with the length: each bit of the frame is one more
// way to meet a checksum of 32 bits, which for 1 MiB makes one in 500.
//
// What is left are file systems that show old bytes where they have written none (ext4 with
// data=writeback, and no other that is common). There, by that chance, a store that was
// only interrupted does not open; the error names the bit, and nothing is lost.

// flipOf finds the one bit of a frame, counted from the lowest of its first byte, without
// whose flip the checksum would fit; the length is taken as it stands.
//
// A checksum is linear: the difference that a flipped bit makes to it depends on nothing
// but how many bits follow. So one walk from the end, with the difference that the bit
// would make, finds the bit that made the difference there is: it takes the time of the
// length, where trying all bits would take its square.
func flipOf(f []byte, seed uint32) (bit int, ok bool) {
	diff := crc32.Update(seed, castagnoli(), f[lenAt:]) ^ sumOf(f)
	if diff == 0 {
		return 0, false // no flip: it is broken in another way
	}
	if bits.OnesCount32(diff) == 1 {
		return bits.TrailingZeros32(diff), true // the checksum itself has flipped
	}
	// the last bit is the highest of the last byte, and makes the difference of the polynomial
	made := uint32(crc32.Castagnoli)
	for bit := 8*len(f) - 1; bit >= 8*lenAt; bit-- {
		if made == diff {
			return bit, true
		}
		made = made>>1 ^ crc32.Castagnoli&-(made&1)
	}
	return 0, false
}

// repaired reports whether one flipped bit keeps the frame that b begins with from being
// the one that comes next, which bit, and how long the frame is. It changes b and changes
// it back.
func (p place) repaired(b []byte, mistake fault) (bit, size int, ok bool) {
	if f, fits := frameAt(b); fits {
		if bit, ok := flipOf(f, p.seed); ok {
			flip(f, bit)
			fits := p.sound(f, mistake) && p.follows(f, mistake)
			if flip(f, bit); fits {
				return bit, len(f), true
			}
		}
	}
	if len(b) < frameRoom {
		return 0, 0, false
	}
	// a flip in the length hides where the frame ends
	for bit := 8 * lenAt; bit < 8*prevAt; bit++ {
		flip(b, bit)
		f, fits := frameAt(b)
		fits = fits && p.sound(f, mistake) && p.follows(f, mistake)
		if flip(b, bit); fits {
			return bit, len(f), true
		}
	}
	return 0, 0, false
}

func flip(b []byte, bit int) { b[bit/8] ^= 1 << (bit % 8) }

// sectorLen is the least that a disk writes as a whole.
const sectorLen = 512

// lostSector reports whether some sector may never have been written of the frame with which
// b, at an offset of its file, begins: it is zero from the start of the frame on. Before
// that it may hold what was written earlier.
func lostSector(b []byte, offset int64, size int) bool {
	for from := 0; from < size; {
		to := from + sectorLen - int((offset+int64(from))%sectorLen)
		if allZero(b[from:min(to, len(b))]) {
			return true
		}
		from = to
	}
	return false
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
