package rule

import (
	"slices"
	"strconv"
	"strings"
)

// Trees have no positions, so that they are plain values. What is wrong with a
// tree as a whole has a path: the way from the root, as Go would write it, such as
// [1].C.Left. Whoever reads a tree from a text notes where each condition stands,
// in the order in which [ConditionsOn] counts them; so a path found later leads
// to a place in the text.

// A Trail is the way down to a node, from the last step up; nil is the root. The
// path is written only where there is an error.
type Trail struct {
	up    *Trail
	name  string // a field, with its dot; "" for an index
	index int
}

// In is the trail of a field of the node.
func (t *Trail) In(name string) *Trail { return &Trail{up: t, name: name} }

// At is the trail of an element.
func (t *Trail) At(i int) *Trail { return &Trail{up: t, index: i} }

// Up is the trail of what the last step leads from.
func (t *Trail) Up() *Trail { return t.up }

// Path writes the way from the root.
func (t *Trail) Path() string {
	var steps []string
	for ; t != nil; t = t.up {
		step := t.name
		if step == "" {
			step = "[" + strconv.Itoa(t.index) + "]"
		}
		steps = append(steps, step)
	}
	slices.Reverse(steps)
	return strings.Join(steps, "")
}

// CutStep cuts the first step, .Name or [1], from a path.
func CutStep(path string) (step, rest string) {
	if path == "" {
		return "", ""
	}
	end := strings.IndexAny(path[1:], ".[")
	if end < 0 {
		return path, ""
	}
	return path[:end+1], path[end+1:]
}

// A PathCondition is a condition that a path leads through.
type PathCondition struct {
	Number int    // from 0: a condition before those within it, these in the order of the text
	Rest   string // of the path
}

// ConditionsOn returns the conditions that a path leads through, from the root
// down, as far as it leads. Its cost grows with the tree, which must be within
// the limits.
func ConditionsOn(c Condition, path string) []PathCondition {
	var f pathfinder
	f.condition(c, remainder{path: path, on: true})
	return f.passed
}

// EachCondition calls f for every condition of a tree with the way to it, in the order in
// which [ConditionsOn] counts them. The tree must be within the limits.
func EachCondition(c Condition, f func(t *Trail, c Condition)) {
	finder := pathfinder{visit: f}
	finder.condition(c, remainder{})
}

// TrailTo returns the way to the first condition of a tree, in the order of
// [ConditionsOn], for which is holds; ok is false if there is none.
func TrailTo(c Condition, is func(Condition) bool) (at *Trail, ok bool) {
	EachCondition(c, func(t *Trail, c Condition) {
		if !ok && is(c) {
			at, ok = t, true
		}
	})
	return at, ok
}

// CountConditions returns how many conditions there are within an expression.
func CountConditions(e Expr) int {
	var f pathfinder
	f.expr(e, remainder{})
	return f.conditions
}

// A remainder is what remains of a path at a node; on is false off the path. Trail is
// the way that was gone.
type remainder struct {
	path  string
	on    bool
	trail *Trail
}

func (r remainder) in(name string) remainder {
	step, rest := CutStep(r.path)
	return remainder{rest, r.on && step == name, r.trail.In(name)}
}

func (r remainder) at(i int) remainder {
	below := r.trail.At(i)
	if !r.on {
		return remainder{trail: below}
	}
	step, rest := CutStep(r.path)
	n, err := strconv.Atoi(strings.Trim(step, "[]"))
	return remainder{rest, err == nil && n == i, below}
}

// A pathfinder counts the conditions of a tree, and keeps those on a path.
type pathfinder struct {
	conditions int
	passed     []PathCondition
	visit      func(t *Trail, c Condition) // nil if nobody asks
}

func (f *pathfinder) condition(c Condition, r remainder) {
	if f.visit != nil {
		f.visit(r.trail, c)
	}
	if r.on {
		f.passed = append(f.passed, PathCondition{f.conditions, r.path})
	}
	f.conditions++
	switch c := c.(type) {
	case And:
		f.each(c, r)
	case Or:
		f.each(c, r)
	case Not:
		f.condition(c.C, r.in(".C"))
	case Count:
		f.each(c.Of, r.in(".Of"))
	case Zoned:
		f.condition(c.C, r.in(".C"))
		f.expr(c.Zone, r.in(".Zone"))
	case Each:
		f.expr(c.X, r.in(".X"))
		f.condition(c.C, r.in(".C"))
	case Compare:
		f.expr(c.Left, r.in(".Left"))
		f.expr(c.Right, r.in(".Right"))
	case Between:
		f.expr(c.X, r.in(".X"))
		f.expr(c.Lo, r.in(".Lo"))
		f.expr(c.Hi, r.in(".Hi"))
	case When:
		f.expr(c.X, r.in(".X"))
		f.window(c.Window, r.in(".Window"))
	case Changed:
		f.window(c.Window, r.in(".Window"))
	case Sequence:
		for i, s := range c.Steps {
			f.events(s.Events, r.in(".Steps").at(i).in(".Events"))
		}
		f.window(c.Window, r.in(".Window"))
	case Regularity:
		f.events(c.Events, r.in(".Events"))
	default: // a test of one expression, or of none
		for _, x := range Operands(c) {
			f.expr(x, r.in(".X"))
		}
	}
}

func (f *pathfinder) each(cs []Condition, r remainder) {
	for i, c := range cs {
		f.condition(c, r.at(i))
	}
}

func (f *pathfinder) expr(e Expr, r remainder) {
	switch e := e.(type) {
	case Metric:
		f.events(e.Events, r.in(".Events"))
		f.window(e.Window, r.in(".Window"))
	case Call:
		for i, arg := range e.Args {
			f.expr(arg, r.in(".Args").at(i))
		}
	case Arith:
		f.expr(e.Left, r.in(".Left"))
		f.expr(e.Right, r.in(".Right"))
	case Calculated:
		f.expr(e.X, r.in(".X"))
	}
}

func (f *pathfinder) events(e Events, r remainder) {
	if e.Where != nil {
		f.condition(e.Where, r.in(".Where"))
	}
}

func (f *pathfinder) window(w Window, r remainder) {
	f.expr(w.From, r.in(".From"))
	f.expr(w.To, r.in(".To"))
}
