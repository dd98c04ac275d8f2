package eventlog

import "encoding/binary"

// A line is the events of one name in a block in order of time over all contacts, packed in
// a few bytes an event. It is made when a condition over all contacts first asks for it.

// newLine makes a line from the streams.
func (b *block) newLine(name uint32) *line {
	l := &line{epoch: b.epoch, name: name}
	n := uint32(0)
	for local := range uint32(len(b.rows)) {
		if i, ok := b.place(local, name); ok {
			have := b.stream(local, i).n
			// more events than total can count
			if have >= 1<<16 {
				return l.impossible()
			}
			l.total[local] = uint16(have)
			n += have
		}
	}
	// a little room for events that come
	room := n + n/16
	l.rows = make([]uint8, 0, room)
	if b.width != widthSeconds {
		l.nanos = make([]uint64, 0, room)
	} else if l.seconds = make([]uint32, 0, room); b.packed(l, n) {
		return l
	}
	return b.spread(l, n)
}

// packed makes a line of instants that lie within 194 days: then an instant and its
// row fit a word. It returns false if they do not.
func (b *block) packed(l *line, n uint32) bool {
	least, most := ^uint32(0), uint32(0)
	words := make([]uint32, 0, 2*n)
	var from [blockRows]uint32 // of the words of a row
	for local := range b.rows {
		from[local] = uint32(len(words))
		if l.total[local] == 0 {
			continue
		}
		i, _ := b.place(uint32(local), l.name)
		s := b.stream(uint32(local), i)
		times := b.times[int(s.off)*widthSeconds:]
		for j := range s.n {
			words = append(words, binary.LittleEndian.Uint32(times[j*widthSeconds:]))
		}
		// streams are sorted: the first is the least of the row, and the last so far the greatest
		least, most = min(least, words[from[local]]), max(most, words[len(words)-1])
	}
	if n > 0 && most-least >= 1<<24 {
		return false
	}
	for local := range b.rows {
		// 24 bits of the instant above 8 bits of the row: sorted by one, the other goes along
		for j := from[local]; j < from[local]+uint32(l.total[local]); j++ {
			words[j] = (words[j]-least)<<8 | uint32(local)
		}
	}
	for _, w := range sortWords(words, words[n:2*n]) {
		l.rows = append(l.rows, uint8(w))
		l.seconds = append(l.seconds, least+w>>8)
	}
	return true
}

// sortWords orders by all but the lowest byte.
func sortWords(words, room []uint32) []uint32 {
	for shift := 8; shift < 32; shift += 8 {
		// how many words have each byte, then where the first of them goes
		var place [256]uint32
		for _, w := range words {
			place[uint8(w>>shift)]++
		}
		sum := uint32(0)
		for i, n := range place {
			place[i], sum = sum, sum+n
		}
		for _, w := range words {
			p := &place[uint8(w>>shift)]
			room[*p] = w
			*p++
		}
		words, room = room, words
	}
	return words
}

// spread makes a line of any instants.
func (b *block) spread(l *line, n uint32) *line {
	at, rows := make([]uint64, n, 2*n), make([]uint8, n, 2*n)
	to := 0
	for local := range uint32(len(b.rows)) {
		if l.total[local] == 0 {
			continue
		}
		i, _ := b.place(local, l.name)
		s := b.stream(local, i)
		for slot := s.off; slot < s.off+s.n; slot++ {
			m, ok := momentOf(loadRaw(b.times, b.width, slot), b.width)
			if !ok {
				return l.impossible()
			}
			at[to], rows[to] = m, uint8(local)
			to++
		}
	}
	at, rows = sortMoments(at, rows)
	l.rows = append(l.rows, rows...)
	if b.width != widthSeconds {
		l.nanos = append(l.nanos, at...)
		return l
	}
	for _, m := range at {
		l.seconds = append(l.seconds, uint32(m))
	}
	return l
}

// impossible is a line that there cannot be.
func (l *line) impossible() *line { return &line{epoch: l.epoch, name: l.name, none: true} }

// momentOf returns the instant as a line has it; ok is false if it cannot.
func momentOf(a raw, width int) (at uint64, ok bool) {
	switch width {
	case widthSeconds:
		return a.hi, true
	case widthMillis:
		s := a.hi/1000 - (baseSeconds - baseYears)
		return s<<nanoBits | a.hi%1000*1e6, s < 1<<32
	}
	s := a.hi - (baseSeconds - baseYears)
	return s<<nanoBits | uint64(a.lo), s < 1<<32
}

// sortMoments orders events by instant, a byte at a time: the instants of a block
// have few bytes in which they differ. It needs room for as many again.
func sortMoments(at []uint64, rows []uint8) ([]uint64, []uint8) {
	differ := uint64(0)
	for _, m := range at {
		differ |= m ^ at[0]
	}
	n := len(at)
	at2, rows2 := at[n:2*n], rows[n:2*n]
	for shift := 0; shift < 64 && differ>>shift != 0; shift += 8 {
		// all have this byte in common
		if differ>>shift&0xff == 0 {
			continue
		}
		var place [256]int
		for _, m := range at {
			place[uint8(m>>shift)]++
		}
		sum := 0
		for i, n := range place {
			place[i], sum = sum, sum+n
		}
		for i, m := range at {
			p := &place[uint8(m>>shift)]
			at2[*p], rows2[*p] = m, rows[i]
			*p++
		}
		at, rows, at2, rows2 = at2, rows2, at, rows
	}
	return at, rows
}
