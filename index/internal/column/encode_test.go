package column

import (
	"bytes"
	"fmt"
	"math/rand"
	"reflect"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/wire"
)

// varied returns a table whose columns take every form, over two blocks.
func varied(rows int) *Table {
	t, r := New(), rand.New(rand.NewSource(1))
	column := func(name string, value func(row int) segment.Value) {
		col := t.Column(name)
		for row := range rows {
			if r.Intn(10) > 6 {
				t.Set(uint32(row), col, value(row))
			}
		}
		for row := 0; row < rows; row += 7 {
			t.Set(uint32(row), col, segment.Value{})
		}
	}
	text := func(n int) func(int) segment.Value {
		return func(int) segment.Value { return segment.Text(fmt.Sprint("text ", r.Intn(n))) }
	}
	column("few texts", text(5))
	column("many texts", text(1000))
	column("all texts", text(1<<40))
	column("bools", func(int) segment.Value { return segment.Bool(r.Intn(2) == 0) })
	column("bytes", func(int) segment.Value { return segment.Int(int64(r.Intn(100) - 50)) })
	column("words", func(int) segment.Value { return segment.Int(int64(r.Intn(20000))) })
	column("longs", func(int) segment.Value { return segment.Int(r.Int63n(1 << 31)) })
	column("huge", func(int) segment.Value { return segment.Int(int64(r.Uint64())) })
	column("cents", func(int) segment.Value { return segment.Number(float64(r.Intn(10000)) / 100) })
	column("floats", func(int) segment.Value { return segment.Number(r.NormFloat64()) })
	column("days", func(int) segment.Value { return segment.Date(1950, 1, 1+r.Intn(30000)) })
	column("times", func(int) segment.Value { return segment.Time(time.Unix(int64(r.Intn(1<<30)), int64(r.Intn(2)))) })
	column("spans", func(int) segment.Value { return segment.Duration(time.Duration(r.Intn(1000)) * time.Hour) })
	column("lists", func(row int) segment.Value { return segment.List(segment.Int(int64(row)), segment.Text("x")) })
	column("uints", func(int) segment.Value { return segment.Uint(1<<63 + uint64(r.Intn(100))) })
	column("mixed", func(row int) segment.Value {
		if row%3 == 0 {
			return segment.Text("x")
		}
		return segment.Int(int64(row % 100))
	})
	t.Column("nothing")
	return t
}

func encoded(t *testing.T, table *Table) []byte {
	t.Helper()
	var b bytes.Buffer
	w := wire.NewWriter(&b, nil)
	w.Section(1)
	table.Freeze().Encode(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDecodeGivesBackWhatEncodeWrote(t *testing.T) {
	const rows = BlockRows + 500
	want := varied(rows)
	b := encoded(t, want)
	r := wire.NewReader(bytes.NewReader(b), nil)
	r.Section(1)
	got := Decode(r, rows)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	forms := map[string]bool{}
	for col, name := range want.Names() {
		if at, ok := got.Lookup(name); !ok || at != col {
			t.Fatalf("%s is column %d", name, at)
		}
		for _, at := range want.columns[col].cells {
			if at.strip != nil {
				forms[reflect.TypeOf(at.strip).String()] = true
			}
		}
		for row := uint32(0); row < rows; row += 5 {
			if a, b := want.Get(row, col), got.Get(row, col); !a.Equal(b) {
				t.Fatalf("%s, row %d: %v became %v", name, row, a, b)
			}
		}
	}
	if len(forms) < 8 {
		t.Errorf("only the forms %v were tried", forms)
	}
	if !bytes.Equal(encoded(t, got), b) {
		t.Error("what was read is written in other bytes")
	}
	for _, table := range []*Table{want, got} { // and it goes on
		for row := uint32(0); row < rows; row += 99 {
			for col := range table.Names() {
				table.Set(row, col, segment.Int(int64(row)))
			}
		}
	}
	for col, name := range want.Names() {
		for row := uint32(0); row < rows; row += 5 {
			if a, b := want.Get(row, col), got.Get(row, col); !a.Equal(b) {
				t.Fatalf("%s, row %d, later: %v became %v", name, row, a, b)
			}
		}
	}
}
