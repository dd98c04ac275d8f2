package eventlog

import (
	"bytes"
	"hash/maphash"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/segmentrules/segment"
)

// A Log is the events of many contacts. The zero Log is not ready: use [New].
// One goroutine at a time may use it.
type Log struct {
	reader
	hasher
	epoch      uint64 // grows by every Freeze
	spineEpoch uint64 // of the epoch when blocks was made
	nameEpoch  uint64 // of the epoch when numbers was made
	scratch    []byte

	// heavy has the ids of rows with many events, to find one without a scan.
	heavy map[uint32]*idSet
}

// A View is a state of a [Log] that never changes. Any number of goroutines
// may use it.
type View struct{ reader }

// New returns an empty log.
func New() *Log {
	return &Log{
		reader: reader{numbers: map[string]int{}},
		hasher: hasher{maphash.MakeSeed()},
		heavy:  map[uint32]*idSet{},
	}
}

// Freeze returns the state of the log as it is now. It takes constant time;
// the price is a copy of each block, some microseconds, when it is next
// written to.
func (l *Log) Freeze() *View {
	l.epoch++
	return &View{l.reader}
}

// maxNames is what fits a directory entry beside a class.
const maxNames = 1 << (32 - classBits)

// Name returns the number of an event name, the next one, counted from 0, if
// the name is new. There may be up to 67 million; more panic.
func (l *Log) Name(name string) int {
	if n, ok := l.numbers[name]; ok {
		return n
	}
	// a directory entry has no room for a larger number
	if len(l.names) == maxNames {
		panic("eventlog: more than 67 million event names")
	}
	if l.nameEpoch != l.epoch {
		// a view has the map, so it is copied before a name is added
		l.numbers, l.nameEpoch = maps.Clone(l.numbers), l.epoch
	}
	name = strings.Clone(name)
	l.numbers[name] = len(l.names)
	l.names = append(l.names, name)
	return len(l.names) - 1
}

// Append adds an event to a row, later than all events of the row that
// arrived before. It returns false, and does nothing, if the row has an event
// with this id, of whatever name. The event has an id and an instant in the
// years 0 to 9999; see [Log.Room] for how many there may be.
//
// In order of time the cost is constant; else it grows with the number of
// later events in the stream, 10 bytes to move for each.
func (l *Log) Append(row uint32, e segment.Event) bool {
	// the code goes to scratch memory: an id that is there already costs no allocation
	code, _ := l.encode(l.scratch[:0], e.ID, true)
	l.scratch = code
	hash := l.of(code)
	if _, has := l.find(row, code, hash); has {
		return false
	}
	name := l.Name(e.Name)
	b, local := l.own(row), row%blockRows
	if !b.room(1, len(code), len(e.Props)) {
		panic("eventlog: a block is full, see Room")
	}
	// if it is more exact than the instants of the block, all of them become as wide
	b.widen(widthOf(e.At))
	at, _ := rawOf(e.At, b.width)
	rec := b.record(code, e.Props, l.hasher)
	b.insert(local, uint32(name), at, rec, uint8(hash))
	l.events++
	l.noteHeavy(row, rec, hash)
	return true
}

// Room reports whether so many more events of this row, whose ids and
// properties have so many bytes, are sure to fit. The 256 rows of a block
// together have room for 4 GB of ids, or 700 million events.
func (l *Log) Room(row uint32, events, idBytes, propsBytes int) bool {
	if b := l.block(row); b != nil {
		return b.room(events, idBytes, propsBytes)
	}
	return newBlock(0).room(events, idBytes, propsBytes)
}

// room assumes the worst: chunks take up to three cells an event when streams
// outgrow them, and records take 15 bytes beside the id.
func (b *block) room(events, idBytes, propsBytes int) bool {
	const most = 1<<32 - 1
	return events < most && idBytes < most && propsBytes < most &&
		(b.slots()+events)*3 < most && len(b.dirs)+events*3*entry < most &&
		len(b.ids)+idBytes+15*events < most
}

// Retract removes the event with this id from the row, as if it had never
// happened; the id may come again. It returns the number of its name. The cost
// is that of [Log.Find] and of moving the later events of the stream.
func (l *Log) Retract(row uint32, id string) (name int, ok bool) {
	code, hash, ok := l.code(id)
	if !ok {
		return 0, false
	}
	p, ok := l.find(row, code, hash)
	if !ok {
		return 0, false
	}
	// the name is found before the event goes, and perhaps its stream with it
	name = int(l.block(row).stream(row%blockRows, p.stream).name)
	l.cut(row, p.stream, p.index, 1)
	return name, true
}

// Find returns the name's number and the instant of the event with this id.
// The cost grows with the number of the row's names and, slowly, events.
func (l *Log) Find(row uint32, id string) (name int, at time.Time, ok bool) {
	code, hash, ok := l.code(id)
	if !ok {
		return 0, time.Time{}, false
	}
	p, ok := l.find(row, code, hash)
	if !ok {
		return 0, time.Time{}, false
	}
	s := l.block(row).stream(row%blockRows, p.stream)
	return int(s.name), s.At(int(p.index)), true
}

// code returns the code and the hash of an id; ok is false if no event of the log has it.
func (l *Log) code(id string) (code []byte, hash uint64, ok bool) {
	if id == "" {
		return nil, 0, false
	}
	code, ok = l.encode(l.scratch[:0], id, false)
	l.scratch = code
	return code, l.of(code), ok
}

// Clear removes all events of the row.
func (l *Log) Clear(row uint32) {
	if l.Count(row) == 0 {
		return
	}
	b := l.own(row)
	l.events -= int64(b.head(row % blockRows).events)
	delete(l.heavy, row)
	b.clear(row % blockRows)
	// records of events that went stay behind until half of the block is such
	l.compact(row, b)
}

// Trim removes the oldest events of a stream: those before the instant, but
// never one of the newest keep. It returns how many went. Their ids are
// forgotten: one that comes again is a new event. The cost grows with the
// number of events of the stream that stay, so trim many at a time.
func (l *Log) Trim(row uint32, name int, before time.Time, keep int) (removed int) {
	s := l.Stream(row, name)
	// both bounds must let it go
	removed = min(s.Before(before), s.Len()-max(keep, 0))
	if removed <= 0 {
		return 0
	}
	i, _ := s.block.place(row%blockRows, s.name)
	l.cut(row, i, 0, uint32(removed))
	return removed
}

// cut removes n events of a stream.
func (l *Log) cut(row, stream, index, n uint32) {
	b := l.own(row)
	// the set is told before the block forgets which records these are
	if ids := l.heavy[row]; ids != nil {
		s := b.stream(row%blockRows, stream)
		for slot := range n {
			rec := b.rec(s.off + index + slot)
			ids.remove(rec, uint32(l.of(b.code(rec))>>32))
		}
	}
	b.remove(row%blockRows, stream, index, n)
	l.events -= int64(n)
	if b.head(row%blockRows).events <= heavyEvents {
		delete(l.heavy, row)
	}
	l.compact(row, b)
}

// compact compacts the block of a row if that pays. Records get new offsets,
// so the sets of ids of its rows are made anew.
func (l *Log) compact(row uint32, b *block) {
	if !b.wasteful() {
		return
	}
	b.compact(l.hasher)
	first := row - row%blockRows
	for local := range uint32(len(b.rows)) {
		// records have new places, by which the set knows them
		if l.heavy[first+local] != nil {
			l.makeHeavy(first + local)
		}
	}
}

// own returns the block of the row for writing: no view has it.
func (l *Log) own(row uint32) *block {
	i := int(row >> blockBits)
	// A view has this list of blocks, so it is copied before one of them is exchanged.
	if l.spineEpoch != l.epoch {
		l.blocks, l.spineEpoch = slices.Clone(l.blocks), l.epoch
	}
	for len(l.blocks) <= i {
		l.blocks = append(l.blocks, nil)
	}
	switch b := l.blocks[i]; {
	case b == nil:
		l.blocks[i] = newBlock(l.epoch)
	// a view has this block
	case b.epoch != l.epoch:
		l.blocks[i] = b.clone(l.epoch)
	}
	return l.blocks[i]
}

// A position is an event's stream in the directory of its row, and its place
// in the stream.
type position struct{ stream, index uint32 }

// find returns where the event with this code is.
func (l *Log) find(row uint32, code []byte, hash uint64) (p position, ok bool) {
	b, local := l.block(row), row%blockRows
	if b == nil {
		return p, false
	}
	// many events: found by hash
	if b.head(local).events > heavyEvents {
		rec, has := l.heavy[row].find(uint32(hash>>32), code, b)
		if !has {
			return p, false
		}
		return b.locate(local, rec), true
	}
	dir := b.directory(local)
	for ; len(dir) > 0; dir = dir[entry:] {
		// few events: one byte of the hash of each is compared, and the id itself where it fits
		tags := b.tags[dir[1] : dir[1]+dir[2]]
		for from := 0; ; {
			i := bytes.IndexByte(tags[from:], uint8(hash))
			if i < 0 {
				break
			}
			from += i
			if bytes.HasPrefix(b.ids[b.rec(dir[1]+uint32(from)):], code) {
				return position{p.stream, uint32(from)}, true
			}
			from++
		}
		p.stream++
	}
	return p, false
}

// locate returns where the event with this record is, which there is. Events
// mostly arrive in order, and then records are sorted as events are.
func (b *block) locate(local, rec uint32) position {
	streams := b.head(local).streams()
	for i := range streams {
		s := b.stream(local, i)
		// records in order of arrival, as long as events came in order of time
		at := uint32(sort.Search(int(s.n), func(j int) bool { return b.rec(s.off+uint32(j)) >= rec }))
		if at < s.n && b.rec(s.off+at) == rec {
			return position{i, at}
		}
	}
	for i := range streams {
		s := b.stream(local, i)
		// one came late: look at each
		for at := range s.n {
			if b.rec(s.off+at) == rec {
				return position{i, at}
			}
		}
	}
	panic("eventlog: an id without its event")
}
