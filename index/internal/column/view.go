package column

import (
	"iter"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
)

// A View is a table as it was when [Table.Freeze] was called. It never changes,
// and may be read by many goroutines while the table is written to.
type View struct {
	columns []viewColumn
	names   []string
	order   []int
	rows    int
}

// A viewColumn is a column as it was.
type viewColumn struct {
	strips []strip // by block
	dict   []segment.Value
	full   bool
}

// Freeze returns a view of the table as it is now. It takes a look at every
// block of every column; what is written later is copied first, once for each
// block of a column.
func (t *Table) Freeze() *View {
	v := &View{columns: make([]viewColumn, len(t.columns)), names: slices.Clip(t.names), order: t.sorted(), rows: t.rows}
	for i, c := range t.columns {
		strips := make([]strip, len(c.cells))
		for b, at := range c.cells {
			strips[b] = at.strip
		}
		v.columns[i] = viewColumn{strips, slices.Clip(c.dict.values), c.dict.full}
	}
	// from now on a block is copied before it is written to
	t.epoch++
	return v
}

// Get returns the value of a row in a column, as [Table.Get] does.
func (v *View) Get(row uint32, col int) segment.Value {
	s := v.strip(int(row/BlockRows), col)
	if s == nil {
		return segment.Value{}
	}
	return s.get(v.columns[col].dict, int(row%BlockRows))
}

// strip returns a block of a column, nil if there is none or all is null.
func (v *View) strip(block, col int) strip {
	if uint(col) >= uint(len(v.columns)) || uint(block) >= uint(len(v.columns[col].strips)) {
		return nil
	}
	return v.columns[col].strips[block]
}

// Fields yields the fields of a row that are not null, ordered by name.
func (v *View) Fields(row uint32) iter.Seq2[string, segment.Value] {
	return fields(v.names, v.order, func(col int) segment.Value { return v.Get(row, col) })
}

// Lookup returns the id of the column with this name, if there is one.
func (v *View) Lookup(name string) (col int, ok bool) {
	// the map of the table is not for readers: the order of the names is
	i, ok := slices.BinarySearchFunc(v.order, name, func(col int, name string) int {
		return strings.Compare(v.names[col], name)
	})
	if !ok {
		return 0, false
	}
	return v.order[i], true
}

// Names returns the names of the columns by their ids. Do not change them.
func (v *View) Names() []string { return v.names }

// Rows returns one more than the highest row that was ever set.
func (v *View) Rows() int { return v.rows }

// Blocks returns the number of blocks that hold all rows.
func (v *View) Blocks() int { return (v.rows + BlockRows - 1) / BlockRows }

// Scans reports whether a test of this column takes whole blocks at a time: it
// need not be asked value by value.
func (v *View) Scans(col int, t *Test) bool {
	// the first strip speaks for the column: forms seldom differ within one
	for _, s := range v.columns[col].strips {
		if s != nil {
			return s.decides(t)
		}
	}
	return true
}
