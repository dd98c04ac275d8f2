package pebbletest

import (
	"encoding/binary"
	"errors"
	"hash/crc64"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/segmentrules/segment/durable/internal/journal"
)

// A state is what the records lead to: how many there were, and a checksum over all of them
// in order.
type state struct{ n, sum uint64 }

var table = crc64.MakeTable(crc64.ECMA)

func (s *state) record(payload []byte) { s.n, s.sum = s.n+1, crc64.Update(s.sum, table, payload) }

// A world is a log, its disk, and what must be so.
type world struct {
	t       *testing.T
	r       *rand.Rand
	fs      *vfs.MemFS
	j       *journal.Journal
	s       state
	past    []state // after each record
	durable uint64  // the last record of which somebody was told
	job     *journal.SnapshotJob
}

// TestCrashes cuts the power until the time is over. PEBBLE_CRASHES says how often instead.
func TestCrashes(t *testing.T) {
	limit, most := 3*time.Second, 200
	if n, err := strconv.Atoi(os.Getenv("PEBBLE_CRASHES")); err == nil {
		limit, most = 0, n
	}
	start, crashes, lost := time.Now(), 0, 0
	for seed := uint64(1); time.Since(start) < limit || crashes < most; seed++ {
		w := &world{t: t, r: rand.New(rand.NewPCG(seed, 9)), fs: vfs.NewCrashableMem()}
		if err := w.fs.MkdirAll(root, 0o755); err != nil {
			t.Fatal(err)
		}
		if d, err := w.fs.OpenDir(""); err == nil {
			_ = d.Sync()
		}
		for range 30 {
			w.open()
			for range w.r.IntN(30) {
				w.act()
			}
			lost += len(w.past) - int(w.durable)
			w.fs = w.fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: []int{0, 50, 90, 100}[w.r.IntN(4)], RNG: w.r})
			crashes++
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		}
	}
	t.Logf("%d crashes in %v, with %d records of which nobody was told", crashes, time.Since(start).Round(time.Second), lost)
	if lost < crashes/10 {
		t.Error("too little was under way to say anything")
	}
}

// open opens the log, and compares what it comes to with what must be so.
func (w *world) open() {
	w.s, w.job = state{}, nil
	restore := func(meta []byte, body io.Reader) error {
		var b [16]byte
		if _, err := io.ReadFull(body, b[:]); err != nil {
			return err
		}
		w.s = state{binary.LittleEndian.Uint64(b[:]), binary.LittleEndian.Uint64(b[8:])}
		return nil
	}
	var err error
	w.j, _, err = journal.Open(dir{w.fs}, journal.Options{NewID: func() [16]byte { return [16]byte{7} }, FileBytes: 2 << 10}, restore, func(_ uint64, payload []byte) error {
		w.s.record(payload)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	n := w.j.LSN()
	if n != w.s.n || n < w.durable || n > uint64(len(w.past)) {
		w.t.Fatalf("%d records and a state after %d; %d were made, and of %d somebody was told", n, w.s.n, len(w.past), w.durable)
	}
	if n > 0 && w.s != w.past[n-1] {
		w.t.Fatalf("another state after record %d", n)
	}
	w.past, w.durable = w.past[:n], n
}

func (w *world) act() {
	switch w.r.IntN(8) {
	case 0, 1, 2, 3:
		payload := make([]byte, w.r.IntN(300))
		for i := range payload {
			payload[i] = byte(w.r.Uint32())
		}
		if _, err := w.j.Append(payload); err != nil {
			w.t.Fatal(err)
		}
		w.s.record(payload)
		w.past = append(w.past, w.s)
	case 4, 5:
		if err := w.j.Flush(); err != nil {
			w.t.Fatal(err)
		}
		w.durable = uint64(len(w.past))
	default:
		w.snapshot()
	}
}

// snapshot does the next step of one, so that crashes come in between.
func (w *world) snapshot() {
	if w.job == nil {
		if w.j.LSN() <= w.j.Snapshot() {
			return
		}
		job, err := w.j.BeginSnapshot(w.j.LSN(), []byte("meta"))
		if err != nil {
			w.t.Fatal(err)
		}
		b := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, w.s.n), w.s.sum)
		if _, err := job.Write(b); err != nil {
			w.t.Fatal(err)
		}
		w.job = job
		return
	}
	switch err := w.job.Commit(); {
	case errors.Is(err, journal.ErrNotDurable):
	case err != nil:
		w.t.Fatal(err)
	default:
		w.job = nil
	}
}
