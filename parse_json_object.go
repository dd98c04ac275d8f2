package segment

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// A jsonReader reads a checked JSON text in place: it keeps no copy of it as a
// tree, only where each object and list ends.
type jsonReader struct {
	text  []byte
	l     Limits
	spans []textSpan // of all objects and lists, in order of their start
	errs  Errors
	nodes int
	full  bool // enough errors, or no use in going on

	placing bool // conditions are wrapped with their places

	rule func(text string) (Condition, error) // reads a {"rule": text}
}

// newJSONReader checks the text: size, nesting, grammar. Duplicate names are
// left to the reading, which goes on after one.
func newJSONReader(text []byte, l Limits, rule func(string) (Condition, error)) (*jsonReader, error) {
	s := jsonScan{text: text, depth: jsonDepth(l), index: true}
	if err := s.run(l.Bytes); err != nil {
		return nil, err
	}
	return &jsonReader{text: text, l: l, spans: s.spans, rule: rule}, nil
}

// jsonDepth is how deep objects and lists may nest in the definition of a tree
// of the greatest depth: a group takes two, a zone and a negation one each.
func jsonDepth(l Limits) int { return 5*l.Depth + 10 }

// A ref is a value in the text, with the way to it.
type ref struct {
	at   int // of its first byte
	up   *ref
	name string // of a member
	i    int    // of an element, if name is empty and named is not set
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

func (r *jsonReader) root() ref { return ref{at: skipSpace(r.text, 0)} }

// result is what was wrong, in order of place.
func (r *jsonReader) result() error {
	slices.SortStableFunc(r.errs, func(a, b *Error) int { return a.Offset - b.Offset })
	return r.errs.errorOrNil()
}

// report adds an error at a value, unless it is nil.
func (r *jsonReader) report(v ref, err *Error) {
	if err == nil || r.full {
		return
	}
	place := jsonError(r.text, v.at, err.Code, err.Msg)
	place.Path, place.Suggestion = v.pointer(), err.Suggestion
	r.errs = append(r.errs, place)
	r.full = r.full || len(r.errs) >= r.l.Errors
}

func (r *jsonReader) fail(v ref, code Code, format string, args ...any) {
	r.report(v, &Error{Code: code, Msg: fmt.Sprintf(format, args...)})
}

// failWord reports a word that is none of the known.
func (r *jsonReader) failWord(v ref, what, word string, known []string) {
	r.report(v, &Error{Code: ErrUnknown, Msg: fmt.Sprintf("unknown %s %q", what, shortened([]byte(word))), Suggestion: nearest(word, known...)})
}

// wants reports that a value is of the wrong kind.
func (r *jsonReader) wants(v ref, what string) {
	r.fail(v, ErrType, "expected %s, found %s", what, jsonKind(r.text[v.at]))
}

// end is the offset behind a value.
func (r *jsonReader) end(v ref) int {
	switch r.text[v.at] {
	case '{', '[':
		i := sort.Search(len(r.spans), func(i int) bool { return r.spans[i].from >= v.at })
		return r.spans[i].to
	case '"':
		return endOfQuoted(r.text, v.at)
	}
	end := v.at
	for end < len(r.text) && !strings.ContainsRune(",]} \n\r\t", rune(r.text[end])) {
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

func (r *jsonReader) raw(v ref) string { return string(r.text[v.at:r.end(v)]) }

// is reports whether a value starts with this byte.
func (r *jsonReader) is(v ref, c byte) bool { return r.text[v.at] == c }

// elements calls f for the elements of a list, until it returns false.
func (r *jsonReader) elements(v ref, f func(ref) bool) {
	at := skipSpace(r.text, v.at+1)
	for i := 0; r.text[at] != ']'; i++ {
		e := ref{at: at, up: &v, i: i, list: true}
		if !f(e) {
			return
		}
		at = skipSpace(r.text, r.end(e))
		if r.text[at] == ',' {
			at = skipSpace(r.text, at+1)
		}
	}
}

// An object is an object of the text, member by member.
type object struct {
	r       *jsonReader
	ref     ref
	members []objectMember
	lost    bool // what the object is meant to be is not known
}

type objectMember struct {
	name  string
	place ref // of the name, for errors
	value ref
	used  bool
}

// object reads an object's members; ok is false if the value is none, which is
// reported. A name that stands twice is reported and left out.
func (r *jsonReader) object(v ref, what string) (o *object, ok bool) {
	if !r.is(v, '{') {
		r.wants(v, what)
		return nil, false
	}
	o = &object{r: r, ref: v}
	var seen map[string]bool
	for at := skipSpace(r.text, v.at+1); r.text[at] != '}' && !r.full; {
		end := endOfQuoted(r.text, at)
		m := objectMember{name: unquote(r.text[at:end])}
		m.place = ref{at: at, up: &v, name: m.name}
		m.value = ref{at: skipSpace(r.text, skipSpace(r.text, end)+1), up: &v, name: m.name}
		if len(o.members) == 16 {
			seen = make(map[string]bool)
			for _, m := range o.members {
				seen[m.name] = true
			}
		}
		if seen[m.name] || seen == nil && o.has(m.name) {
			r.fail(m.place, ErrSyntax, "duplicate key %q", shortened([]byte(m.name)))
		} else {
			o.members = append(o.members, m)
			if seen != nil {
				seen[m.name] = true
			}
		}
		at = skipSpace(r.text, r.end(m.value))
		if r.text[at] == ',' {
			at = skipSpace(r.text, at+1)
		}
	}
	return o, true
}

func (o *object) has(names ...string) bool {
	return slices.ContainsFunc(o.members, func(m objectMember) bool { return slices.Contains(names, m.name) })
}

// get returns a member, by the first of the names that is there, and marks it
// as known.
func (o *object) get(names ...string) (v ref, ok bool) {
	for _, name := range names {
		for i := range o.members {
			if o.members[i].name == name {
				o.members[i].used = true
				return o.members[i].value, true
			}
		}
	}
	return ref{}, false
}

// need is get of a member that must be there.
func (o *object) need(names ...string) (v ref, ok bool) {
	if v, ok = o.get(names...); !ok {
		o.r.fail(o.ref, ErrSyntax, "missing key %q", names[0])
	}
	return v, ok
}

// unknown reports whether the object has a member that is none of these.
func (o *object) unknown(known []string) bool {
	return slices.ContainsFunc(o.members, func(m objectMember) bool { return !slices.Contains(known, m.name) })
}

// done reports every member that nothing has asked for. Of an object that is
// lost, one with a known name may well be right.
func (o *object) done(known ...string) {
	for _, m := range o.members {
		switch {
		case m.used || o.r.full:
		case !slices.Contains(known, m.name):
			o.r.failWord(m.place, "key", m.name, known)
		case !o.lost:
			o.r.fail(m.place, ErrUnknown, "the key %q does not fit here", m.name)
		}
	}
}

// lose reports that it is not known what the object is meant to be, unless an
// unknown key says why.
func (o *object) lose(known []string, expected string) {
	o.lost = true
	if !o.unknown(known) {
		o.r.fail(o.ref, ErrSyntax, "%s", expected)
	}
}

// string reads a text.
func (r *jsonReader) string(v ref) (s string, ok bool) {
	if !r.is(v, '"') {
		r.wants(v, "a text")
		return "", false
	}
	return unquote(r.text[v.at:r.end(v)]), true
}

// name reads a text that is not empty.
func (r *jsonReader) name(v ref, what string) (s string, ok bool) {
	if s, ok = r.string(v); ok && s == "" {
		r.report(v, checkName(s, what))
		return "", false
	}
	return s, ok
}

// flag reads a bool.
func (r *jsonReader) flag(v ref) bool {
	if !r.is(v, 't') && !r.is(v, 'f') {
		r.wants(v, "true or false")
	}
	return r.is(v, 't')
}

// isTrue reads a member that says what an object is, and is true.
func (r *jsonReader) isTrue(v ref, key string) {
	before := len(r.errs)
	if !r.flag(v) && len(r.errs) == before {
		r.fail(v, ErrValue, "%q is true or left out", key)
	}
}

// int reads a whole number of at least 0.
func (r *jsonReader) int(v ref) (i int64, ok bool) {
	if c := r.text[v.at]; c != '-' && (c < '0' || c > '9') {
		r.wants(v, "a whole number")
		return 0, false
	}
	n, ok := ParseNumber(r.raw(v))
	if ok {
		i, ok = n.Int()
	}
	if !ok || i < 0 || i > 1<<53 {
		r.fail(v, ErrValue, "expected a whole number of at least 0, found %s", shortened([]byte(r.raw(v))))
		return 0, false
	}
	return i, true
}

// strings reads a list of texts, or one text.
func (r *jsonReader) strings(v ref, check func(string) *Error) (ss []string) {
	read := func(e ref) bool {
		if s, ok := r.string(e); ok {
			r.report(e, check(s))
			ss = append(ss, s)
		}
		return !r.full && r.room(v, len(ss))
	}
	if !r.is(v, '[') {
		read(v)
		return ss
	}
	r.elements(v, read)
	r.report(v, notEmpty(len(ss), r))
	return ss
}

// room reports whether a list may have so many values, and if not that it may
// not.
func (r *jsonReader) room(v ref, n int) bool {
	if n > r.l.Values {
		r.fail(v, ErrLimit, "more than %d values", r.l.Values)
		return false
	}
	return true
}

// notEmpty is the error of a list without values, unless another was found.
func notEmpty(n int, r *jsonReader) *Error {
	if n > 0 || len(r.errs) > 0 {
		return nil
	}
	return checkCount(0, r.l)
}
