package segment

import (
	"strconv"
	"strings"

	"github.com/segmentrules/segment/rule"
)

// each explains a test of the elements of a list: which of them match, and of
// objects the first few that decide, each with its parts.
func (w *explainer) each(s scope, e *Explanation, c rule.Each, negated bool) {
	list := s.value(c.X)
	f := finding{s: s, holds: s.each(c), negated: negated}
	f.see(c.X)
	if list.Kind() != KindList {
		f.unfit(list, "a list")
		if c.Quantifier == rule.QuantifierNone { // holds of what is no list
			f.negated, f.holds = !f.negated, false
		}
		f.tell(e)
		return
	}
	elems := list.List()
	matched := make([]bool, len(elems))
	var which []int
	for i, elem := range elems {
		if matched[i] = s.bind(elem).holds(c.C); matched[i] {
			which = append(which, i)
		}
	}
	f.note(matchedNote(which, len(elems)))
	if f.facts.Seen = Int(int64(len(which))); c.Quantifier == rule.QuantifierMin {
		f.facts.Wanted = Int(int64(c.K))
	}
	if c.Quantifier == rule.QuantifierMin && len(which) < c.K {
		f.facts.ShortBy = Int(int64(c.K - len(which)))
		f.note(phrase("count_short", intArg(c.K-len(which))))
	}
	f.tell(e)
	if _, simple := rule.Subject(withoutNot(c.C)).(rule.Elem); !simple {
		w.elements(s, e, c, elems, matched)
	}
}

// withoutNot is the test that a NOT stands before, or the condition itself.
func withoutNot(c Condition) Condition {
	c = rule.Ungroup(c)
	if n, ok := c.(rule.Not); ok {
		return rule.Ungroup(n.C)
	}
	return c
}

// matchedNote says how many elements match, and the places of the first few.
func matchedNote(which []int, n int) Phrase {
	switch {
	case n == 0:
		return phrase("list_empty")
	case len(which) == 0:
		return phrase("none_match", intArg(n))
	case len(which) == n:
		return phrase("all_match", intArg(n))
	}
	var places []string
	for _, i := range which[:min(len(which), maxShownValues)] {
		places = append(places, strconv.Itoa(i+1))
	}
	args := []Arg{intArg(len(which)), intArg(n), textArg(strings.Join(places, ", "))}
	if more := len(which) - len(places); more > 0 {
		return phrase("some_match_more", append(args, intArg(more))...)
	}
	return phrase("some_match", args...)
}

// elements adds the parts of the first elements that decide: those that match,
// but for ALL those that do not. If there are none, the first elements.
func (w *explainer) elements(s scope, e *Explanation, c rule.Each, elems []Value, matched []bool) {
	deciding := c.Quantifier != rule.QuantifierAll
	if all := allEqual(matched); all {
		deciding = len(matched) > 0 && matched[0]
	}
	for i, elem := range elems {
		if len(e.Parts) == maxExplainedElements || w.parts <= 1 {
			break
		}
		if matched[i] != deciding {
			continue
		}
		part := w.explain(s.bind(elem), c.C)
		if part.Group == "ALL OF" {
			part.Group, part.Note, part.Why = "", "", nil
		} else {
			w.parts--
			part = &Explanation{Condition: part.Condition, Holds: part.Holds, Parts: []*Explanation{part}}
		}
		part.Group = "number " + strconv.Itoa(i+1)
		part.Saw = []Phrase{phrase("value", textArg(valueWords(s.now.Location(), elem)))}
		part.Seen = english.said(part.Saw, ", ")
		e.Parts = append(e.Parts, part)
	}
	if len(e.Parts) > 0 {
		e.More = len(elems) - len(e.Parts)
	}
}

// allEqual reports whether all are true or all are false.
func allEqual(bs []bool) bool {
	for _, b := range bs {
		if b != bs[0] {
			return false
		}
	}
	return true
}
