package jsontext

import (
	"slices"
	"sort"
	"strconv"
	"strings"
)

// A Source is a checked JSON text that is read in place: no copy of it is kept
// as a tree, only where each object and list ends.
type Source struct {
	Text  []byte
	spans []span // of all objects and lists, in order of their start
}

// NewSource checks a text as [Scan] does, but for what only its strict mode
// finds.
func NewSource(text []byte, maxBytes, depth int) (Source, *Fault) {
	s := Scan{Text: text, Depth: depth, index: true}
	fault := s.Run(maxBytes)
	return Source{text, s.spans}, fault
}

// A Ref is a value in the text of a [Source], with the way to it from the root.
type Ref struct {
	At    int // offset of its first byte
	up    *Ref
	name  string // of a member
	Index int    // of an element in its list, from 0
	list  bool   // it is an element
}

// Pointer writes the JSON Pointer (RFC 6901) of a value.
func (v Ref) Pointer() string {
	if v.up == nil {
		return ""
	}
	if v.list {
		return v.up.Pointer() + "/" + strconv.Itoa(v.Index)
	}
	return v.up.Pointer() + "/" + PointerEscaper.Replace(v.name)
}

// PointerEscaper escapes a name for a JSON Pointer (RFC 6901).
var PointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// Root returns the value that the whole text is.
func (t *Source) Root() Ref { return Ref{At: SkipSpace(t.Text, 0)} }

// end is the offset behind a value.
func (t *Source) end(v Ref) int {
	switch t.Text[v.At] {
	case '{', '[':
		i := sort.Search(len(t.spans), func(i int) bool { return t.spans[i].from >= v.At })
		return t.spans[i].to
	case '"':
		return endOfQuoted(t.Text, v.At)
	}
	end := v.At
	for end < len(t.Text) && !strings.ContainsRune(",]} \n\r\t", rune(t.Text[end])) {
		end++
	}
	return end
}

// endOfQuoted is the offset behind the quoted text that starts here.
func endOfQuoted(text []byte, at int) int {
	for at++; text[at] != '"'; at++ {
		if text[at] == '\\' {
			at++
		}
	}
	return at + 1
}

// End is the offset behind a value.
func (t *Source) End(v Ref) int { return t.end(v) }

// Raw returns a copy of the text of a value.
func (t *Source) Raw(v Ref) string { return string(t.Text[v.At:t.end(v)]) }

// Unquoted is the text that a value in quotes stands for.
func (t *Source) Unquoted(v Ref) string { return unquote(t.Text[v.At:t.end(v)]) }

// StartsWith reports whether a value starts with this byte, which tells its kind.
func (t *Source) StartsWith(v Ref, c byte) bool { return t.Text[v.At] == c }

// Elements calls f for the elements of a list, until it returns false.
func (t *Source) Elements(v Ref, f func(Ref) bool) {
	at := SkipSpace(t.Text, v.At+1)
	for i := 0; t.Text[at] != ']'; i++ {
		e := Ref{At: at, up: &v, Index: i, list: true}
		if !f(e) {
			return
		}
		at = t.behind(e)
	}
}

// A Member is a member of an object.
type Member struct {
	Name     string
	Key      Ref // of the name
	Value    Ref
	Repeated bool // the name stands in the object before this
}

// Members calls f for the members of an object, until it returns false.
func (t *Source) Members(v Ref, f func(Member) bool) {
	var few [16]string // of few names every pair is compared, which needs no memory
	var many map[string]bool
	n := 0
	for at := SkipSpace(t.Text, v.At+1); t.Text[at] != '}'; {
		end := endOfQuoted(t.Text, at)
		m := Member{Name: unquote(t.Text[at:end])}
		m.Key = Ref{At: at, up: &v, name: m.Name}
		m.Value = Ref{At: SkipSpace(t.Text, SkipSpace(t.Text, end)+1), up: &v, name: m.Name}
		if n == len(few) && many == nil {
			many = make(map[string]bool)
			for _, name := range few {
				many[name] = true
			}
		}
		if many != nil {
			m.Repeated = many[m.Name]
			many[m.Name] = true
		} else if m.Repeated = slices.Contains(few[:n], m.Name); !m.Repeated {
			few[n] = m.Name
			n++
		}
		if !f(m) {
			return
		}
		at = t.behind(m.Value)
	}
}

// behind is where the next member or element starts, or the end of what they are
// in.
func (t *Source) behind(v Ref) int {
	at := SkipSpace(t.Text, t.end(v))
	if t.Text[at] == ',' {
		at = SkipSpace(t.Text, at+1)
	}
	return at
}
