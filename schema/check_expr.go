package schema

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment/internal/parser"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// The kinds of expressions against the schema: which kinds an expression may have, where a
// kind is needed and is not there, and the names in it that do not exist.

// A reference is a name in a rule, and which of its occurrences.
type reference struct {
	kind parser.UseKind
	name string
	nth  int
}

// visit notes the next occurrence of a name, as the place of errors to come.
// The tree is walked in the order of the text.
func (k *checker) visit(kind parser.UseKind, name string) {
	k.last = reference{kind: kind, name: name}
	if k.text != nil {
		k.seen[k.last]++
		k.last.nth = k.seen[k.last] - 1
	}
}

// visitField notes the field of an expression.
func (k *checker) visitField(f rule.Field, ts TypeScope) {
	kind := [...]parser.UseKind{inContact: parser.UseField, inElement: parser.UseElement, inEvent: parser.UseProperty}[ts.place]
	k.visit(kind, string(f))
}

// needs checks an operand that must be of certain kinds.
func (k *checker) needs(e rule.Expr, ts TypeScope, p *rule.Trail, want kinds, what string) kinds {
	got := k.expr(e, ts, p)
	if got&want == 0 {
		k.fail(p, rule.ErrType, "", "%s is %s; %s needs %s", k.quoted(e, ts), got, what, want)
	}
	return got
}

// expr checks an expression, and returns the kinds it may have; all, if there
// is something wrong with it, so that one mistake is one error.
func (k *checker) expr(e rule.Expr, ts TypeScope, p *rule.Trail) kinds {
	switch e := e.(type) {
	case rule.Value:
		return constantKinds(e)
	case rule.Span:
		return kindsOf(rule.KindDuration)
	case rule.Field:
		return k.field(e, ts, p)
	case rule.Elem:
		if ts.place != inElement {
			k.fail(p, rule.ErrType, "", "ELEMENT stands for nothing outside HAS")
			return anyKind
		}
		return ts.elem.kinds()
	case rule.Joined:
		if ts.place != inContact {
			k.misplaced(ts, p, "JOINED LIST")
			return anyKind
		}
		k.name(string(e), "list", parser.UseList, k.schema.Lists, p)
		return kindsOf(rule.KindTime)
	case rule.Metric:
		return k.metric(e, ts, p)
	case rule.Call:
		return k.call(e, ts, p)
	case rule.Arith:
		return k.arith(e, ts, p)
	case rule.Calculated:
		k.visitField(rule.Path(e.Name), ts)
		own := checker{schema: k.schema, most: k.most}
		got := own.expr(e.X, k.schema.ContactScope(), nil)
		for _, err := range own.errs {
			k.fail(p, err.Code, err.Suggestion, "calculated field `%s`: %s", e.Name, err.Msg)
		}
		return got
	}
	return anyKind
}

func (k *checker) field(f rule.Field, ts TypeScope, p *rule.Trail) kinds {
	k.visitField(f, ts)
	t, ok := ts.field(f)
	if ok {
		return t.kinds()
	}
	known := textset.SortedKeys(ts.fields)
	if ts.place == inContact {
		known = append(known, textset.SortedKeys(k.schema.Calculated)...)
	}
	near := textset.Nearest(string(f), known...)
	if near != "" {
		near = "`" + near + "`"
	}
	k.fail(p.In(".Name"), rule.ErrUnknown, near, "unknown %s `%s`%s", ts.place.noun(), string(f), k.elsewhere(f, ts))
	return anyKind
}

func (k *checker) metric(m rule.Metric, ts TypeScope, p *rule.Trail) kinds {
	if ts.place != inContact {
		k.misplaced(ts, p, "an aggregate of events")
		return anyKind
	}
	prop := kindsOf(rule.KindTime)
	if m.Prop != "" {
		prop = readAs(k.property(m, ts, p), m.As)
	}
	k.events(m.Events, ts, p.In(".Events"))
	k.window(m.Window, ts, p.In(".Window"))
	number := kindsOf(rule.KindNumber)
	switch m.Agg {
	case rule.AggCount, rule.AggDistinct:
		return number
	case rule.AggMin, rule.AggMax:
		if fit := prop & (number | temporal); fit != 0 {
			return fit
		}
		k.fail(p, rule.ErrType, "", "%s needs a number or an instant; `%s` is %s", m.Agg.Word(), string(m.Prop), prop)
		return anyKind
	case rule.AggSum, rule.AggAvg:
		if m.Prop != "" && prop&number == 0 {
			k.fail(p.In(".Prop"), rule.ErrType, "", "%s needs a number; `%s` is %s", m.Agg.Word(), string(m.Prop), prop)
			return anyKind
		}
		return number
	}
	return prop
}

// property checks the property that is aggregated.
func (k *checker) property(m rule.Metric, ts TypeScope, p *rule.Trail) kinds {
	event := ts.EventScope(k.resolvedNames(m.Events.Names))
	return k.field(m.Prop, event, p.In(".Prop"))
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
func (k *checker) events(e rule.Events, ts TypeScope, p *rule.Trail) {
	for i, name := range e.Names {
		k.visit(parser.UseEvent, name)
		if _, ok := k.schema.eventOf(name); ok || k.schema.Open || len(k.schema.Events) == 0 {
			continue
		}
		if strings.HasSuffix(name, "*") {
			if name != "*" && len(k.schema.eventsNamed([]string{name})) == 0 {
				k.fail(p.In(".Names").At(i), rule.ErrUnknown, "", "no event begins with `%s`", strings.TrimSuffix(name, "*"))
			}
			continue
		}
		var known []string
		for _, event := range textset.SortedKeys(k.schema.Events) {
			known = append(append(known, event), k.schema.Events[event].Aliases...)
		}
		near := textset.Nearest(name, known...)
		if near != "" {
			near = "`" + near + "`"
		}
		if k.schema.listNamed(name) {
			k.fail(p.In(".Names").At(i), rule.ErrUnknown, "", "unknown event `%s`, which is a list of the contact: LENGTH(%s) is how many elements it has, and no other aggregate looks at them", name, rule.Path(name))
			continue
		}
		k.fail(p.In(".Names").At(i), rule.ErrUnknown, near, "unknown event `%s`", name)
	}
	if e.Where != nil {
		k.condition(e.Where, ts.EventScope(k.resolvedNames(e.Names)), p.In(".Where"))
	}
}

// window checks the instants that bound a window.
func (k *checker) window(w rule.Window, ts TypeScope, p *rule.Trail) {
	if w.From != nil {
		k.needs(w.From, ts, p.In(".From"), temporal, "a window")
	}
	if w.To != nil {
		k.needs(w.To, ts, p.In(".To"), temporal, "a window")
	}
}

func (k *checker) call(c rule.Call, ts TypeScope, p *rule.Trail) kinds {
	if c.Fn == rule.FnCoalesce {
		return k.coalesce(c.Args, ts, p)
	}
	takes, gives := fnKinds(c.Fn)
	if isMark(c, ts) {
		return k.expr(c.Args[0], ts, p.In(".Args").At(0))
	}
	for i, arg := range c.Args {
		at := p.In(".Args").At(i)
		if i == 0 {
			k.needs(arg, ts, at, takes, c.Fn.Word())
		} else {
			k.expr(arg, ts, at)
		}
	}
	return gives
}

// coalesce checks that values of which one stands in for another are of one kind: instants
// and days are, as they are where they are compared.
func (k *checker) coalesce(args []rule.Expr, ts TypeScope, p *rule.Trail) kinds {
	common := anyKind | kindsOf(rule.KindVersion)
	for i, arg := range args {
		at := p.In(".Args").At(i)
		got := k.expr(arg, ts, at)
		if got == anyKind {
			continue
		}
		both := common & got
		if common&temporal != 0 && got&temporal != 0 {
			both |= (common | got) & temporal
		}
		if both == 0 {
			k.fail(at, rule.ErrType, "", "%s is %s; what stands before it in COALESCE is %s, and all are of one kind", k.quoted(arg, ts), got, common)
			return anyKind
		}
		common = both
	}
	if common&anyKind == anyKind {
		return anyKind
	}
	return common
}

func (k *checker) arith(a rule.Arith, ts TypeScope, p *rule.Trail) kinds {
	left := k.expr(a.Left, ts, p.In(".Left"))
	right := k.expr(a.Right, ts, p.In(".Right"))
	span, ok := a.Right.(rule.Span)
	if !ok {
		span, _ = a.Left.(rule.Span)
	}
	out := arithKinds(a.Op, left, right, span)
	if out == 0 {
		k.fail(p, rule.ErrType, "", "%s is %s and %s is %s: they cannot be computed with", k.quoted(a.Left, ts), left, k.quoted(a.Right, ts), right)
		return anyKind
	}
	return out
}
