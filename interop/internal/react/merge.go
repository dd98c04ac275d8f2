package react

import (
	"github.com/segmentrules/segment/rule"
)

// Writing a query where there is one already. Groups and rules that mean what they meant are
// written as they stand, byte by byte; in those that changed what a condition does not say
// stays: ids, paths, a host's members, and what is disabled or muted or has no words in a rule,
// which goes behind the rule that it stood behind. What is wrong in the tree is not written back.

// keep remembers the groups and rules of a tree by what they mean.
func (w *reactWriter) keep(t *reactNode) {
	w.tree, w.same = t, map[string][]*reactNode{}
	w.ic = t.at.Get("combinator") == nil && len(t.parts) > 0
	w.index(t)
}

func (w *reactWriter) index(t *reactNode) {
	if t.c != nil && t.at != nil && !t.bad {
		key := t.c.String()
		w.same[key] = append(w.same[key], t)
	}
	for _, p := range t.parts {
		w.index(p)
	}
}

// resolve brings the conditions of a tree into the form that they are compared in.
func (w *reactWriter) resolve(t *reactNode) *reactNode {
	t.c = w.fit(t.c)
	for _, p := range t.parts {
		w.resolve(p)
	}
	return t
}

// free reports whether nothing in a part is written yet.
func (t *reactNode) free() bool {
	if t.used {
		return false
	}
	for _, p := range t.parts {
		if !p.free() {
			return false
		}
	}
	return true
}

// take marks a part and all in it as written.
func (t *reactNode) take() {
	t.used = true
	for _, p := range t.parts {
		p.take()
	}
}

// merged appends the group that says the condition in the place of a group.
func (w *reactWriter) merged(b []byte, c rule.Condition, prev *reactNode) []byte {
	if prev == w.tree && prev.c != nil && !prev.bad && rule.Equal(prev.c, c) {
		prev.take()
		return append(b, w.raw(prev.at)...)
	}
	prev.used = true
	s := w.shape(c, prev)
	return w.appendGroup(b, prev.at, s, w.sequence(s, prev))
}

// sequence is the rules of a group, those that stay in their own words.
func (w *reactWriter) sequence(s reactShape, prev *reactNode) [][]byte {
	pairs := w.pairs(s.parts, prev.parts)
	behind := map[*reactNode][]*reactNode{} // what is left out, by what it stands behind
	var last *reactNode
	kept := map[*reactNode]bool{}
	for _, p := range pairs {
		kept[p.prev] = true
	}
	for _, p := range prev.parts {
		switch {
		case p.c != nil && kept[p]:
			last = p
		case p.c == nil && p.at != nil && !p.bad:
			behind[last] = append(behind[last], p)
		}
	}
	if len(s.parts) == 0 && prev != w.tree {
		return nil // a group with nothing but what is left out would not hold for everyone
	}
	var items [][]byte
	put := func(op string, item ...[]byte) {
		if w.ic && len(items) > 0 {
			items = append(items, []byte(`"`+op+`"`))
		}
		items = append(items, item...)
	}
	off := func(t *reactNode) {
		for _, p := range behind[t] {
			op := p.joint
			if op == "" {
				op = s.op
			}
			p.take()
			put(op, w.raw(p.at))
		}
		delete(behind, t)
	}
	if prev.at != nil { // else the combinator before the first would go with it
		off(nil)
	}
	for i, c := range s.parts {
		put(s.op, w.inPlace(c, pairs[i])...)
		off(nil)
		off(pairs[i].prev)
	}
	return items
}

// inPlace is a part in the place of one that was there, or a new one if that is nil. A group
// that only the precedence of AND makes is its rules.
func (w *reactWriter) inPlace(c rule.Condition, p reactPair) [][]byte {
	prev := p.prev
	switch {
	case prev == nil:
		return [][]byte{w.part(c)}
	case prev.at == nil:
		return w.sequence(w.shape(c, prev), prev)
	case p.same:
		return [][]byte{w.raw(prev.at)}
	case prev.group:
		return [][]byte{w.merged(nil, c, prev)}
	}
	return [][]byte{w.leaf(c, prev.at)}
}

// A reactPair is the part in whose place a condition is written; same says that it means the
// same and is taken.
type reactPair struct {
	prev *reactNode
	same bool
}

// pairs finds for each condition the part in whose place it is written, nil if it is new:
// one that means the same, or else a group for a group, and a rule over the same field for a
// rule, in order.
func (w *reactWriter) pairs(cs []rule.Condition, parts []*reactNode) []reactPair {
	pairs := make([]reactPair, len(cs))
	same := map[string][]*reactNode{}
	for _, p := range parts {
		if p.c != nil && p.free() && !p.bad {
			same[p.c.String()] = append(same[p.c.String()], p)
		}
	}
	for i, c := range cs {
		key := c.String()
		if ps := same[key]; len(ps) > 0 && rule.Equal(ps[0].c, c) {
			pairs[i], same[key] = reactPair{ps[0], true}, ps[1:]
			if ps[0].at != nil {
				ps[0].take()
			}
		}
	}
	rest := map[string][]*reactNode{}
	taken := map[*reactNode]bool{}
	for _, p := range pairs {
		taken[p.prev] = true
	}
	for _, p := range parts {
		if p.c != nil && !taken[p] && !p.used {
			rest[p.role()] = append(rest[p.role()], p)
		}
	}
	for i, c := range cs {
		op, _ := reactParts(c)
		for _, role := range []string{"sequence of " + op, reactRole(c)} {
			if ps := rest[role]; pairs[i].prev == nil && len(ps) > 0 {
				pairs[i], rest[role] = reactPair{ps[0], false}, ps[1:]
				ps[0].used = ps[0].at != nil
			}
		}
	}
	return pairs
}

// role is what else may come in the place of a part: groups for groups, and for rules those
// over the same field.
func (t *reactNode) role() string {
	switch {
	case t.group && t.at == nil:
		return "sequence of " + t.op
	case t.group:
		return "group"
	}
	return reactRole(t.c)
}

// reactRole is the role that a condition has.
func reactRole(c rule.Condition) string {
	if n, ok := c.(rule.Not); ok {
		c = n.C
	}
	if _, parts := reactParts(c); len(parts) > 0 || c == rule.Condition(rule.Everyone{}) {
		return "group"
	}
	reads := rule.Reads(c)
	switch {
	case len(reads.Fields) > 0:
		return "field " + string(reads.Fields[0])
	case len(reads.Events) > 0:
		return "event " + reads.Events[0].Name
	}
	return "test"
}
