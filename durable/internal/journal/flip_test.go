package journal

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/segmentrules/segment/durable/internal/disk/simdisk"
)

// TestEveryBit flips every bit of every file of some small stores, one at a time: two
// snapshots, several logs, records of several pieces, a last batch that nothing proves, torn
// ends, and what a crash left behind. DURABLE_CRASHES takes more stores.
func TestEveryBit(t *testing.T) {
	var sum tally
	stores, bits, most := 0, 0, 2
	if number(t, "DURABLE_CRASHES") > 0 {
		most = 12
	}
	for seed := uint64(1); stores < most; seed++ {
		w := newWorld(seed, "", mixed)
		if err := w.live(20); err != nil {
			t.Fatal(err)
		}
		if l := listed(w.disk.Names()); len(l.snaps) < 2 || len(l.logs) < 3 || w.bytes() > 6000 {
			continue
		}
		stores++
		w.tally = tally{}
		err := w.guard(func() {
			s := w.store()
			for _, name := range w.disk.Names() {
				for bit := range 8 * len(w.disk.Bytes(name)) {
					w.flip(s, name, bit)
					bits++
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		sum.errors += w.tally.errors
		sum.verified += w.tally.verified
		sum.reported += w.tally.reported
		sum.dead += w.tally.dead
	}
	t.Logf("%d bits of %d stores: %d errors when opened, %d found by Verify, %d reported as torn, %d where nothing is read; 0 silent",
		bits, stores, sum.errors, sum.verified, sum.reported, sum.dead)
}

func (w *world) bytes() (n int) {
	for _, name := range w.disk.Names() {
		n += len(w.disk.Bytes(name))
	}
	return n
}

// A bit that stands alone in a sector of zeros cannot be told from a sector that was never
// written: its flip is reported as a torn tail. All other flips of the record are errors.
func TestFlipInLonelySector(t *testing.T) {
	d := simdisk.New(1)
	j, _, err := Open(d, Options{ID: id{1}}, nil, nil)
	must(t, err)
	const at = 2*sectorLen + 100 // of the bit, in the file
	payload := bytes.Repeat([]byte{3}, 4*sectorLen)
	clear(payload[2*sectorLen-logHeadLen-payloadAt:][:sectorLen])
	payload[at-logHeadLen-payloadAt] = 4
	_, err = j.Append(payload)
	must(t, err, j.Flush())
	for bit := 8 * logHeadLen; bit < 8*len(d.Bytes(logName(1))); bit++ {
		c := d.Clone(1)
		c.Flip(logName(1), bit)
		_, rep, err := Open(c, Options{}, nil, nil)
		if lonely := bit == 8*at+2; lonely != (err == nil) || lonely != (rep.Dropped != nil) {
			t.Fatalf("bit %d: %v, %+v", bit, err, rep.Dropped)
		}
	}
}

// The one walk must find what trying all bits finds.
func TestFlipOf(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		payload := make([]byte, rng.IntN(40))
		for i := range payload {
			payload[i] = byte(rng.Uint32())
		}
		f := put(nil, rng.Uint64(), kindWhole, payload)
		seed := rng.Uint32()
		seal(f, seed, rng.Uint32(), rng.Uint64(), "")
		if bit, ok := flipOf(f, seed); ok {
			t.Fatalf("a sound frame: bit %d", bit)
		}
		for bit := range 8 * len(f) {
			if bit/8 >= lenAt && bit/8 < prevAt {
				continue // the length is taken as it stands
			}
			flip(f, bit)
			if got, ok := flipOf(f, seed); !ok || got != bit {
				t.Fatalf("bit %d of %d: found %d, %v", bit, 8*len(f), got, ok)
			}
			other := rng.IntN(8 * len(f))
			if flip(f, other); other != bit {
				if got, ok := flipOf(f, seed); ok {
					t.Fatalf("bits %d and %d look like one, %d", bit, other, got)
				}
			}
			flip(f, other)
			flip(f, bit)
		}
	}
}
