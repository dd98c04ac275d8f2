package segment

import (
	"slices"
	"sort"
	"strconv"
	"strings"
)

// A jsonText is a checked JSON text that is read in place: no copy of it is kept
// as a tree, only where each object and list ends.
type jsonText struct {
	text  []byte
	spans []textSpan // of all objects and lists, in order of their start
}

// newJSONText checks a text as [jsonScan] does, but for what only its strict mode
// finds.
func newJSONText(text []byte, maxBytes, depth int) (jsonText, *jsonFault) {
	s := jsonScan{text: text, depth: depth, index: true}
	fault := s.run(maxBytes)
	return jsonText{text, s.spans}, fault
}

// A ref is a value in the text, with the way to it.
type ref struct {
	at   int // of its first byte
	up   *ref
	name string // of a member
	i    int    // of an element
	list bool   // it is an element
}

// pointer writes the JSON Pointer (RFC 6901) of a value.
func (v ref) pointer() string {
	if v.up == nil {
		return ""
	}
	if v.list {
		return v.up.pointer() + "/" + strconv.Itoa(v.i)
	}
	return v.up.pointer() + "/" + pointerEscaper.Replace(v.name)
}

// pointerEscaper escapes a name for a JSON Pointer (RFC 6901).
var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

func (t *jsonText) root() ref { return ref{at: skipSpace(t.text, 0)} }

// end is the offset behind a value.
func (t *jsonText) end(v ref) int {
	switch t.text[v.at] {
	case '{', '[':
		i := sort.Search(len(t.spans), func(i int) bool { return t.spans[i].from >= v.at })
		return t.spans[i].to
	case '"':
		return endOfQuoted(t.text, v.at)
	}
	end := v.at
	for end < len(t.text) && !strings.ContainsRune(",]} \n\r\t", rune(t.text[end])) {
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

func (t *jsonText) raw(v ref) string { return string(t.text[v.at:t.end(v)]) }

// unquoted is the text that a value in quotes stands for.
func (t *jsonText) unquoted(v ref) string { return unquote(t.text[v.at:t.end(v)]) }

// is reports whether a value starts with this byte.
func (t *jsonText) is(v ref, c byte) bool { return t.text[v.at] == c }

// elements calls f for the elements of a list, until it returns false.
func (t *jsonText) elements(v ref, f func(ref) bool) {
	at := skipSpace(t.text, v.at+1)
	for i := 0; t.text[at] != ']'; i++ {
		e := ref{at: at, up: &v, i: i, list: true}
		if !f(e) {
			return
		}
		at = t.behind(e)
	}
}

// A jsonMember is a member of an object.
type jsonMember struct {
	name  string
	key   ref // of the name
	value ref
	again bool // the name has stood in the object before
}

// members calls f for the members of an object, until it returns false.
func (t *jsonText) members(v ref, f func(jsonMember) bool) {
	var few [16]string // of few names every pair is compared, which needs no memory
	var many map[string]bool
	n := 0
	for at := skipSpace(t.text, v.at+1); t.text[at] != '}'; {
		end := endOfQuoted(t.text, at)
		m := jsonMember{name: unquote(t.text[at:end])}
		m.key = ref{at: at, up: &v, name: m.name}
		m.value = ref{at: skipSpace(t.text, skipSpace(t.text, end)+1), up: &v, name: m.name}
		if n == len(few) && many == nil {
			many = make(map[string]bool)
			for _, name := range few {
				many[name] = true
			}
		}
		if many != nil {
			m.again = many[m.name]
			many[m.name] = true
		} else if m.again = slices.Contains(few[:n], m.name); !m.again {
			few[n] = m.name
			n++
		}
		if !f(m) {
			return
		}
		at = t.behind(m.value)
	}
}

// behind is where the next member or element starts, or the end of what they are
// in.
func (t *jsonText) behind(v ref) int {
	at := skipSpace(t.text, t.end(v))
	if t.text[at] == ',' {
		at = skipSpace(t.text, at+1)
	}
	return at
}
