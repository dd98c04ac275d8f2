package eventlog

import (
	"bytes"
	"fmt"
	"math/rand"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/wire"
)

// busy returns a log with ids of every form, instants of every width, rows with
// many events, several at one instant, and events that went.
func busy(rows uint32) *Log {
	l, r := New(), rand.New(rand.NewSource(1))
	ids := []func(n int) string{
		func(n int) string { return fmt.Sprint(n) },
		func(n int) string { return fmt.Sprintf("order-%06d", n) },
		func(n int) string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", n, n) },
		func(n int) string { return fmt.Sprintf("%016x", uint64(n)*0x9e3779b97f4a7c15) },
		func(n int) string { return fmt.Sprintf("é %d", n) },
		func(n int) string { return fmt.Sprintf("p%d-%012d", n%40, n) },
		func(n int) string { return fmt.Sprintf("%0200d", n) },
	}
	start := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for row := range rows {
		if row%5 == 4 {
			continue
		}
		events := r.Intn(12)
		if row%97 == 0 {
			events = 300
		}
		for n := range events {
			at := start.Add(time.Duration(r.Intn(50)) * time.Hour)
			switch row / blockRows % 3 {
			case 1:
				at = at.Add(time.Duration(r.Intn(1000)) * time.Millisecond)
			case 2:
				at = at.Add(time.Duration(r.Intn(1000)))
			}
			e := segment.Event{ID: ids[r.Intn(len(ids))](n + int(row)*1000), Name: fmt.Sprint("name ", r.Intn(6)), At: at}
			if r.Intn(2) == 0 {
				e.Props = []byte(fmt.Sprintf(`{"n":%d}`, r.Intn(20)))
			}
			l.Append(row, e)
			if r.Intn(5) == 0 {
				l.Retract(row, e.ID)
			}
		}
	}
	return l
}

func encoded(t *testing.T, l *Log) []byte {
	t.Helper()
	var b bytes.Buffer
	w := wire.NewWriter(&b, nil)
	w.Section(1)
	l.Freeze().Encode(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDecodeGivesBackWhatEncodeWrote(t *testing.T) {
	const rows = 2*blockRows + 100
	want := busy(rows)
	b := encoded(t, want)
	if !bytes.Equal(b, encoded(t, busy(rows))) {
		t.Error("the same log is written in other bytes")
	}
	r := wire.NewReader(bytes.NewReader(b), nil)
	r.Section(1)
	got := Decode(r, rows)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(encoded(t, got), b) {
		t.Error("what was read is written in other bytes")
	}
	same := func(when string) {
		t.Helper()
		if want.Len() != got.Len() {
			t.Fatalf("%s: %d events, and not %d", when, got.Len(), want.Len())
		}
		for row := range uint32(rows) {
			a, b := slices.Collect(want.All(row)), slices.Collect(got.All(row))
			if diff := cmp.Diff(a, b); diff != "" {
				t.Fatalf("%s, row %d: %s", when, row, diff)
			}
			for _, e := range a {
				if _, at, ok := got.Find(row, e.ID); !ok || !at.Equal(e.At) {
					t.Fatalf("%s, row %d: %s is not found", when, row, e.ID)
				}
			}
		}
	}
	same("at first")
	for _, l := range []*Log{want, got} { // and it goes on
		r := rand.New(rand.NewSource(2))
		for row := range uint32(rows) {
			for _, e := range slices.Collect(l.All(row)) {
				if r.Intn(3) == 0 {
					l.Retract(row, e.ID)
				}
			}
			for n := range r.Intn(30) {
				l.Append(row, segment.Event{ID: fmt.Sprintf("later-%06d", n), Name: "name 1", At: time.Date(2020, 1, 2, n%24, 0, 0, n, time.UTC), Props: []byte(`{"n":1}`)})
			}
		}
	}
	same("later")
}
