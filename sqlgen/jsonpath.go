package sqlgen

// Conditions of the elements of a list, as a path of JSON. Where equality alone is not
// enough for a containment, PostgreSQL decides the whole of
//
//	ANY orders HAS (sku = "X" AND amount > 10)
//
// by doc @? 'strict $."orders"[*] ? (@."sku" == "X" && @."amount" > 10)', which goes
// through the list by itself, and for which an index of the document (GIN) finds those
// with that sku. The path is an argument. It is strict, or a list within an element would
// be taken for its elements. A comparison of two kinds, or of what is not there, is unknown,
// which is not true; no value is an error.

import (
	"encoding/json"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// beyondFloats is what rounds to no float any more: numbers from there on are none to a
// rule. In jsonb they have up to 131072 digits, of which few products are numbers to
// PostgreSQL.
const beyondFloats = "1.797693134862315807937e308"

// within is what the path of a place begins with.
func (p *place) within(root string) string {
	var b strings.Builder
	b.WriteString(root)
	for _, name := range p.path {
		quoted, err := json.Marshal(name)
		if err != nil {
			return "" // no text is an error
		}
		b.WriteString("." + string(quoted))
	}
	return b.String()
}

// predicate is a comparison of what is in an element with a constant, as a predicate of a
// path; it is empty if there is none.
func (s scope) predicate(x term, op rule.Op, v segment.Value, fold bool) string {
	if !s.limits().contains || x.in == nil || !x.in.inner || fold {
		return ""
	}
	doc, ok := s.scalar(v)
	if !ok || op != rule.OpEq && v.Kind() != segment.KindNumber {
		return ""
	}
	constant, err := json.Marshal(doc)
	if err != nil {
		return ""
	}
	sign := strings.TrimSpace(opText(op))
	if op == rule.OpEq {
		sign = "=="
	}
	return asNumbers(x.in.within("@"), op, sign+" "+string(constant))
}

// asNumbers is a comparison in a path. Numbers that are beyond floats are none to a rule:
// where the comparison has no end, it is given one.
func asNumbers(x string, op rule.Op, compares string) string {
	whole := x + " " + compares
	switch op {
	case rule.OpLt, rule.OpLe:
		return "(" + whole + " && " + x + " > -" + beyondFloats + ")"
	case rule.OpGt, rule.OpGe:
		return "(" + whole + " && " + x + " < " + beyondFloats + ")"
	}
	return whole
}

// numberByPath orders a number of a document and a constant without a cast, which could
// fail; ok is false if it is to be done otherwise.
func (s scope) numberByPath(x term, op rule.Op, v segment.Value) (f frag, ok bool) {
	if !s.limits().contains || x.in == nil || x.in.inner || op == rule.OpEq || v.Kind() != segment.KindNumber {
		return frag{}, false
	}
	doc, ok := s.scalar(v)
	constant, err := json.Marshal(doc)
	if !ok || err != nil {
		return frag{}, false
	}
	return s.pathExists(x.in.root, "strict "+x.in.within("$")+" ? "+asNumbers("@", op, strings.TrimSpace(opText(op))+" "+string(constant))), true
}

// predicates joins predicates; the result is empty if there is none for a condition.
func predicates(operator string, cs []cond) string {
	var all []string
	for _, c := range cs {
		if c.predicate == "" {
			return ""
		}
		all = append(all, c.predicate)
	}
	if len(all) == 1 {
		return all[0]
	}
	return "(" + strings.Join(all, operator) + ")"
}

// byPath holds if a list has an element of which a predicate holds; ok is false if the list
// is not one of a document.
func (s scope) byPath(x term, predicate string) (f frag, ok bool) {
	if predicate == "" || x.in == nil || x.in.inner {
		return frag{}, false
	}
	return s.pathExists(x.in.root, "strict "+x.in.within("$")+"[*] ? ("+predicate+")"), true
}

// fails holds of elements of which a predicate does not.
func fails(predicate string) string {
	if predicate == "" {
		return ""
	}
	return "!(" + predicate + ") || (" + predicate + ") is unknown"
}
