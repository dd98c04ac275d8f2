package contacts

import (
	"hash/maphash"
	"slices"
	"sync/atomic"
)

// A Directory finds the row of a contact by its id: tables of rows, with open
// addressing, that hold no ids, since the store has them. One goroutine writes to
// it; others that took a copy before may look at it meanwhile. Entries are only
// ever added to a table: that of a contact that is gone stays until the table is
// made anew, and then they have the old one. So who looks must say which rows
// count. There are many tables, so that none takes long to be made.
//
// Its seed is of chance, so that nobody can choose ids that collide; nothing that
// can be observed depends on it.
type Directory struct {
	seed   maphash.Seed
	tables []*table // never changed: who replaces one copies them
}

// A table has for each row 32 bits of the hash of its id, and the row plus one; 0
// is free.
type table struct {
	slots []uint64
	used  int
}

const (
	manyTables = 1 << 8
	fewSlots   = 8
)

// newDirectory returns a directory of no contacts.
func newDirectory() Directory {
	return Directory{seed: maphash.MakeSeed(), tables: make([]*table, manyTables)}
}

// Reserve makes room for so many rows in an empty directory.
func (d *Directory) Reserve(rows int) {
	size := fewSlots
	for size*manyTables < rows+rows/2 {
		size *= 2
	}
	for n := range d.tables {
		d.tables[n] = &table{slots: make([]uint64, size)}
	}
}

// hash returns the number of the table, and what stands in it.
func (d *Directory) hash(id string) (table int, tag uint64) {
	h := maphash.String(d.seed, id)
	return int(h % manyTables), h >> 32
}

// find returns the row with the id among those that count.
func (d *Directory) find(ids []string, id string, counts func(row uint32) bool) (row uint32, ok bool) {
	if len(d.tables) == 0 {
		return 0, false
	}
	n, tag := d.hash(id)
	t := d.tables[n]
	if t == nil {
		return 0, false
	}
	for i, mask := tag, uint64(len(t.slots)-1); ; i++ {
		slot := atomic.LoadUint64(&t.slots[i&mask])
		if slot == 0 {
			return 0, false
		}
		if row := uint32(slot) - 1; slot>>32 == tag && counts(row) && ids[row] == id {
			return row, true
		}
	}
}

// add adds a row that has its id in the ids of all. It returns how many entries
// it went past that may be of the same id.
func (d *Directory) add(ids []string, row uint32) (past int) {
	n, tag := d.hash(ids[row])
	t := d.tables[n]
	if t == nil || (t.used+1)*4 > len(t.slots)*3 {
		t = d.renew(n, ids)
	}
	return t.put(tag, row)
}

// put writes an entry into the first free slot. It returns how many of the entries on the
// way may be of the same id.
func (t *table) put(tag uint64, row uint32) (past int) {
	mask := uint64(len(t.slots) - 1)
	i := tag & mask
	for ; t.slots[i] != 0; i = (i + 1) & mask {
		if t.slots[i]>>32 == tag {
			past++
		}
	}
	t.used++
	atomic.StoreUint64(&t.slots[i], tag<<32|uint64(row+1))
	return past
}

// renew makes a table anew, of the rows that have the id they had: half full at
// most, so that it pays for what is added before the next time.
func (d *Directory) renew(n int, ids []string) *table {
	var entries []uint64
	if old := d.tables[n]; old != nil {
		entries = slices.Clone(old.slots)
		entries = slices.DeleteFunc(entries, func(slot uint64) bool {
			if slot == 0 || ids[uint32(slot)-1] == "" {
				return true
			}
			at, tag := d.hash(ids[uint32(slot)-1])
			return at != n || tag != slot>>32
		})
	}
	size := fewSlots
	for size < 2*len(entries) {
		size *= 2
	}
	t := &table{slots: make([]uint64, size)}
	for _, slot := range entries {
		t.put(slot>>32, uint32(slot)-1)
	}
	d.tables = slices.Clone(d.tables)
	d.tables[n] = t
	return t
}

// bytes is how much memory the tables take.
func (d *Directory) bytes() (n int64) {
	n = int64(len(d.tables)) * 8
	for _, t := range d.tables {
		if t != nil {
			n += 32 + int64(len(t.slots))*8
		}
	}
	return n
}
