package source

import (
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// A Reader reads one definition. What is wrong and what is lost gathers in it: functions
// that read a part return nil for a part that is not in the rule, and groups leave out nil.
type Reader struct {
	Options
	Text   []byte
	Prose  string // of a definition that is text: what it says
	Losses []Loss
	Errs   rule.Errors
	// origins has, for errors that only a schema finds, where names stand: see Named.
	origins map[string][]*Node
	spent   int // how many conditions were written more than once: see Spend
	Wrong   int // errors, also those beyond the limit
	Written int // conditions of groups that had to be written out: see WriteOut
}

// Fail reports that the definition is wrong at a node, and returns nil. All errors are told,
// as far as the limits allow.
func (r *Reader) Fail(at *Node, code rule.Code, format string, args ...any) rule.Condition {
	r.Wrong++
	if len(r.Errs) < rule.DefaultErrors {
		err := rule.Errorf(code, format, args...)
		r.Errs = append(r.Errs, r.located(at, err))
	}
	return nil
}

// located gives an error the place of a node, which may be nil.
func (r *Reader) located(at *Node, err *rule.Error) *rule.Error {
	switch {
	case at == nil:
		return err
	case at.Line > 0:
		err.Locate(r.Prose, at.Ref.At)
		return err
	}
	return rule.ErrorAt(r.Text, at.Ref, err)
}

// Unknown reports a word that the system does not have, with the nearest of those it has.
func (r *Reader) Unknown(at *Node, what, have string, known ...string) rule.Condition {
	told := len(r.Errs)
	r.Fail(at, rule.ErrUnknown, "unknown %s %q", what, have)
	if len(r.Errs) > told {
		r.Errs[told].Suggestion = nearest(have, known)
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

// Spend is to be asked before a condition is written more than once: it keeps what nests from
// doubling at each level, and reports what would be too large. The cost grows with the
// condition, up to maxSpent.
func (r *Reader) Spend(at *Node, c rule.Condition, times int) bool {
	if r.spent > maxSpent {
		return false // and told
	}
	n := 1
	if c != nil {
		rule.Walk(c, func(rule.Condition) bool { n++; return n <= maxSpent })
	}
	if r.spent += min(n, maxSpent) * min(times, maxSpent); r.spent > maxSpent {
		r.Fail(at, rule.ErrLimit, "written out these are more than %d conditions", maxSpent)
		return false
	}
	return true
}

// WriteOut reports whether conditions may be written so many times, each in the place of one
// in the definition, and reports an error where the rule would grow beyond its limit.
func (r *Reader) WriteOut(at *Node, times int, cs ...rule.Condition) bool {
	const most = rule.DefaultConditions
	if r.Written > most {
		return false // which is told
	}
	for i := 0; i < len(cs) && r.Written <= most; i++ {
		rule.Walk(cs[i], func(rule.Condition) bool {
			r.Written += times
			return r.Written <= most
		})
	}
	if r.Written > most {
		r.Fail(at, rule.ErrLimit, "the rule has to write this out to more than %d conditions", most)
	}
	return r.Written <= most
}

// Constant is a scalar of the definition as a value: a text stays a text. What is no scalar is
// an error, and not ok.
func (r *Reader) Constant(n *Node) (v rule.Value, ok bool) {
	switch {
	case n == nil:
		return rule.Value{}, false
	case n.Kind == Text:
		if err := rule.CheckText(n.Text); err != nil {
			r.Fail(n, err.Code, "%s", err.Msg)
			return rule.Value{}, false
		}
		return rule.Text(n.Text), true
	case n.Kind == Number:
		if v, ok = rule.ParseNumber(n.Text); !ok {
			r.Fail(n, rule.ErrValue, "%s is no number that a rule can have", n.Text)
		}
		return v, ok
	case n.Kind == Bool:
		return rule.Bool(n.Truth), true
	}
	r.Fail(n, rule.ErrType, "a text, a number, true or false is expected here")
	return rule.Value{}, false
}
