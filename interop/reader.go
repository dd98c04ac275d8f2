package interop

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// A reader reads one definition. What is wrong and what is lost gathers in it: functions
// that read a part return nil for a part that is not in the rule, and groups leave out nil.
type reader struct {
	Options
	text   []byte
	prose  string // of a definition that is text: what it says
	losses []Loss
	errs   rule.Errors
	// origins has, for errors that only a schema finds, where names stand: see named.
	origins map[string][]*node
	spent   int // how many conditions were written more than once: see spend
	wrong   int // errors, also those beyond the limit
	written int // conditions of groups that had to be written out: see writeOut
}

// fail reports that the definition is wrong at a node, and returns nil. All errors are told,
// as far as the limits allow.
func (r *reader) fail(at *node, code rule.Code, format string, args ...any) rule.Condition {
	r.wrong++
	if len(r.errs) < rule.DefaultErrors {
		err := rule.Errorf(code, format, args...)
		r.errs = append(r.errs, r.located(at, err))
	}
	return nil
}

// located gives an error the place of a node, which may be nil.
func (r *reader) located(at *node, err *rule.Error) *rule.Error {
	switch {
	case at == nil:
		return err
	case at.line > 0:
		err.Locate(r.prose, at.ref.At)
		return err
	}
	return rule.ErrorAt(r.text, at.ref, err)
}

// unknown reports a word that the system does not have, with the nearest of those it has.
func (r *reader) unknown(at *node, what, have string, known ...string) rule.Condition {
	told := len(r.errs)
	r.fail(at, rule.ErrUnknown, "unknown %s %q", what, have)
	if len(r.errs) > told {
		r.errs[told].Suggestion = nearest(have, known)
	}
	return nil
}

// nearest is the word that was meant: one that differs by few letters, else the one that begins
// the same for longest, by three letters at least.
func nearest(have string, known []string) (word string) {
	if word = textset.Nearest(have, known...); word != "" {
		return word
	}
	most := 2
	for _, w := range known {
		same := 0
		for same < min(len(w), len(have)) && w[same]|0x20 == have[same]|0x20 {
			same++
		}
		if same > most {
			word, most = w, same
		}
	}
	return word
}

// maxSpent is how many conditions may be written more than once: ten times as many as a rule
// may have.
const maxSpent = 10 * rule.DefaultConditions

// spend is to be asked before a condition is written more than once: it keeps what nests from
// doubling at each level, and reports what would be too large. The cost grows with the
// condition, up to maxSpent.
func (r *reader) spend(at *node, c rule.Condition, times int) bool {
	if r.spent > maxSpent {
		return false // and told
	}
	n := 1
	if c != nil {
		rule.Walk(c, func(rule.Condition) bool { n++; return n <= maxSpent })
	}
	if r.spent += min(n, maxSpent) * min(times, maxSpent); r.spent > maxSpent {
		r.fail(at, rule.ErrLimit, "written out these are more than %d conditions", maxSpent)
		return false
	}
	return true
}

// all holds if all of the conditions hold that are in the rule; nil if none is.
func all(cs ...rule.Condition) rule.Condition {
	return join(cs, func(cs []rule.Condition) rule.Condition { return rule.And(cs) })
}

// anyOf holds if any of the conditions holds that are in the rule; nil if none is.
func anyOf(cs ...rule.Condition) rule.Condition {
	return join(cs, func(cs []rule.Condition) rule.Condition { return rule.Or(cs) })
}

// join leaves out nil, and makes no group of one.
func join(cs []rule.Condition, group func([]rule.Condition) rule.Condition) rule.Condition {
	var in []rule.Condition
	for _, c := range cs {
		if c != nil {
			in = append(in, c)
		}
	}
	switch len(in) {
	case 0:
		return nil
	case 1:
		return in[0]
	}
	return group(in)
}

// not is the complement of a condition; nil of nil.
func not(c rule.Condition) rule.Condition {
	if c == nil {
		return nil
	}
	return rule.Not{C: c}
}

// writeOut reports whether conditions may be written so many times, each in the place of one
// in the definition, and reports an error where the rule would grow beyond its limit.
func (r *reader) writeOut(at *node, times int, cs ...rule.Condition) bool {
	const most = rule.DefaultConditions
	if r.written > most {
		return false // which is told
	}
	for i := 0; i < len(cs) && r.written <= most; i++ {
		rule.Walk(cs[i], func(rule.Condition) bool {
			r.written += times
			return r.written <= most
		})
	}
	if r.written > most {
		r.fail(at, rule.ErrLimit, "the rule has to write this out to more than %d conditions", most)
	}
	return r.written <= most
}

// isSet holds if the expression has a value.
func isSet(x rule.Expr) rule.Condition { return rule.Not{C: rule.IsNull{X: x}} }

// field is a path such as "location.city" as a field: dots part names.
func field(path string) rule.Field { return rule.Path(strings.Split(path, ".")...) }

// constant is a scalar of the definition as a value: a text stays a text. What is no scalar is
// an error, and not ok.
func (r *reader) constant(n *node) (v rule.Value, ok bool) {
	switch {
	case n == nil:
		return rule.Value{}, false
	case n.kind == isText:
		if err := rule.CheckText(n.text); err != nil {
			r.fail(n, err.Code, "%s", err.Msg)
			return rule.Value{}, false
		}
		return rule.Text(n.text), true
	case n.kind == isNumber:
		if v, ok = rule.ParseNumber(n.text); !ok {
			r.fail(n, rule.ErrValue, "%s is no number that a rule can have", n.text)
		}
		return v, ok
	case n.kind == isBool:
		return rule.Bool(n.truth), true
	}
	r.fail(n, rule.ErrType, "a text, a number, true or false is expected here")
	return rule.Value{}, false
}

// A system is one system whose definitions are read.
type system struct {
	// textual: a definition is a text of the system's own, which read gets as a node of a
	// text. It may also come as a JSON string, or in the object that the system's interface
	// has it in: see query.
	textual bool
	read    func(r *reader, n *node) segment.Segment
	// write writes a condition that fits the schema, as that has it; nil if Export does not
	// have the system.
	write func(o Options, c rule.Condition) (definition []byte, losses []Loss, err error)
}
