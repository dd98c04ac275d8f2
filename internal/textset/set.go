package textset

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unsafe"
)

// A Set is a set of texts: an open hash table of which at most half is used, or, if
// it is large, a Go map, which no choice of texts makes slow. Where no text has more
// than 8 bytes, the table holds them as numbers.
type Set struct {
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

// NewSet returns the set of some texts. It keeps them.
func NewSet(texts []string) *Set {
	if len(texts) > largeSet {
		s := &Set{large: make(map[string]bool, len(texts))}
		for _, t := range texts {
			s.large[t] = true
		}
		return s
	}
	n, longest := uint64(1)<<bits.Len(uint(2*len(texts))), 0
	for _, t := range texts {
		longest = max(longest, len(t))
	}
	s := &Set{mask: n - 1}
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
		if s.Has(t) {
			continue
		}
		i := Hash(t)
		for s.table[i&s.mask].used {
			i++
		}
		s.table[i&s.mask] = setEntry{t, true}
	}
	return s
}

func (s *Set) addShort(t string) {
	if s.Has(t) {
		return
	}
	key := shortKey(t)
	i := shortHash(key)
	for s.short[i&s.mask].n != unused {
		i++
	}
	s.short[i&s.mask] = shortEntry{key, len(t)}
}

// Has reports whether a text is in the set, in constant time.
func (s *Set) Has(text string) bool {
	if s.short != nil {
		return s.HasShort(text)
	}
	if s.table == nil {
		return s.large[text]
	}
	for i := Hash(text); ; i++ {
		e := &s.table[i&s.mask]
		if !e.used {
			return false
		}
		if e.text == text {
			return true
		}
	}
}

// OfShort reports whether no text of the set has more than 8 bytes, so that it holds
// them as numbers.
func (s *Set) OfShort() bool { return s.short != nil }

// HasShort is Has for a set that is [Set.OfShort].
func (s *Set) HasShort(text string) bool {
	var key uint64 // shortKey, which is not inlined
	switch n := len(text); {
	case n > 8:
		return false
	case n >= 4:
		key = load32(text, 0) | load32(text, n-4)<<32
	case n >= 2:
		key = Load16(text, 0) | Load16(text, n-2)<<16
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
		return Load16(s, 0) | Load16(s, n-2)<<16
	case n == 1:
		return uint64(s[0])
	}
	return 0
}

func shortHash(key uint64) uint64 { return key * 0x9e3779b97f4a7c15 >> 40 }

// Load16 returns the two bytes of a text from i on as a number. They must be there.
func Load16(s string, i int) uint64 {
	return uint64(binary.LittleEndian.Uint16(unsafe.Slice(unsafe.StringData(s), len(s))[i:]))
}

// A Needle is a text to be found within others, by the byte of it that is
// rarest in names, addresses and prose: that is looked for with the machine's
// widest instructions, and seldom found in vain.
type Needle struct {
	Text string
	At   int // where in Text the byte is that is looked for
}

// commonBytes are the bytes that stand in many texts, the commonest first.
const commonBytes = "etaoinsrhldcumfpgwybvk .-_0123456789@"

// NewNeedle prepares the search for a text in others.
func NewNeedle(text string) Needle {
	n, best := Needle{Text: text}, -1
	for i := range len(text) {
		rank := strings.IndexByte(commonBytes, text[i])
		if rank < 0 {
			rank = len(commonBytes)
		}
		if rank > best {
			best, n.At = rank, i
		}
	}
	return n
}

// IsIn reports whether a text contains the needle's. After a few finds in vain
// it leaves the rest to [strings.Contains], which no text makes slow.
func (n *Needle) IsIn(s string) bool {
	if len(n.Text) == 0 {
		return true
	}
	for range 4 {
		if len(s) < len(n.Text) {
			return false
		}
		i := strings.IndexByte(s[n.At:], n.Text[n.At])
		if i < 0 || i+len(n.Text) > len(s) {
			return false
		}
		if s[i:i+len(n.Text)] == n.Text {
			return true
		}
		s = s[i+1:]
	}
	return strings.Contains(s, n.Text)
}

// Load64 returns the eight bytes of a text from i on as a number. They must be there.
func Load64(s string, i int) uint64 {
	return binary.LittleEndian.Uint64(unsafe.Slice(unsafe.StringData(s), len(s))[i:])
}

func load32(s string, i int) uint64 {
	return uint64(binary.LittleEndian.Uint32(unsafe.Slice(unsafe.StringData(s), len(s))[i:]))
}

// Hash is a hash of a text: quick for names and codes of up to 16 bytes.
// It need not withstand an attacker: who uses it compares what collides, and
// bounds how much of that there can be.
func Hash(s string) uint64 {
	const k1, k2 = 0x9e3779b97f4a7c15, 0xd6e8feb86659fd93
	h := uint64(len(s)) * k2
	for len(s) > 16 {
		h = (h ^ Load64(s, 0)) * k1
		h ^= h >> 32
		s = s[8:]
	}
	var lo, hi uint64
	switch n := len(s); {
	case n >= 8:
		lo, hi = Load64(s, 0), Load64(s, n-8)
	case n >= 4:
		lo, hi = load32(s, 0), load32(s, n-4)
	case n > 0:
		lo = uint64(s[0]) | uint64(s[n/2])<<8 | uint64(s[n-1])<<16
	}
	h = (h ^ lo) * k1
	h = (h ^ h>>32 ^ hi) * k2
	return h ^ h>>32
}
