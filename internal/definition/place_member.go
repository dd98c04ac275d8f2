package definition

import (
	"strconv"
	"strings"

	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// From a path in the tree to the member of the definition that says what stands there. A
// condition and the expression left of its operator share one object, of which the path
// names the field of the node: .Left.Prop of a Compare is the member "of" beside the
// "operator". Where a path leads to nothing that was written, the nearest thing around
// it is the place.

// refine is the member of a condition's object that the rest of a path stands
// for, or the object, if there is none.
func (r *reader) refine(v jsontext.Ref, rest string, rx bool) jsontext.Ref {
	if !r.StartsWith(v, '{') {
		return v
	}
	o, _ := r.object(v, "")
	if rx {
		return o.first(v, "rule")
	}
	step, rest := rule.CutStep(rest)
	switch step {
	case ".Left", ".X", ".Field":
		if left, ok := o.get("left"); ok {
			return r.exprAt(left, rest)
		}
		return r.partOf(o, rest)
	case ".Right", ".Value", ".Pattern":
		return r.exprAt(o.first(v, "value"), rest)
	case ".Lo":
		return r.exprAt(r.element(o.first(v, "value", "values"), 0), rest)
	case ".Hi":
		return r.exprAt(r.element(o.first(v, "value", "values"), 1), rest)
	case ".Values", ".Nets":
		return r.listed(o.first(v, "values", "value"), rest)
	case ".Zone":
		return r.exprAt(o.first(v, "zone"), rest)
	case ".Window":
		return r.windowPart(o.first(v, "window", "value"), rest)
	case ".Op":
		return o.first(v, "operator")
	case ".For":
		return o.first(v, "for")
	case ".Name":
		return o.first(v, "list", "segment")
	case ".K":
		return o.first(v, "at_least", "at_most", "exactly", "value")
	case ".Of":
		return r.listed(o.first(v, "of"), rest)
	case ".Steps":
		return r.stepPart(o.first(v, "sequence"), rest)
	case ".Events":
		return r.eventPart(o, rest)
	}
	return v
}

// listed is the element of a list that the first step of a path stands for, or the list.
func (r *reader) listed(list jsontext.Ref, path string) jsontext.Ref {
	step, _ := rule.CutStep(path)
	if i, err := strconv.Atoi(strings.Trim(step, "[]")); err == nil {
		return r.element(list, i)
	}
	return list
}

// exprAt is what a path within an expression stands for, where the expression has a
// value of its own.
func (r *reader) exprAt(v jsontext.Ref, path string) jsontext.Ref {
	if path == "" || !r.StartsWith(v, '{') {
		return v
	}
	o, _ := r.object(v, "")
	return r.partOf(o, path)
}

// partOf is what a path within an expression stands for, among the members of the object
// that says it.
func (r *reader) partOf(o *object, path string) jsontext.Ref {
	whole := o.first(o.ref, subjectKeys()...)
	step, rest := rule.CutStep(path)
	switch step {
	case ".Prop":
		return o.first(whole, "of", "property")
	case ".Agg":
		return o.first(whole, "aggregate")
	case ".Events":
		return r.eventPart(o, rest)
	case ".Window":
		return r.windowPart(o.first(whole, "window"), rest)
	case ".Args":
		_, inner := rule.CutStep(rest)
		return r.exprAt(r.listed(o.first(whole, "args"), rest), inner)
	case ".X":
		return r.exprAt(o.first(whole, "as"), rest)
	case ".Left", ".Right":
		return r.operandAt(whole, path)
	}
	return whole
}

// operandAt is the operand in a list of them that a path stands for. The list joins from
// the left: of three, the last is .Right and the first .Left.Left.
func (r *reader) operandAt(list jsontext.Ref, path string) jsontext.Ref {
	last := -1
	if r.StartsWith(list, '[') {
		r.Elements(list, func(jsontext.Ref) bool { last++; return true })
	}
	if last < 1 {
		return list
	}
	for ; last > 0; last-- {
		step, rest := rule.CutStep(path)
		switch step {
		case ".Left":
			path = rest
		case ".Right":
			return r.exprAt(r.element(list, last), rest)
		default:
			return list // some of the operands together
		}
	}
	return r.exprAt(r.element(list, 0), path)
}

// eventPart is what a path within the events of an object stands for.
func (r *reader) eventPart(o *object, path string) jsontext.Ref {
	step, rest := rule.CutStep(path)
	if step == ".Where" {
		return o.first(o.ref, "where")
	}
	if one, ok := o.get("event"); ok {
		return one
	}
	return r.listed(o.first(o.ref, "events"), rest)
}

// stepPart is what a path within the steps of a sequence stands for.
func (r *reader) stepPart(steps jsontext.Ref, path string) jsontext.Ref {
	v := r.listed(steps, path)
	_, inner := rule.CutStep(path)
	if inner == "" || !r.StartsWith(v, '{') {
		return v
	}
	o, _ := r.object(v, "")
	step, rest := rule.CutStep(inner)
	switch step {
	case ".Events":
		return r.eventPart(o, rest)
	case ".Within":
		return o.first(v, "within")
	case ".Not":
		return o.first(v, "not")
	}
	return v
}

// windowPart is what a path within a window stands for. Some operators name the kind of
// window themselves, and have its length for a value.
func (r *reader) windowPart(v jsontext.Ref, path string) jsontext.Ref {
	if path == "" || !r.StartsWith(v, '{') {
		return v
	}
	w, _ := r.object(v, "")
	step, rest := rule.CutStep(path)
	switch step {
	case ".From":
		return r.exprAt(w.first(v, "since", "from"), rest)
	case ".To":
		return r.exprAt(w.first(v, "before", "to"), rest)
	case ".A":
		return r.element(w.first(v, "last", "older_than", "next", "later_than", "ago"), 0)
	case ".B":
		return r.element(w.first(v, "ago"), 1)
	case ".Unit":
		return w.first(v, "this", "previous", "next", "unit")
	case ".N":
		return w.first(v, "periods")
	case ".StartsIn":
		return w.first(v, "starts_in")
	case ".StartsOn":
		return w.first(v, "starts_on")
	}
	return v
}
