package column

import (
	"fmt"
	"testing"

	"github.com/segmentrules/segment"
)

// TestDictionaryGivesBackWhatNobodyHas gives rows ever new values, of which there
// are few at a time: they stay in a dictionary, and it does not grow.
func TestDictionaryGivesBackWhatNobodyHas(t *testing.T) {
	const rows = 150_000 // three blocks
	for name, value := range map[string]func(i int) segment.Value{
		"texts": func(i int) segment.Value { return segment.Text(fmt.Sprint("campaign ", i)) },
		"mixed": func(i int) segment.Value {
			if i%2 == 0 {
				return segment.Int(int64(i) << 20)
			}
			return segment.Text(fmt.Sprint("campaign ", i))
		},
	} {
		table := New()
		col := table.Column("campaign")
		for row := range uint32(rows) {
			table.Set(row, col, value(int(row%100)))
		}
		view := table.Freeze()
		var most int64
		for i := range 200_000 {
			table.Set(uint32(i*7%1000), col, value(1000+i))
			if i%5000 == 0 {
				most = max(most, table.Bytes())
			}
		}
		for i := 199_000; i < 200_000; i++ {
			if got := table.Get(uint32(i*7%1000), col); !got.Equal(value(1000 + i)) {
				t.Fatalf("%s: row %d: %v, want %v", name, i*7%1000, got, value(1000+i))
			}
		}
		for row := range uint32(rows) {
			want := value(int(row % 100))
			if got := view.Get(row, col); !got.Equal(want) {
				t.Fatalf("%s: the view has %v in row %d, want %v", name, got, row, want)
			}
			if got := table.Get(row, col); row >= 1000 && !got.Equal(want) {
				t.Fatalf("%s: row %d: %v, want %v", name, row, got, want)
			}
		}
		if c := table.columns[col]; c.dict.full || c.dict.strips != 3 || most > 3<<20 {
			t.Errorf("%s: full %v, %d strips, %d values, %d bytes at most", name, c.dict.full, c.dict.strips, len(c.dict.values), most)
		}
	}
}
