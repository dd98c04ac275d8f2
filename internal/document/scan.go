package document

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// One pass over the text of a document that both checks it and picks the
// fields asked for. It checks all that ParseJSON checks, so that a field is
// there exactly if the text is a document: bytes that were never checked are
// read as safely as those that were, and no mark of trust is needed. For that
// the pass goes on to the end of the text even when all fields are found.

// A Cell is what a scan found for one field.
type Cell struct {
	Raw  string     // the JSON text; empty if the field is absent
	Val  rule.Value // what raw says, once done
	Done bool
}

// A PathTree says which fields a scan picks.
type PathTree struct {
	nodes []pathNode // an open hash table; its length is a power of two
	cells int        // how many fields there are in all
}

// A pathNode is a name in the tree.
type pathNode struct {
	hash uint64
	name string
	used bool
	cell int       // where the field goes; -1 if only fields within are asked for
	sub  *PathTree // fields within; nil if none is asked for
}

// NewPathTree returns the tree for paths, each of which gets the cell of its index.
func NewPathTree(paths [][]string) *PathTree {
	t := grow(paths, indices(len(paths)), 0)
	t.cells = len(paths)
	return t
}

// OnePath is the tree of a single path, made without a map.
func OnePath(names []string) *PathTree {
	t := &PathTree{nodes: make([]pathNode, 2), cells: 1}
	n := pathNode{hash: textset.Hash(names[0]), name: names[0], used: true}
	if len(names) > 1 {
		n.cell, n.sub = -1, OnePath(names[1:])
	}
	t.nodes[n.hash&1] = n
	return t
}

func indices(n int) []int {
	is := make([]int, n)
	for i := range is {
		is[i] = i
	}
	return is
}

// grow returns the tree of some of the paths from a depth on.
func grow(paths [][]string, some []int, depth int) *PathTree {
	byName := make(map[string][]int)
	for _, i := range some {
		name := paths[i][depth]
		byName[name] = append(byName[name], i)
	}
	t := &PathTree{nodes: make([]pathNode, 1<<bits.Len(uint(2*len(byName))))}
	for name, is := range byName {
		n := pathNode{hash: textset.Hash(name), name: name, used: true, cell: -1}
		deeper := slices.DeleteFunc(is, func(i int) bool {
			if len(paths[i]) == depth+1 {
				n.cell = i
				return true
			}
			return false
		})
		if len(deeper) > 0 {
			n.sub = grow(paths, deeper, depth+1)
		}
		i := n.hash
		for t.nodes[i&uint64(len(t.nodes)-1)].used {
			i++
		}
		t.nodes[i&uint64(len(t.nodes)-1)] = n
	}
	return t
}

// find returns the node with a name, nil if there is none.
func (t *PathTree) find(hash uint64, name string) *pathNode {
	mask := uint64(len(t.nodes) - 1)
	for i := hash; ; i++ {
		n := &t.nodes[i&mask]
		if !n.used {
			return nil
		}
		if n.hash == hash && n.name == name {
			return n
		}
	}
}

// A Scanner reads one text. Its buffers are kept from one text to the next.
type Scanner struct {
	text  string
	cells []Cell
	Keys  []scanKey // of the objects that are open
	Buf   []byte    // decoded texts

	Stack       []rule.Value // elements and members of what is being read
	MemberStack []rule.Member
	Arena       []rule.Value // elements and members of what has been read
	MemberArena []rule.Member
}

// Reset forgets all values that were read; their memory is used again.
func (s *Scanner) Reset() {
	clear(s.Arena)
	clear(s.MemberArena)
	s.Buf, s.Arena, s.MemberArena, s.Stack, s.MemberStack = s.Buf[:0], s.Arena[:0], s.MemberArena[:0], s.Stack[:0], s.MemberStack[:0]
}

type scanKey struct {
	hash uint64
	name string
}

// Document checks the text and fills the cells; false if the text is not a
// JSON object that NewDocument accepts, in which case cells hold rubbish.
func (s *Scanner) Document(text []byte, t *PathTree, cells []Cell) bool {
	if len(text) > rule.DefaultBytes || len(text) == 0 {
		return false
	}
	s.text, s.cells, s.Keys = unsafe.String(&text[0], len(text)), cells, s.Keys[:0]
	i := s.space(0)
	if i >= len(s.text) || s.text[i] != '{' {
		return false
	}
	if i = s.object(i, 1, t); i < 0 {
		return false
	}
	return s.space(i) == len(s.text)
}

func (s *Scanner) space(i int) int {
	for i < len(s.text) && s.text[i] <= ' ' {
		switch s.text[i] {
		case ' ', '\t', '\n', '\r':
			i++
		default:
			return i
		}
	}
	return i
}

// manyKeys is how many names of one object are compared as they come; of a
// larger object they are sorted at its end.
const manyKeys = 64

// object reads an object from its brace on and returns where it ends, -1 if it
// is none. Every method that reads does so.
func (s *Scanner) object(i, depth int, t *PathTree) int {
	if depth > rule.DefaultDepth {
		return -1
	}
	if i = s.space(i + 1); i < len(s.text) && s.text[i] == '}' {
		return i + 1
	}
	var seen [16]uint64 // a Bloom filter of the hashes
	first := len(s.Keys)
	for i < len(s.text) && s.text[i] == '"' {
		key, end := s.key(i + 1)
		if end < 0 {
			return -1
		}
		if i = s.space(end); i >= len(s.text) || s.text[i] != ':' {
			return -1
		}
		bit := key.hash >> 40
		word, mask := &seen[bit>>6&15], uint64(1)<<(bit&63)
		if *word&mask != 0 && len(s.Keys)-first <= manyKeys && slices.Contains(s.Keys[first:], key) {
			return -1
		}
		*word |= mask
		s.Keys = append(s.Keys, key)
		if i = s.space(i + 1); i >= len(s.text) {
			return -1
		}
		if i = s.member(i, depth, key, t); i < 0 {
			return -1
		}
		if i = s.space(i); i >= len(s.text) {
			return -1
		}
		switch s.text[i] {
		case '}':
			return s.close(first, i+1)
		case ',':
			i = s.space(i + 1)
		default:
			return -1
		}
	}
	return -1
}

// close ends an object, and refuses it if it is large and a name stands twice.
func (s *Scanner) close(first, end int) int {
	keys := s.Keys[first:]
	s.Keys = s.Keys[:first]
	if len(keys) <= manyKeys {
		return end
	}
	slices.SortFunc(keys, func(a, b scanKey) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), strings.Compare(a.name, b.name))
	})
	for i := range keys[1:] {
		if keys[i] == keys[i+1] {
			return -1
		}
	}
	return end
}

// member reads the value of a name and keeps it if it is asked for.
func (s *Scanner) member(i, depth int, key scanKey, t *PathTree) int {
	var n *pathNode
	if t != nil {
		n = t.find(key.hash, key.name)
	}
	if n == nil {
		return s.value(i, depth)
	}
	end := -1
	if n.sub != nil && s.text[i] == '{' {
		end = s.object(i, depth+1, n.sub)
	} else {
		end = s.value(i, depth)
	}
	if end >= 0 && n.cell >= 0 {
		s.cells[n.cell] = Cell{Raw: s.text[i:end]}
	}
	return end
}

// key reads a name from behind its quote on.
func (s *Scanner) key(i int) (key scanKey, end int) {
	end, escaped := scanText(s.text, i)
	if end < 0 {
		return key, -1
	}
	key.name = s.text[i : end-1]
	if escaped {
		key.name = s.unescape(key.name)
	}
	key.hash = textset.Hash(key.name)
	return key, end
}

// unescape decodes a text into the buffer.
func (s *Scanner) unescape(raw string) string {
	from := len(s.Buf)
	s.Buf = appendUnescaped(s.Buf, raw)
	return unsafe.String(unsafe.SliceData(s.Buf[from:]), len(s.Buf)-from)
}

// value reads any value.
func (s *Scanner) value(i, depth int) int {
	switch c := s.text[i]; c {
	case '"':
		end, _ := scanText(s.text, i+1)
		return end
	case '{':
		return s.object(i, depth+1, nil)
	case '[':
		return s.array(i, depth+1)
	case 't':
		return s.literal(i, "true")
	case 'f':
		return s.literal(i, "false")
	case 'n':
		return s.literal(i, "null")
	}
	return scanNumber(s.text, i)
}

func (s *Scanner) literal(i int, word string) int {
	if strings.HasPrefix(s.text[i:], word) {
		return i + len(word)
	}
	return -1
}

func (s *Scanner) array(i, depth int) int {
	if depth > rule.DefaultDepth {
		return -1
	}
	if i = s.space(i + 1); i < len(s.text) && s.text[i] == ']' {
		return i + 1
	}
	for i < len(s.text) {
		if i = s.value(i, depth); i < 0 {
			return -1
		}
		if i = s.space(i); i >= len(s.text) {
			return -1
		}
		switch s.text[i] {
		case ']':
			return i + 1
		case ',':
			i = s.space(i + 1)
		default:
			return -1
		}
	}
	return -1
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// scanText reads a text from behind its quote on, and returns where it ends,
// behind the closing quote. Eight bytes are looked at together: for a quote, a
// backslash, a control character, or one beyond ASCII.
func scanText(text string, i int) (end int, escaped bool) {
	for {
		for i+8 <= len(text) {
			w := textset.Load64(text, i)
			quote, slash := w^(ones*'"'), w^(ones*'\\')
			hit := ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*' ')&^w | w) & highs
			if hit != 0 {
				i += bits.TrailingZeros64(hit) / 8
				break
			}
			i += 8
		}
		if i >= len(text) {
			return -1, escaped
		}
		switch c := text[i]; {
		case c == '"':
			return i + 1, escaped
		case c == '\\':
			n := escapeLength(text[i:])
			if n == 0 {
				return -1, true
			}
			escaped = true
			i += n
		case c < ' ':
			return -1, escaped
		case c < utf8.RuneSelf:
			i++
		default:
			r, n := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && n == 1 {
				return -1, escaped
			}
			i += n
		}
	}
}

// escapeLength is the length of the escape that the text starts with, 0 if it
// is none, or half a surrogate pair.
func escapeLength(text string) int {
	if len(text) < 2 {
		return 0
	}
	switch text[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		r, ok := hex4(text[2:])
		if ok && !utf16.IsSurrogate(r) {
			return 6
		}
		if ok && len(text) >= 12 && text[6] == '\\' && text[7] == 'u' {
			if low, ok := hex4(text[8:]); ok && utf16.DecodeRune(r, low) != utf8.RuneError {
				return 12
			}
		}
	}
	return 0
}

// hex4 reads four hexadecimal digits.
func hex4(s string) (r rune, ok bool) {
	if len(s) < 4 {
		return 0, false
	}
	for i := range 4 {
		c := s[i]
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
