package eventlog

import (
	"bytes"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/wire"
	"github.com/segmentrules/segment/rule"
)

// Decode reads a log of at most so many rows. What cannot be is an error of the
// reader: an id twice in a row, events out of order, properties that are no JSON
// object, an id in other bytes than it would have here.
func Decode(r *wire.Reader, rows int) *Log {
	l := New()
	for n := r.Count(maxNames, "names of events"); len(l.names) < n && r.OK(); {
		name := r.Name("name of an event")
		if _, ok := l.numbers[name]; ok {
			r.Fail("the event name %q stands twice", name)
		}
		l.Name(name)
	}
	d := decoder{r: r, log: l}
	d.patterns()
	blocks := r.Count((rows+blockRows-1)/blockRows, "blocks of events")
	for i := 0; i < blocks && r.OK(); i++ {
		d.block(uint32(i)<<blockBits, min(blockRows, rows-i*blockRows))
	}
	return l
}

// A decoder reads a log.
type decoder struct {
	r      *wire.Reader
	log    *Log
	last   uint64
	props  []known
	pool   []byte
	names  []uint32 // of the row
	counts []uint32 // events of each name
	events []decoded
	hashes []uint32 // of the row, open: the number of an event plus one
	text   []byte
	work   block
	blocks int
}

// A decoded event waits until those of its row are counted.
type decoded struct {
	stream uint32
	at     raw
	rec    uint32
	hash   uint64
}

// Known are properties that were read, and where they are in a block.
type known struct {
	from, to int // in the pool
	block    int
	place    uint64
}

// patterns reads the patterns of ids, none of which may be one that this log
// would not make.
func (d *decoder) patterns() {
	n := d.r.Count(maxPatterns, "patterns of ids")
	for len(d.log.known) < n && d.r.OK() {
		p := pattern{prefix: d.r.Text(), digits: d.r.Count(maxDigits, "digits")}
		if _, has := d.log.index[p]; has || !p.possible() {
			d.r.Fail("ids of an impossible pattern %q and %d digits", p.prefix, p.digits)
			return
		}
		d.log.number(p, true)
	}
}

// possible reports whether some id may be of the pattern.
func (p pattern) possible() bool {
	tail := trailingDigits(p.prefix)
	return p.digits >= minDigits && p.digits <= maxDigits && len(p.prefix) <= maxPrefix && (tail == 0 || p.digits == maxDigits)
}

// block reads a block in memory that is used again, and keeps a copy that fits:
// slices that grow would leave as much garbage as there are events.
func (d *decoder) block(first uint32, most int) {
	rows := d.r.Count(most+1, "rows with events")
	if rows == 0 {
		d.log.blocks = append(d.log.blocks, nil)
		return
	}
	b := &d.work
	b.clean(int(d.r.Byte()), rows-1)
	if b.width != widthSeconds && b.width != widthMillis && b.width != widthNanos {
		d.r.Fail("instants of %d bytes", b.width)
	}
	if len(d.props) >= manyProps || len(d.pool) >= manyBytes {
		d.props, d.pool = d.props[:0], d.pool[:0]
	}
	d.blocks++
	d.last = 0
	for local := range b.rows {
		if d.row(b, uint32(local)); !d.r.OK() {
			return
		}
	}
	// copies that have room for what is there, and no more
	kept := b.clone(0)
	kept.ids, kept.props = slices.Clone(b.ids), slices.Clone(b.props)
	d.log.blocks = append(d.log.blocks, kept)
	for local, h := range kept.rows {
		if h.events > heavyEvents {
			d.log.makeHeavy(first + uint32(local))
		}
	}
}

// clean makes an empty block of old memory.
func (b *block) clean(width, rows int) {
	b.width, b.wide = width, 2
	b.lines = new(lines)
	b.rows = slices.Grow(b.rows[:0], rows)[:rows]
	clear(b.rows)
	b.dirs, b.times, b.recs, b.tags = b.dirs[:0], b.times[:0], b.recs[:0], b.tags[:0]
	b.ids, b.props, b.kept = append(b.ids[:0], 0), append(b.props[:0], 0), 0
}

// row reads the names of a row, and then its events, oldest first. They are put into
// streams once it is known how many of each name there are.
func (d *decoder) row(b *block, local uint32) {
	n := d.r.Count(len(d.log.names), "names in a row")
	if n == 0 {
		return
	}
	d.names, d.counts, d.events = d.names[:0], d.counts[:0], d.events[:0]
	for len(d.names) < n && d.r.OK() {
		name := uint32(d.r.Count(len(d.log.names)-1, "is the number of a name"))
		if i := len(d.names); i > 0 && d.names[i-1] >= name {
			d.r.Fail("names out of order")
		}
		d.names, d.counts = append(d.names, name), append(d.counts, 0)
	}
	events := d.r.Count(math.MaxInt32, "events")
	if events < n {
		d.r.Fail("a name without an event")
	}
	for i := 0; i < events && d.r.OK(); i++ {
		d.event(b, n)
	}
	if d.r.OK() {
		d.unique(b)
	}
	if d.r.OK() {
		d.place(b, local)
	}
}

// event reads an event, and appends its record to the block.
func (d *decoder) event(b *block, streams int) {
	var e decoded
	if streams > 1 {
		e.stream = uint32(d.r.Count(streams-1, "is the place of a name"))
	}
	e.at.hi = d.last + uint64(d.r.Varint())
	d.last = e.at.hi
	if b.width == widthNanos {
		e.at.lo = uint32(d.r.Count(999_999_999, "nanoseconds"))
	}
	if n := len(d.events); !e.at.possible(b.width) || n > 0 && e.at.less(d.events[n-1].at) {
		d.r.Fail("an instant that is out of order, or outside of the years 0 to 9999")
		return
	}
	place := uint64(0)
	code := d.r.Blob(wire.MaxText)
	if !d.good(code) {
		d.r.Fail("an id that is none")
		return
	}
	if uint64(len(b.ids)+len(code)+10) > math.MaxUint32 {
		d.r.Fail("more ids than a block can hold")
		return
	}
	e.hash = d.log.of(code)
	e.rec = uint32(len(b.ids))
	b.ids = extended(b.ids, len(code))
	copy(b.ids[e.rec:], code)
	place = d.properties(b)
	b.ids = appendPlace(b.ids, place)
	d.counts[e.stream]++
	d.events = append(d.events, e)
}

// properties reads the properties of an event and returns their place.
func (d *decoder) properties(b *block) uint64 {
	n := d.r.Count(len(d.props)+newProps, "is the number of properties")
	switch n {
	case 0:
		return 0
	case newProps:
		props := d.r.Blob(rule.DefaultBytes)
		if _, err := segment.NewDocument(props); d.r.OK() && err != nil {
			d.r.Fail("properties of an event: %v", err)
		}
		if !d.r.OK() {
			return 0
		}
		from := len(d.pool)
		d.pool = append(d.pool, props...)
		n = len(d.props) + firstProps
		d.props = append(d.props, known{from: from, to: len(d.pool)})
	}
	k := &d.props[n-firstProps]
	// properties are shared within a block, so the first of each block that has them keeps them
	if k.block != d.blocks {
		k.block, k.place = d.blocks, uint64(len(b.props))
		b.props = appendProps(b.props, d.pool[k.from:k.to])
		b.kept++
	}
	return k.place
}

// possible reports whether an instant lies in the years 0 to 9999.
func (a raw) possible(width int) bool {
	const years = 253402300800 + 62167219200 // in seconds
	const before = -62167219200 - baseYears  // the year before year 0
	switch width {
	case widthSeconds:
		return a.hi < 1<<32
	case widthMillis:
		return a.hi >= before*1000 && a.hi < 1<<48
	default:
		return a.hi >= before && a.hi < before+years
	}
}

// good reports whether these bytes are the code of an id: the one that it has.
func (d *decoder) good(code []byte) bool {
	if !wellFormed(code, len(d.log.known)) {
		return false
	}
	switch code[0] & 7 {
	case formUUID:
		return code[0] == formUUID
	case formNumber:
		size := int(code[0] >> 3)
		n := low(code[1:], size)
		return n < 1e18 && bytesOf(n) == size
	}
	// the id must have this very code, or it might be in the log twice
	id := decode(code, d.log.known)
	var ok bool
	d.text, ok = d.log.encode(d.text[:0], id, false)
	return ok && bytes.Equal(d.text, code) && (code[0]&7 != formText || utf8.ValidString(id))
}

// unique makes sure that no id stands twice in the row.
func (d *decoder) unique(b *block) {
	size := 16
	for size < 2*len(d.events) {
		size *= 2
	}
	if size > len(d.hashes) {
		d.hashes = make([]uint32, size)
	}
	table := d.hashes[:size]
	clear(table)
	for n, e := range d.events {
		i := int(e.hash>>8) & (size - 1)
		// open addressing: the slots behind, until one is free
		for ; table[i] != 0; i = (i + 1) & (size - 1) {
			if o := d.events[table[i]-1]; o.hash == e.hash && bytes.Equal(b.code(o.rec), b.code(e.rec)) {
				d.r.Fail("an event id stands twice in a row")
				return
			}
		}
		table[i] = uint32(n + 1)
	}
}

// place puts the events of the row into streams.
func (d *decoder) place(b *block, local uint32) {
	n := uint32(len(d.names))
	h := &b.rows[local]
	class := classFor(n)
	h.dir, h.packed, h.events = b.takeDirs(class), pack(n, class), uint32(len(d.events))
	for i, name := range d.names {
		// every name that is listed has an event
		if d.counts[i] == 0 {
			d.r.Fail("a name without an event")
			return
		}
		class := classFor(d.counts[i])
		w := (h.dir + uint32(i)) * entry
		b.dirs[w], b.dirs[w+1], b.dirs[w+2] = pack(name, class), b.takeSlots(class), 0
	}
	for _, e := range d.events {
		w := (h.dir + e.stream) * entry
		slot := b.dirs[w+1] + b.dirs[w+2]
		b.dirs[w+2]++
		storeRaw(b.times, b.width, slot, e.at)
		b.setRec(slot, e.rec)
		b.tags[slot] = uint8(e.hash)
	}
	d.log.events += int64(len(d.events))
}
