package journal

import (
	"encoding/binary"
	"fmt"
)

// When a log ends with what is no sound record, either its last write was interrupted, and
// nobody was told that it was durable; or it was durable, and is damaged. The first is
// dropped, the second never.

// damage says why the record at p, of which a frame is missing, was durable, or is there
// and changed; "" if nothing says so, and the write was torn. The tail is all of the file
// from the broken frame on, which stands at an offset. Records up to covered were durable
// when a snapshot was made, or the log. It takes the time of the length of the tail.
func (p place) damage(tail []byte, offset int64, covered uint64, mistake fault) string {
	if p.lsn <= covered && mistake != coveredAsTorn {
		return fmt.Sprintf("record %d is broken, and was durable when the log or a snapshot was made", p.lsn)
	}
	if mistake != noProof {
		if why := p.proof(tail, mistake); why != "" {
			return why
		}
	}
	if bit, size, ok := p.repaired(tail, mistake); ok && mistake != noFlip {
		if mistake == zeroSectorAsFlip || !lostSector(tail, offset, size) {
			return fmt.Sprintf("bit %d of byte %d of record %d has flipped", bit%8, offset+int64(bit/8), p.lsn)
		}
	}
	return ""
}

// proofWork is how many bytes are looked at for each byte of a tail, in search of a proof.
// Headers of frames are rare in other data, so it is far more than is ever needed; who
// fills records with them, to make a store slow to open, gets an error.
const proofWork = 64

// proof looks for a sound frame that was written when the record at p was durable.
func (p place) proof(tail []byte, mistake fault) string {
	left := proofWork * int64(len(tail)+maxPiece)
	for at := 1; at+frameRoom <= len(tail); at++ {
		b := tail[at:]
		// what can be seen without reading the payload leaves next to nothing
		durable := binary.LittleEndian.Uint64(b[durableAt:])
		if durable < p.lsn || lsnOf(b) <= durable {
			continue
		}
		f, fits := frameAt(b)
		if !fits || f[len(f)-1] != frameEnd && mistake != noEnd {
			continue
		}
		if p.sound(f, mistake) {
			return fmt.Sprintf("record %d is broken, and was durable when record %d was written", p.lsn, lsnOf(f))
		}
		if left -= int64(len(f)); left < 0 {
			return fmt.Sprintf("record %d is broken, and what follows cannot be told from records", p.lsn)
		}
	}
	return ""
}
