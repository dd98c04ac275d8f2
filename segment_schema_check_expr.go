package segment

import (
	"slices"
	"strings"
)

// A reference is a name in a rule, and which of its occurrences.
type reference struct {
	kind useKind
	name string
	nth  int
}

// visit notes the next occurrence of a name, as the place of errors to come.
// The tree is walked in the order of the text.
func (k *checker) visit(kind useKind, name string) {
	k.last = reference{kind: kind, name: name}
	if k.text != nil {
		k.seen[k.last]++
		k.last.nth = k.seen[k.last] - 1
	}
}

// visitField notes the field of an expression.
func (k *checker) visitField(f Field, ts typeScope) {
	kind := [...]useKind{inContact: useField, inElement: useElement, inEvent: useProperty}[ts.place]
	k.visit(kind, string(f))
}

// needs checks an operand that must be of certain kinds.
func (k *checker) needs(e Expr, ts typeScope, p *trail, want kinds, what string) kinds {
	got := k.expr(e, ts, p)
	if got&want == 0 {
		k.fail(p, ErrType, "", "%s is %s; %s needs %s", quoted(e), got, what, want)
	}
	return got
}

// expr checks an expression, and returns the kinds it may have; all, if there
// is something wrong with it, so that one mistake is one error.
func (k *checker) expr(e Expr, ts typeScope, p *trail) kinds {
	switch e := e.(type) {
	case Value:
		return constantKinds(e)
	case Span:
		return kindsOf(KindDuration)
	case Field:
		return k.field(e, ts, p)
	case Elem:
		if ts.place != inElement {
			k.fail(p, ErrType, "", "ELEMENT stands for nothing outside HAS")
			return anyKind
		}
		return ts.elem.kinds()
	case Joined:
		if ts.place != inContact {
			k.misplaced(ts, p, "JOINED LIST")
			return anyKind
		}
		k.name(string(e), "list", useList, k.schema.Lists, p)
		return kindsOf(KindTime)
	case Metric:
		return k.metric(e, ts, p)
	case Call:
		return k.call(e, ts, p)
	case Arith:
		return k.arith(e, ts, p)
	case Calculated:
		k.visitField(Path(e.Name), ts)
		own := checker{schema: k.schema, most: k.most}
		got := own.expr(e.X, k.schema.contactScope(), nil)
		for _, err := range own.errs {
			k.fail(p, err.Code, err.Suggestion, "calculated field `%s`: %s", e.Name, err.Msg)
		}
		return got
	}
	return anyKind
}

func (k *checker) field(f Field, ts typeScope, p *trail) kinds {
	k.visitField(f, ts)
	t, ok := ts.field(f)
	if ok {
		return t.kinds()
	}
	known := sortedKeys(ts.fields)
	if ts.place == inContact {
		known = append(known, sortedKeys(k.schema.Calculated)...)
	}
	near := nearest(string(f), known...)
	if near != "" {
		near = "`" + near + "`"
	}
	k.fail(p, ErrUnknown, near, "unknown %s `%s`", ts.place.noun(), string(f))
	return anyKind
}

func (k *checker) metric(m Metric, ts typeScope, p *trail) kinds {
	if ts.place != inContact {
		k.misplaced(ts, p, "an aggregate of events")
		return anyKind
	}
	prop := kindsOf(KindTime)
	if m.Prop != "" {
		prop = k.property(m, ts, p)
	}
	k.events(m.Events, ts, p.in(".Events"))
	k.window(m.Window, ts, p.in(".Window"))
	number := kindsOf(KindNumber)
	switch m.Agg {
	case AggCount, AggDistinct:
		return number
	case AggSum, AggAvg, AggMin, AggMax:
		if m.Prop != "" && prop&number == 0 {
			k.fail(p, ErrType, "", "%s needs a number; `%s` is %s", m.Agg.word(), string(m.Prop), prop)
			return anyKind
		}
		if m.Prop == "" && (m.Agg == AggMin || m.Agg == AggMax) {
			return kindsOf(KindTime)
		}
		return number
	}
	return prop
}

// property checks the property that is aggregated.
func (k *checker) property(m Metric, ts typeScope, p *trail) kinds {
	event := ts.eventScope(k.resolvedNames(m.Events.Names))
	return k.field(m.Prop, event, p.in(".Prop"))
}

func (k *checker) resolvedNames(names []string) []string {
	out := slices.Clone(names)
	for i, name := range out {
		if event, ok := k.schema.eventOf(name); ok {
			out[i] = event
		}
	}
	return out
}

// events checks the names of events and what is asked of them.
func (k *checker) events(e Events, ts typeScope, p *trail) {
	for i, name := range e.Names {
		k.visit(useEvent, name)
		if _, ok := k.schema.eventOf(name); ok || k.schema.Open || len(k.schema.Events) == 0 {
			continue
		}
		if strings.HasSuffix(name, "*") {
			if name != "*" && len(k.schema.eventsNamed([]string{name})) == 0 {
				k.fail(p.in(".Names").at(i), ErrUnknown, "", "no event begins with `%s`", strings.TrimSuffix(name, "*"))
			}
			continue
		}
		var known []string
		for _, event := range sortedKeys(k.schema.Events) {
			known = append(append(known, event), k.schema.Events[event].Aliases...)
		}
		near := nearest(name, known...)
		if near != "" {
			near = "`" + near + "`"
		}
		k.fail(p.in(".Names").at(i), ErrUnknown, near, "unknown event `%s`", name)
	}
	if e.Where != nil {
		k.condition(e.Where, ts.eventScope(k.resolvedNames(e.Names)), p.in(".Where"))
	}
}

// window checks the instants that bound a window.
func (k *checker) window(w Window, ts typeScope, p *trail) {
	if w.From != nil {
		k.needs(w.From, ts, p.in(".From"), temporal, "a window")
	}
	if w.To != nil {
		k.needs(w.To, ts, p.in(".To"), temporal, "a window")
	}
}

func (k *checker) call(c Call, ts typeScope, p *trail) kinds {
	takes, gives := fnKinds(c.Fn)
	for i, arg := range c.Args {
		at := p.in(".Args").at(i)
		if i == 0 {
			k.needs(arg, ts, at, takes, c.Fn.word())
		} else {
			k.expr(arg, ts, at)
		}
	}
	return gives
}

func (k *checker) arith(a Arith, ts typeScope, p *trail) kinds {
	left := k.expr(a.Left, ts, p.in(".Left"))
	right := k.expr(a.Right, ts, p.in(".Right"))
	span, ok := a.Right.(Span)
	if !ok {
		span, _ = a.Left.(Span)
	}
	out := arithKinds(a.Op, left, right, span)
	if out == 0 {
		k.fail(p, ErrType, "", "%s is %s and %s is %s: they cannot be computed with", quoted(a.Left), left, quoted(a.Right), right)
		return anyKind
	}
	return out
}
