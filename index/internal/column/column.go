package column

import (
	"iter"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/segmentrules/segment"
)

// BlockRows is the number of rows in a block: as many as a block of package rowset has,
// so that a set of rows and a column are gone through side by side.
const BlockRows = 1 << 16

// A Table is the fields of contacts by row number. It is for one goroutine;
// others read a [View] of it.
type Table struct {
	columns []*columnData
	ids     map[string]int
	names   []string              // by id; only ever appended to, as views share it
	order   atomic.Pointer[[]int] // the ids by name; nil if to be made, never changed
	rows    int                   // one more than the highest row that was ever set
	epoch   uint64                // counts the views, see cell
}

// columnData is a column of a table.
type columnData struct {
	cells []cell // by block
	dict  dictionary
}

// A cell is one block of a column. What was made before the last view may be
// seen by it: then its epoch is not the table's, and it is copied before it
// is written to.
type cell struct {
	strip strip // nil if all rows are null
	epoch uint64
}

// New returns an empty table.
func New() *Table {
	return &Table{ids: map[string]int{}}
}

// Column returns the id of the column of a topmost field name, and makes the
// column if there is none. Ids count up from 0.
func (t *Table) Column(name string) int {
	if id, ok := t.ids[name]; ok {
		return id
	}
	name = strings.Clone(name)
	id := len(t.columns)
	t.columns = append(t.columns, &columnData{})
	t.names = append(t.names, name)
	t.ids[name] = id
	t.order.Store(nil)
	return id
}

// Lookup returns the id of the column with this name, if there is one.
func (t *Table) Lookup(name string) (col int, ok bool) {
	col, ok = t.ids[name]
	return col, ok
}

// Names returns the names of the columns by their ids. Do not change them.
func (t *Table) Names() []string { return slices.Clip(t.names) }

// Rows returns one more than the highest row that was ever set.
func (t *Table) Rows() int { return t.rows }

// Get returns the value of a row in a column, null if there is none. A text
// shares the memory of the table, and stays what it is for as long as it is
// held. It allocates nothing.
func (t *Table) Get(row uint32, col int) segment.Value {
	if uint(col) >= uint(len(t.columns)) {
		return segment.Value{}
	}
	c := t.columns[col]
	b := int(row / BlockRows)
	if b >= len(c.cells) || c.cells[b].strip == nil {
		return segment.Value{}
	}
	return c.cells[b].strip.get(c.dict.values, int(row%BlockRows))
}

// Set gives a row its value in a column; null and invalid values remove it.
// Texts are copied, lists and objects kept. It takes tens of nanoseconds, but
// for the few times that the block needs another form or more room, and the
// first write to a block's column after [Table.Freeze].
func (t *Table) Set(row uint32, col int, v segment.Value) {
	c := t.columns[col]
	b, r := int(row/BlockRows), int(row%BlockRows)
	if v.IsNull() {
		t.clear(c, b, r)
		return
	}
	t.rows = max(t.rows, int(row)+1)
	c.dict.rows = t.rows
	if b >= len(c.cells) {
		c.cells = append(c.cells, make([]cell, b+1-len(c.cells))...)
	}
	// the dictionary has as many values as it may: perhaps few of them are still in use
	if c.dict.crowded() {
		t.renew(c)
	}
	at := &c.cells[b]
	// from here on the block is written to, which no view must see
	t.own(at)
	if at.strip == nil || !at.strip.set(&c.dict, r, v) {
		c.replace(at, c.refit(at.strip, r, v))
	}
}

// own makes sure that no view sees the cell's strip.
func (t *Table) own(at *cell) {
	if at.epoch != t.epoch {
		if at.strip != nil {
			at.strip = at.strip.clone()
		}
		at.epoch = t.epoch
	}
}

// replace puts another strip into a cell. The dictionary goes with the last
// strip that uses it.
func (c *columnData) replace(at *cell, s strip) {
	// the new strip is counted first, so that a dictionary both use is not let go between
	if s != nil && s.coded() {
		c.dict.strips++
	}
	if at.strip != nil && at.strip.coded() {
		if c.dict.strips--; c.dict.strips == 0 {
			c.dict = dictionary{full: c.dict.full, rows: c.dict.rows}
		}
	}
	at.strip = s
}

// renew makes the dictionary of a column anew, of the values that rows still have,
// when it has as many as it may. If most are in use, or have a row for themselves,
// it stays as it is, and is full. The cost is that of reading the column, once for very many new values.
func (t *Table) renew(c *columnData) {
	used := make([]bool, len(c.dict.values))
	n, rows := 0, 0
	for _, at := range c.cells {
		if at.strip == nil || !at.strip.coded() {
			continue
		}
		rows += at.strip.count()
		for r := range at.strip.rows() {
			if code := codeAt(at.strip, r); !used[code] {
				used[code] = true
				n++
			}
		}
	}
	// Not worth it: the values are in use, or nearly every row has one of its own and other
	// forms hold them better.
	if n > len(c.dict.values)/2 || n > rows/4 {
		c.dict.full = true
		return
	}
	old := c.dict.values
	c.dict = dictionary{rows: c.dict.rows}
	for b := range c.cells {
		at := &c.cells[b]
		if at.strip == nil || !at.strip.coded() {
			continue
		}
		// values first, by the old codes; fit then finds new codes, or another form
		vs := make([]segment.Value, at.strip.rows())
		for r := range vs {
			vs[r] = at.strip.get(old, r)
		}
		if at.strip, at.epoch = c.fit(vs, len(vs)), t.epoch; at.strip.coded() {
			c.dict.strips++
		}
	}
}

// clear makes a row of block b null, and lets go of a block in which all are.
func (t *Table) clear(c *columnData, b, r int) {
	if b >= len(c.cells) || c.cells[b].strip == nil {
		return
	}
	at := &c.cells[b]
	if at.strip.get(c.dict.values, r).IsNull() {
		return
	}
	t.own(at)
	if at.strip.clear(r); at.strip.count() == 0 {
		c.replace(at, nil)
	}
}

// Clear makes all fields of a row null.
func (t *Table) Clear(row uint32) {
	for _, c := range t.columns {
		t.clear(c, int(row/BlockRows), int(row%BlockRows))
	}
}

// Fields yields the fields of a row that are not null, ordered by name.
func (t *Table) Fields(row uint32) iter.Seq2[string, segment.Value] {
	return fields(t.names, t.sorted(), func(col int) segment.Value { return t.Get(row, col) })
}

// fields yields what a row has in the columns, in an order of these.
func fields(names []string, order []int, get func(col int) segment.Value) iter.Seq2[string, segment.Value] {
	return func(yield func(string, segment.Value) bool) {
		for _, col := range order {
			if v := get(col); !v.IsNull() && !yield(names[col], v) {
				return
			}
		}
	}
}

// sorted returns the ids of the columns in order of their names. Many may ask
// at once while nobody writes: all of them find the same.
func (t *Table) sorted() []int {
	if order := t.order.Load(); order != nil {
		return *order
	}
	order := make([]int, len(t.names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(t.names[a], t.names[b]) })
	t.order.Store(&order)
	return order
}

// Bytes returns how much memory the table holds, within a tenth: its own, not
// that of older blocks which only views still hold. It takes a look at every
// block of every column.
func (t *Table) Bytes() int64 {
	var n int64
	for i, c := range t.columns {
		n += 240 + 2*int64(len(t.names[i])) + c.dict.bytes() + int64(cap(c.cells))*24
		for _, at := range c.cells {
			if at.strip != nil {
				n += at.strip.bytes()
			}
		}
	}
	return n
}
