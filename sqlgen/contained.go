package sqlgen

// Documents that contain others. PostgreSQL's index of a jsonb column (GIN) serves one
// question: does the document contain another, `doc @> '{"plan": "pro"}'`. Equality with
// a text, a number or a bool is that question, if the path of the value is written
// around it:
//
//	company.size = 5                    doc @> '{"company": {"size": 5}}'
//	ANY orders HAS (sku = "X")          doc @> '{"orders": [{"sku": "X"}]}'
//	tags CONTAINS 5                     doc @> '{"tags": [5]}'
//
// jsonb compares as rules do: texts by their bytes, numbers by value (1.0 is 1), and
// a list contains only what is an element of it. One case is different, a whole document
// that is a list: '[5]' contains '5' though it does not equal it.

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A place is where a node is: in which column with a document, or in which element
// of a list, and there at which path.
type place struct {
	root  frag
	path  []string
	inner bool // the root is an element
}

// at is a place further within.
func (p *place) at(path []string) *place {
	if p == nil {
		return nil
	}
	return &place{p.root, slices.Concat(p.path, path), p.inner}
}

// around is what the root contains if there is such a value at the place.
func (p *place) around(value any) any {
	for _, name := range slices.Backward(p.path) {
		value = map[string]any{name: value}
	}
	return value
}

// mostContained is how many digits a number has at most that is asked for this way.
const mostContained = 1000

// scalar is a constant as JSON; ok is false of those that no value of JSON equals, or
// of which the database cannot tell.
func (s scope) scalar(v segment.Value) (doc any, ok bool) {
	switch v.Kind() {
	case segment.KindText:
		return v.Text(), s.plainText(v.Text())
	case segment.KindBool:
		return v.Bool(), true
	case segment.KindNumber:
		if d, ok := decimalOf(v); ok && max(d.Scale, d.WholeDigits()) <= mostContained {
			return json.Number(d.String()), true
		}
	}
	return nil, false
}

// equalsScalar compares a node with a text, a number or a bool; ok is false if it is
// to be done otherwise.
func (s scope) equalsScalar(x term, op rule.Op, v segment.Value, fold bool) (c cond, ok bool) {
	if !s.limits().contains || !x.doc || op != rule.OpEq || fold {
		return cond{}, false
	}
	doc, ok := s.scalar(v)
	if !ok {
		return cond{}, false
	}
	if x.in == nil || x.in.inner || len(x.in.path) == 0 {
		value, err := json.Marshal(doc)
		c = exactly(s.equalsJSON(x.frag, string(value)))
		if x.in != nil {
			c.contains = &containment{x.in.around(doc), true}
		}
		return c, err == nil
	}
	return s.contained(x.in, doc, cond{frag: always(), exact: true}, true)
}

// contained writes a condition that holds only if there is such a value at the place; where
// it is whole, no more is asked.
func (s scope) contained(p *place, value any, c cond, whole bool) (_ cond, ok bool) {
	doc := p.around(value)
	if p.inner {
		c.contains = &containment{doc, whole}
		return c, true
	}
	written, err := json.Marshal(doc)
	if whole {
		c.frag = always()
	}
	return cond{frag: s.containsJSON(p.root, string(written), c.frag), exact: c.exact}, err == nil
}

// anyContains adds what a list contains of which an element fulfils a condition.
func (s scope) anyContains(x term, of, c cond) cond {
	if x.in == nil || of.contains == nil {
		return c
	}
	if better, ok := s.contained(x.in, []any{of.contains.doc}, c, of.contains.whole); ok {
		return better
	}
	return c
}

// hasElement holds of a list with an element that equals a constant; ok is false if it
// is to be done otherwise.
func (s scope) hasElement(x term, v segment.Value, fold bool) (c cond, ok bool) {
	if !s.limits().contains || fold {
		return cond{}, false
	}
	value, ok := s.scalar(v)
	if !ok {
		return cond{}, false
	}
	if x.in != nil && !x.in.inner {
		return s.contained(x.in, []any{value}, cond{exact: true}, true)
	}
	list, err := json.Marshal([]any{value})
	c = exactly(s.containsJSON(x.frag, string(list), always()))
	if x.in != nil {
		c.contains = &containment{x.in.around([]any{value}), true}
	}
	return c, err == nil
}

// containsAll is what an element contains of which several conditions hold.
func containsAll(cs []cond) (all *containment) {
	whole := true
	for _, c := range cs {
		switch {
		case c.contains == nil:
			whole = whole && c.always()
		case all == nil:
			all = &containment{c.contains.doc, c.contains.whole}
		default:
			doc, ok := bothContained(all.doc, c.contains.doc)
			all = &containment{doc, all.whole && c.contains.whole && ok}
		}
	}
	if all != nil {
		all.whole = all.whole && whole
	}
	return all
}

// bothContained is a document that contains two; ok is false if there is none, and it
// is the first.
func bothContained(a, b any) (doc any, ok bool) {
	switch a := a.(type) {
	case map[string]any:
		b, isMap := b.(map[string]any)
		if !isMap {
			return a, false
		}
		both, ok := maps.Clone(a), true
		for name, y := range b {
			x, twice := a[name]
			if !twice {
				both[name] = y
				continue
			}
			one, fits := bothContained(x, y)
			both[name], ok = one, ok && fits
		}
		return both, ok
	case []any:
		if b, isList := b.([]any); isList {
			return slices.Concat(a, b), true
		}
	}
	return a, false
}
