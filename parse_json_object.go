package segment

import (
	"fmt"
	"slices"
)

// A jsonReader reads a definition in a checked JSON text.
type jsonReader struct {
	jsonText
	constants valueReader
	l         Limits
	errs      Errors
	nodes     int
	full      bool   // enough errors, or no use in going on
	sites     []site // where the conditions stand, in order of the tree
}

// newJSONReader checks the text: size, nesting, grammar. Duplicate names are
// left to the reading, which goes on after one.
func newJSONReader(text []byte, l Limits) (*jsonReader, error) {
	json, fault := newJSONText(text, l.Bytes, jsonDepth(l))
	if fault != nil {
		return nil, faultError(text, fault)
	}
	r := &jsonReader{jsonText: json, l: l}
	r.constants = valueReader{json: json, report: func(v ref, err *Error) bool {
		r.report(v, err)
		return !r.full
	}}
	return r, nil
}

// jsonDepth is how deep objects and lists may nest in the definition of a tree
// of the greatest depth: a group takes two, a zone and a negation one each.
func jsonDepth(l Limits) int { return 5*l.Depth + 10 }

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
	r.errs = append(r.errs, errorAt(r.text, v, err))
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

// An object is an object of the text, member by member.
type object struct {
	r       *jsonReader
	ref     ref
	members []objectMember
	lost    bool // what the object is meant to be is not known
}

type objectMember struct {
	jsonMember
	used bool
}

// object reads an object's members; ok is false if the value is none, which is
// reported. A name that stands twice is reported and left out.
func (r *jsonReader) object(v ref, what string) (o *object, ok bool) {
	if !r.is(v, '{') {
		r.wants(v, what)
		return nil, false
	}
	o = &object{r: r, ref: v}
	r.members(v, func(m jsonMember) bool {
		if m.again {
			r.report(m.key, repeatedKey(m.name))
		} else {
			o.members = append(o.members, objectMember{jsonMember: m})
		}
		return !r.full
	})
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
			o.r.failWord(m.key, "key", m.name, known)
		case !o.lost:
			o.r.fail(m.key, ErrUnknown, "the key %q does not fit here", m.name)
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
	return r.unquoted(v), true
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
