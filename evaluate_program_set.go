package segment

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unsafe"
)

// A textSet is a set of texts: an open hash table of which at most a quarter
// is used, or, if it is large, a Go map, which no choice of texts makes slow.
// Where no text has more than 8 bytes, the table holds them as numbers.
type textSet struct {
	mask  uint64
	short []shortEntry
	table []setEntry
	large map[string]bool
}

type setEntry struct {
	text string
	used bool
}

// A shortEntry is a text of up to 8 bytes as its key and length.
type shortEntry struct {
	key uint64
	n   int
}

const (
	largeSet = 512
	unused   = 9 // the length in an entry that holds no text
)

func newTextSet(texts []string) *textSet {
	if len(texts) > largeSet {
		s := &textSet{large: make(map[string]bool, len(texts))}
		for _, t := range texts {
			s.large[t] = true
		}
		return s
	}
	n, longest := uint64(1)<<bits.Len(uint(2*len(texts))), 0
	for _, t := range texts {
		longest = max(longest, len(t))
	}
	s := &textSet{mask: n - 1}
	if longest <= 8 {
		s.short = make([]shortEntry, n)
		for i := range s.short {
			s.short[i].n = unused
		}
		for _, t := range texts {
			s.addShort(t)
		}
		return s
	}
	s.table = make([]setEntry, n)
	for _, t := range texts {
		if s.has(t) {
			continue
		}
		i := textHash(t)
		for s.table[i&s.mask].used {
			i++
		}
		s.table[i&s.mask] = setEntry{t, true}
	}
	return s
}

func (s *textSet) addShort(t string) {
	if s.has(t) {
		return
	}
	key := shortKey(t)
	i := shortHash(key)
	for s.short[i&s.mask].n != unused {
		i++
	}
	s.short[i&s.mask] = shortEntry{key, len(t)}
}

func (s *textSet) has(text string) bool {
	if s.short != nil {
		return s.hasShort(text)
	}
	if s.table == nil {
		return s.large[text]
	}
	for i := textHash(text); ; i++ {
		e := &s.table[i&s.mask]
		if !e.used {
			return false
		}
		if e.text == text {
			return true
		}
	}
}

func (s *textSet) hasShort(text string) bool {
	var key uint64 // shortKey, which is not inlined
	switch n := len(text); {
	case n > 8:
		return false
	case n >= 4:
		key = load32(text, 0) | load32(text, n-4)<<32
	case n >= 2:
		key = load16(text, 0) | load16(text, n-2)<<16
	case n == 1:
		key = uint64(text[0])
	}
	for i := shortHash(key); ; i++ {
		e := &s.short[i&uint64(len(s.short)-1)]
		if e.key == key && e.n == len(text) {
			return true
		}
		if e.n == unused {
			return false
		}
	}
}

// shortKey is a number that differs between texts of one length of up to 8 bytes.
func shortKey(s string) uint64 {
	switch n := len(s); {
	case n >= 4:
		return load32(s, 0) | load32(s, n-4)<<32
	case n >= 2:
		return load16(s, 0) | load16(s, n-2)<<16
	case n == 1:
		return uint64(s[0])
	}
	return 0
}

func shortHash(key uint64) uint64 { return key * 0x9e3779b97f4a7c15 >> 40 }

func load16(s string, i int) uint64 {
	return uint64(binary.LittleEndian.Uint16(unsafe.Slice(unsafe.StringData(s), len(s))[i:]))
}

// A needle is a text to be found within others, by the byte of it that is
// rarest in names, addresses and prose: that is looked for with the machine's
// widest instructions, and seldom found in vain.
type needle struct {
	text string
	at   int // of the byte
}

// commonBytes are the bytes that stand in many texts, the commonest first.
const commonBytes = "etaoinsrhldcumfpgwybvk .-_0123456789@"

func newNeedle(text string) needle {
	n, best := needle{text: text}, -1
	for i := range len(text) {
		rank := strings.IndexByte(commonBytes, text[i])
		if rank < 0 {
			rank = len(commonBytes)
		}
		if rank > best {
			best, n.at = rank, i
		}
	}
	return n
}

// isIn reports whether a text contains the needle's. After a few finds in vain
// it leaves the rest to [strings.Contains], which no text makes slow.
func (n *needle) isIn(s string) bool {
	if len(n.text) == 0 {
		return true
	}
	for range 4 {
		if len(s) < len(n.text) {
			return false
		}
		i := strings.IndexByte(s[n.at:], n.text[n.at])
		if i < 0 || i+len(n.text) > len(s) {
			return false
		}
		if s[i:i+len(n.text)] == n.text {
			return true
		}
		s = s[i+1:]
	}
	return strings.Contains(s, n.text)
}
