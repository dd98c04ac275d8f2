package eventlog

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
)

// A hasher hashes ids and properties. Its seed is of chance, so that nobody can
// choose ids that collide; nothing that can be observed depends on it.
type hasher struct{ seed maphash.Seed }

// of is the hash of some bytes.
func (h hasher) of(p []byte) uint64 { return maphash.Bytes(h.seed, p) }

// An arena holds what the events of a block are beside their instants. Both
// texts are only appended to: views, and documents given out, share them.
type arena struct {
	ids   []byte // records: the code of an id, a varint: 0 or the place of properties plus one
	props []byte // properties: a varint of the length, the bytes

	// seen maps a hash to properties with it, if they were met lately: events
	// tend to repeat those of others. It belongs to the writer.
	seen []uint32
	kept int // number of properties in props

	// dead is how many bytes of records and properties were of events that
	// went. Properties may be shared, so there it is an upper bound.
	dead int
}

const (
	minSeen = 16
	maxSeen = 512
)

// newArena returns an empty arena. Offset 0 is no record and no properties.
func newArena() arena { return arena{ids: []byte{0}, props: []byte{0}} }

// record appends a record and returns its offset.
func (a *arena) record(code []byte, props []byte, h hasher) uint32 {
	place := uint64(0)
	if len(props) > 0 {
		place = a.keep(props, h)
	}
	return a.appendRecord(code, place)
}

// appendRecord appends a code with the place of its properties, and returns its offset.
func (a *arena) appendRecord(code []byte, place uint64) uint32 {
	rec := len(a.ids)
	a.ids = extended(a.ids, len(code))
	copy(a.ids[rec:], code)
	a.ids = appendPlace(a.ids, place)
	return uint32(rec)
}

// appendPlace ends a record with the place of its properties.
func appendPlace(ids []byte, place uint64) []byte {
	var varint [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(varint[:], place)
	at := len(ids)
	ids = extended(ids, n)
	copy(ids[at:], varint[:n])
	return ids
}

// appendProps appends properties behind their length.
func appendProps(all, props []byte) []byte {
	at := len(all)
	var varint [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(varint[:], uint64(len(props)))
	all = extended(all, n+len(props))
	copy(all[at:], varint[:n])
	copy(all[at+n:], props)
	return all
}

// keep returns the place of the properties, which it appends if they were not
// met lately.
func (a *arena) keep(props []byte, h hasher) uint64 {
	hash := h.of(props)
	if len(a.seen) > 0 {
		if at := a.seen[hash&uint64(len(a.seen)-1)]; at > 0 && bytes.Equal(a.propsAt(uint64(at)), props) {
			return uint64(at)
		}
	}
	at := len(a.props)
	a.props = appendProps(a.props, props)
	a.kept++
	a.remember(hash, at, h)
	return uint64(at)
}

// remember notes where properties are, in place of others with such a hash: the table is no
// more than a memory of the latest, and has no more than maxSeen.
func (a *arena) remember(hash uint64, at int, h hasher) {
	// too far on for the table, which has 32 bits for a place
	if at >= 1<<32 {
		return
	}
	// the table doubles with what is kept, so that small blocks have small ones
	if a.kept > len(a.seen) && len(a.seen) < maxSeen {
		old := a.seen
		a.seen = make([]uint32, max(minSeen, 2*len(old)))
		for _, at := range old {
			if at > 0 {
				a.seen[h.of(a.propsAt(uint64(at)))&uint64(len(a.seen)-1)] = at
			}
		}
	}
	a.seen[hash&uint64(len(a.seen)-1)] = uint32(at)
}

// propsAt returns the properties at a place. Their capacity is their length:
// who appends to them gets a copy.
func (a *arena) propsAt(place uint64) []byte {
	length, n := binary.Uvarint(a.props[place:])
	from := place + uint64(n)
	return a.props[from : from+length : from+length]
}

// code returns the id's code of a record, and what follows it.
func (a *arena) code(rec uint32) []byte {
	p := a.ids[rec:]
	return p[:codeLen(p)]
}

// propsOf returns the place of the properties of a record, 0 if it has none,
// and the length of the record.
func (a *arena) propsOf(rec uint32) (place uint64, length int) {
	p := a.ids[rec:]
	length = codeLen(p)
	place, n := binary.Uvarint(p[length:])
	return place, length + n
}

// forget counts the record as garbage.
func (a *arena) forget(rec uint32) {
	place, length := a.propsOf(rec)
	a.dead += length
	if place > 0 {
		a.dead += len(a.propsAt(place))
	}
}

// adopt appends a record of another arena. The map knows where properties went
// that were adopted before.
func (a *arena) adopt(from *arena, rec uint32, moved map[uint64]uint64, h hasher) uint32 {
	place, _ := from.propsOf(rec)
	if place > 0 {
		// properties that several records share are moved once
		to, ok := moved[place]
		if !ok {
			to = a.keep(from.propsAt(place), h)
			moved[place] = to
		}
		place = to
	}
	return a.appendRecord(from.code(rec), place)
}
