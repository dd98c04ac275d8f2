package definition

import (
	"fmt"
	"slices"

	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// An object and its keys. A reader asks for the keys that it knows; what nobody has asked
// for is unknown, and is reported at the end with the nearest of those that were asked for.

// A reader reads a definition in a checked JSON text.
type reader struct {
	jsontext.Source
	constants rule.ValueReader
	l         rule.Limits
	errs      rule.Errors
	nodes     int
	full      bool   // enough errors, or no use in going on
	inElement bool   // within "has", where there is an element
	anywhere  bool   // an element may stand anywhere: only its place is asked for
	Sites     []site // where the conditions stand, in order of the tree
}

// newReader checks the text: size, nesting, grammar. Duplicate names are
// left to the reading, which goes on after one.
func newReader(text []byte, l rule.Limits) (*reader, error) {
	json, fault := jsontext.NewSource(text, l.Bytes, jsonDepth(l))
	if fault != nil {
		return nil, rule.FaultError(text, fault)
	}
	r := &reader{Source: json, l: l}
	r.constants = rule.ValueReader{JSON: json, Bare: true, Report: func(v jsontext.Ref, err *rule.Error) bool {
		r.report(v, err)
		return !r.full
	}}
	return r, nil
}

// jsonDepth is how deep objects and lists may nest in the definition of a tree
// of the greatest depth: a group takes two, a zone and a negation one each.
func jsonDepth(l rule.Limits) int { return 5*l.Depth + 10 }

// result is what was wrong, in order of place.
func (r *reader) result() error {
	slices.SortStableFunc(r.errs, func(a, b *rule.Error) int { return a.Offset - b.Offset })
	return r.errs.ErrorOrNil()
}

// report adds an error at a value, unless it is nil.
func (r *reader) report(v jsontext.Ref, err *rule.Error) {
	if err == nil || r.full {
		return
	}
	r.errs = append(r.errs, rule.ErrorAt(r.Text, v, err))
	r.full = r.full || len(r.errs) >= r.l.Errors
}

func (r *reader) fail(v jsontext.Ref, code rule.Code, format string, args ...any) {
	r.report(v, &rule.Error{Code: code, Msg: fmt.Sprintf(format, args...)})
}

// failWord reports a word that is none of the known.
func (r *reader) failWord(v jsontext.Ref, what, word string, known []string) {
	r.report(v, &rule.Error{Code: rule.ErrUnknown, Msg: fmt.Sprintf("unknown %s %q", what, jsontext.Shortened([]byte(word))), Suggestion: textset.Nearest(word, known...)})
}

// wants reports that a value is of the wrong kind.
func (r *reader) wants(v jsontext.Ref, what string) {
	r.fail(v, rule.ErrType, "expected %s, found %s", what, jsontext.KindName(r.Text[v.At]))
}

// An object is an object of the text, member by member.
type object struct {
	r       *reader
	ref     jsontext.Ref
	members []objectMember
	lost    bool // what the object is meant to be is not known
}

type objectMember struct {
	jsontext.Member
	used bool
}

// object reads an object's members; ok is false if the value is none, which is
// reported. A name that stands twice is reported and left out.
func (r *reader) object(v jsontext.Ref, what string) (o *object, ok bool) {
	if !r.StartsWith(v, '{') {
		r.wants(v, what)
		return nil, false
	}
	o = &object{r: r, ref: v}
	r.Members(v, func(m jsontext.Member) bool {
		if m.Repeated {
			r.report(m.Key, rule.RepeatedKey(m.Name))
		} else {
			o.members = append(o.members, objectMember{Member: m})
		}
		return !r.full
	})
	return o, true
}

func (o *object) has(names ...string) bool {
	return slices.ContainsFunc(o.members, func(m objectMember) bool { return slices.Contains(names, m.Name) })
}

// get returns a member, by the first of the names that is there, and marks it
// as known.
func (o *object) get(names ...string) (v jsontext.Ref, ok bool) {
	for _, name := range names {
		for i := range o.members {
			if o.members[i].Name == name {
				o.members[i].used = true
				return o.members[i].Value, true
			}
		}
	}
	return jsontext.Ref{}, false
}

// need is get of a member that must be there. One that is spelt wrong is reported as an
// unknown key, with the right one, and not as missing too.
func (o *object) need(names ...string) (v jsontext.Ref, ok bool) {
	misspelt := func(m objectMember) bool {
		return !m.used && !slices.Contains(conditionKeys(), m.Name) && textset.Nearest(m.Name, names...) != ""
	}
	if v, ok = o.get(names...); !ok && !slices.ContainsFunc(o.members, misspelt) {
		o.r.fail(o.ref, rule.ErrSyntax, "missing key %q", names[0])
	}
	return v, ok
}

// unknown reports whether the object has a member that is none of these.
func (o *object) unknown(known []string) bool {
	return slices.ContainsFunc(o.members, func(m objectMember) bool { return !slices.Contains(known, m.Name) })
}

// done reports every member that nothing has asked for. Of an object that is
// lost, one with a known name may well be right.
func (o *object) done(known ...string) {
	for _, m := range o.members {
		switch {
		case m.used || o.r.full:
		case !slices.Contains(known, m.Name):
			o.r.failWord(m.Key, "key", m.Name, known)
		case !o.lost:
			o.r.fail(m.Key, rule.ErrUnknown, "the key %q does not fit here", m.Name)
		}
	}
}

// lose reports that it is not known what the object is meant to be, unless an
// unknown key says why.
func (o *object) lose(known []string, expected string) {
	o.lost = true
	if !o.unknown(known) {
		o.r.fail(o.ref, rule.ErrSyntax, "%s", expected)
	}
}

// string reads a text.
func (r *reader) string(v jsontext.Ref) (s string, ok bool) {
	if !r.StartsWith(v, '"') {
		r.wants(v, "a text")
		return "", false
	}
	return r.Unquoted(v), true
}

// name reads a text that is not empty.
func (r *reader) name(v jsontext.Ref, what string) (s string, ok bool) {
	if s, ok = r.string(v); ok && s == "" {
		r.report(v, check.Name(s, what))
		return "", false
	}
	return s, ok
}

// flag reads a bool.
func (r *reader) flag(v jsontext.Ref) bool {
	if !r.StartsWith(v, 't') && !r.StartsWith(v, 'f') {
		r.wants(v, "true or false")
	}
	return r.StartsWith(v, 't')
}

// isTrue reads a member that says what an object is, and is true.
func (r *reader) isTrue(v jsontext.Ref, key string) {
	before := len(r.errs)
	if !r.flag(v) && len(r.errs) == before {
		r.fail(v, rule.ErrValue, "%q is true or left out", key)
	}
}

// int reads a whole number of at least 0.
func (r *reader) int(v jsontext.Ref) (i int64, ok bool) {
	if c := r.Text[v.At]; c != '-' && (c < '0' || c > '9') {
		r.wants(v, "a whole number")
		return 0, false
	}
	n, ok := rule.ParseNumber(r.Raw(v))
	if ok {
		i, ok = n.Int()
	}
	if !ok || i < 0 || i > 1<<53 {
		r.fail(v, rule.ErrValue, "expected a whole number of at least 0, found %s", jsontext.Shortened([]byte(r.Raw(v))))
		return 0, false
	}
	return i, true
}

// strings reads a list of texts, or one text.
func (r *reader) strings(v jsontext.Ref, check func(string) *rule.Error) (ss []string) {
	read := func(e jsontext.Ref) bool {
		if s, ok := r.string(e); ok {
			r.report(e, check(s))
			ss = append(ss, s)
		}
		return !r.full && r.room(v, len(ss))
	}
	if !r.StartsWith(v, '[') {
		read(v)
		return ss
	}
	r.Elements(v, read)
	r.report(v, notEmpty(len(ss), r))
	return ss
}

// room reports whether a list may have so many values, and if not that it may
// not.
func (r *reader) room(v jsontext.Ref, n int) bool {
	if n > r.l.Values {
		r.fail(v, rule.ErrLimit, "more than %d values", r.l.Values)
		return false
	}
	return true
}

// notEmpty is the error of a list without values, unless another was found.
func notEmpty(n int, r *reader) *rule.Error {
	if n > 0 || len(r.errs) > 0 {
		return nil
	}
	return check.Count(0, r.l)
}
