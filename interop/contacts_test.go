package interop_test

import (
	"math/rand"
	"regexp"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Contacts that have to do with given conditions: their fields have the constants of the
// conditions and values beside them, their events lie at the edges of the windows, and
// anything may be missing. So two conditions that are not the same mostly answer differently
// for one of a few thousand.

// A scope is what conditions ask of the fields of a contact, an element or an event.
type scope map[rule.Field]*asked

// asked is what is asked of one field: the constants beside it, and of a list its elements
// ("" is the element itself).
type asked struct {
	values   []segment.Value
	elements scope
}

func (s scope) of(f rule.Field) *asked {
	if s[f] == nil {
		s[f] = &asked{elements: scope{}}
	}
	return s[f]
}

// A census is all that conditions ask of contacts.
type census struct {
	fields   scope
	events   map[string]scope
	lists    map[string]bool
	segments map[string]bool
	spans    []rule.Span
	at       time.Time
}

func censusOf(at time.Time, cs ...segment.Condition) *census {
	n := &census{fields: scope{}, events: map[string]scope{}, lists: map[string]bool{}, segments: map[string]bool{}, at: at}
	for _, c := range cs {
		n.condition(n.fields, c)
	}
	return n
}

func (n *census) condition(s scope, c segment.Condition) {
	switch c := c.(type) {
	case rule.Compare:
		n.beside(s, c.Left, c.Right)
		n.beside(s, c.Right, c.Left)
		return
	case rule.Between:
		n.beside(s, c.X, c.Lo, c.Hi)
		n.beside(s, c.Lo)
		n.beside(s, c.Hi)
		return
	case rule.In:
		n.beside(s, c.X, exprs(c.Values)...)
		return
	case rule.Contains:
		n.beside(s, c.X, exprs(c.Values)...)
		if f, ok := c.X.(rule.Field); ok {
			e := s.of(f).elements.of("")
			e.values = append(e.values, c.Values...)
		}
		return
	case rule.Like:
		for _, t := range c.Values {
			n.beside(s, c.X, segment.Text(t), segment.Text("x"+t+"x"))
		}
		return
	case rule.Matches:
		for _, t := range strings.Split(regexp.MustCompile(`[\^$()\\?*+.\[\]]|\(\?i\)|\?:`).ReplaceAllString(c.Pattern, ""), "|") {
			n.beside(s, c.X, segment.Text(t), segment.Text("x"+t+"x"))
		}
		return
	case rule.HasBeen:
		n.beside(s, c.Field, c.Value)
		n.spans = append(n.spans, c.For)
		return
	case rule.When:
		n.beside(s, c.X, segment.Time(n.at))
		n.window(s, c.Window)
		return
	case rule.Changed:
		n.beside(s, c.Field, segment.Int(1), segment.Text("a"))
		n.window(s, c.Window)
		return
	case rule.Each:
		if f, ok := c.X.(rule.Field); ok {
			n.condition(s.of(f).elements, c.C)
		}
		return
	case rule.Sequence:
		for _, step := range c.Steps {
			n.named(step.Events)
			n.spans = append(n.spans, step.Within)
		}
		n.window(s, c.Window)
		return
	case rule.Regularity:
		n.named(c.Events)
		n.spans = append(n.spans, rule.Span{N: int64(c.N), Unit: c.Unit}, rule.Span{N: 1, Unit: c.Unit})
		return
	case rule.InList:
		n.lists[string(c)] = true
		return
	case rule.InSegment:
		n.segments[string(c)] = true
		return
	}
	rule.Visitor{
		Condition: func(c rule.Condition) bool { n.condition(s, c); return true },
		Expr:      func(e rule.Expr) bool { n.beside(s, e); return true },
	}.Visit(c)
}

// beside notes the constants that stand beside the fields and metrics of an expression.
func (n *census) beside(s scope, x rule.Expr, constants ...rule.Expr) {
	rule.WalkExpr(x, func(e rule.Expr) {
		switch e := e.(type) {
		case rule.Field:
			s.of(e).values = append(s.of(e).values, valuesOf(constants)...)
		case rule.Elem:
			s.of("").values = append(s.of("").values, valuesOf(constants)...)
		case rule.Joined:
			n.lists[string(e)] = true
		case rule.Span:
			n.spans = append(n.spans, e)
		case rule.Metric:
			for _, props := range n.named(e.Events) {
				if e.Prop != "" {
					props.of(e.Prop).values = append(props.of(e.Prop).values, valuesOf(constants)...)
				}
			}
			n.window(s, e.Window)
		}
	})
}

func (n *census) named(e rule.Events) (props []scope) {
	for _, name := range e.Names {
		name = strings.Replace(name, "*", "any", 1)
		if n.events[name] == nil {
			n.events[name] = scope{}
		}
		if e.Where != nil {
			n.condition(n.events[name], e.Where)
		}
		props = append(props, n.events[name])
	}
	return props
}

func (n *census) window(s scope, w rule.Window) {
	n.spans = append(n.spans, w.A, w.B)
	for _, e := range []rule.Expr{w.From, w.To} {
		if e != nil {
			n.beside(s, e)
		}
	}
	if w.Unit != 0 {
		n.spans = append(n.spans, rule.Span{N: 1, Unit: w.Unit}, rule.Span{N: 2, Unit: w.Unit})
	}
}

func exprs(vs []segment.Value) (es []rule.Expr) {
	for _, v := range vs {
		es = append(es, v)
	}
	return es
}

// valuesOf is the constants within expressions.
func valuesOf(es []rule.Expr) (vs []segment.Value) {
	for _, e := range es {
		rule.WalkExpr(e, func(e rule.Expr) {
			switch e := e.(type) {
			case segment.Value:
				vs = append(vs, e)
			case rule.Call:
				if e.Fn == rule.FnNow || e.Fn == rule.FnToday {
					vs = append(vs, segment.Time(time.Unix(0, 0))) // moved to an edge
				}
			}
		})
	}
	return vs
}

// contact makes a contact.
func (n *census) contact(r *rand.Rand) segment.Record {
	x := segment.Record{ID: "c", Fields: n.object(r, n.fields), Lists: map[string]time.Time{}}
	if id, ok := x.Fields["id"]; ok && id.Kind() == segment.KindText && id.Text() != "" {
		x.ID = id.Text()
	}
	for l := range n.lists {
		if r.Intn(2) == 0 {
			x.Lists[l] = n.instant(r)
		}
	}
	for s := range n.segments {
		if r.Intn(2) == 0 {
			x.Segments = append(x.Segments, s)
		}
	}
	for name, props := range n.events {
		for range r.Intn(4) {
			text, _ := segment.Object(members(n.object(r, props))...).MarshalJSON()
			x.Log = append(x.Log, segment.Event{Name: name, At: n.instant(r), Props: segment.Document(text)})
		}
	}
	return x
}

// instant is near an edge: a span before or after the instant of evaluation.
func (n *census) instant(r *rand.Rand) time.Time {
	at := n.at
	if len(n.spans) > 0 && r.Intn(5) > 0 {
		s := n.spans[r.Intn(len(n.spans))]
		if at = s.Before(at); r.Intn(4) == 0 {
			at = s.After(n.at)
		}
	}
	steps := []time.Duration{0, 0, 1, -1, time.Second, -time.Second, time.Hour, -time.Hour, 12 * time.Hour, -12 * time.Hour, 24 * time.Hour, -24 * time.Hour, 40 * 24 * time.Hour, -400 * 24 * time.Hour}
	return at.Add(steps[r.Intn(len(steps))])
}

// object makes the fields of a scope, each by its path; "" is left out.
func (n *census) object(r *rand.Rand, s scope) map[string]segment.Value {
	tree := map[string]any{}
	for f, a := range s {
		if f == "" || r.Intn(5) == 0 {
			continue
		}
		names, at := f.Names(), tree
		for len(names) > 1 {
			deeper, ok := at[names[0]].(map[string]any)
			if !ok {
				deeper = map[string]any{}
				at[names[0]] = deeper
			}
			at, names = deeper, names[1:]
		}
		if _, taken := at[names[0]]; !taken {
			at[names[0]] = n.value(r, a)
		}
	}
	return objectOf(tree)
}

func objectOf(tree map[string]any) map[string]segment.Value {
	fields := map[string]segment.Value{}
	for name, v := range tree {
		switch v := v.(type) {
		case segment.Value:
			fields[name] = v
		case map[string]any:
			fields[name] = segment.Object(members(objectOf(v))...)
		}
	}
	return fields
}

func members(fields map[string]segment.Value) (ms []segment.Member) {
	for name, v := range fields {
		ms = append(ms, segment.Member{Name: name, Value: v})
	}
	return ms
}

// value is one that a field may have: beside one of the constants, or a list.
func (n *census) value(r *rand.Rand, a *asked) segment.Value {
	if len(a.elements) > 0 && r.Intn(3) > 0 {
		var list []segment.Value
		for range r.Intn(5) {
			if inner := a.elements[""]; inner != nil {
				list = append(list, n.value(r, inner))
			} else {
				list = append(list, segment.Object(members(n.object(r, a.elements))...))
			}
		}
		return segment.List(list...)
	}
	if len(a.values) == 0 {
		return []segment.Value{segment.Text(""), segment.Text("x"), segment.Int(0), segment.Int(2), segment.Bool(true), segment.Bool(false)}[r.Intn(6)]
	}
	return n.near(r, a.values[r.Intn(len(a.values))])
}

// near is a value beside a constant, of its kind.
func (n *census) near(r *rand.Rand, v segment.Value) segment.Value {
	switch v.Kind() {
	case segment.KindNumber:
		by := []segment.Value{segment.Int(0), segment.Int(0), segment.Int(1), segment.Int(-1), segment.Decimal("0.5")}[r.Intn(5)]
		if r.Intn(8) == 0 {
			return by
		}
		return rule.Arithmetic(rule.ArithAdd, v, by)
	case segment.KindText:
		t := v.Text()
		return segment.Text([]string{t, t, t, strings.ToUpper(t), strings.ToLower(t), t + "x", "x" + t, "", "other"}[r.Intn(9)])
	case segment.KindBool:
		return segment.Bool(r.Intn(2) == 0)
	case segment.KindTime, segment.KindDate:
		if r.Intn(2) == 0 {
			return segment.Time(n.instant(r))
		}
		if v.Kind() == segment.KindDate {
			y, m, d := v.Date()
			return segment.Date(y, m, d+r.Intn(3)-1)
		}
		return segment.Time(v.Time().Add([]time.Duration{0, 1, -1, 24 * time.Hour, -24 * time.Hour}[r.Intn(5)]))
	}
	return v
}
