package interop

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// Many systems write every constant as a text, and know the kind of a field from elsewhere.
// Where a schema says the kind of a field, a text beside it becomes a value of that kind. What
// then does not fit the schema is told with its place in the definition that was read.

// fitted is a condition whose texts are of the kinds that the schema says.
func fitted(scope schema.TypeScope, c rule.Condition) rule.Condition {
	f := fitter{scope}
	return f.condition(c)
}

// A fitter fits constants to the fields of one scope: of a contact, an event or an element.
type fitter struct{ scope schema.TypeScope }

func (f fitter) condition(c rule.Condition) rule.Condition {
	switch t := c.(type) {
	case rule.Compare:
		t.Left, t.Right = f.beside(t.Left, t.Right), f.beside(t.Right, t.Left)
		c = t
	case rule.Between:
		t.Lo, t.Hi = f.beside(t.Lo, t.X), f.beside(t.Hi, t.X)
		c = t
	case rule.In:
		t.Values = f.values(t.Values, f.kindOf(t.X))
		c = t
	case rule.Contains:
		if of := f.scope.TypeOf(t.X); of.Kind == rule.KindList {
			t.Values = f.values(t.Values, of.Of)
		}
		c = t
	case rule.HasBeen:
		t.Value = asKind(t.Value, f.kindOf(t.Field))
		c = t
	case rule.Each:
		t.C = fitter{f.scope.ElementScope(f.scope.TypeOf(t.X))}.condition(t.C)
		return t
	}
	return f.within().Rewrite(c)
}

// within goes down into the parts of a condition.
func (f fitter) within() rule.Rewriter {
	var w rule.Rewriter
	w.Condition = f.condition
	w.Events = func(e rule.Events) rule.Events {
		if e.Where != nil {
			e.Where = fitter{f.scope.EventScope(e.Names)}.condition(e.Where)
		}
		return e
	}
	w.Expr = func(e rule.Expr) rule.Expr { return w.RewriteExpr(e) }
	return w
}

// beside is an expression that stands beside x: a text is of the kind of x.
func (f fitter) beside(e, x rule.Expr) rule.Expr {
	if v, ok := e.(rule.Value); ok && v.Kind() == rule.KindText {
		return asKind(v, f.kindOf(x))
	}
	return e
}

func (f fitter) values(vs []rule.Value, kind rule.Kind) []rule.Value {
	fit := make([]rule.Value, len(vs))
	for i, v := range vs {
		fit[i] = asKind(v, kind)
	}
	return fit
}

// kindOf is the kind of a field, a property or an element that the schema lists.
func (f fitter) kindOf(x rule.Expr) rule.Kind {
	if m, ok := x.(rule.Metric); ok {
		switch {
		case m.Agg == rule.AggCount || m.Agg == rule.AggSum || m.Agg == rule.AggAvg || m.Agg == rule.AggDistinct:
			return rule.KindNumber
		case m.Prop != "":
			return fitter{f.scope.EventScope(m.Events.Names)}.kindOf(m.Prop)
		}
		return rule.KindTime
	}
	t := f.scope.TypeOf(x)
	if t.Epoch != schema.EpochNone {
		return rule.KindTime
	}
	return t.Kind
}

// asKind is a text as the value of a kind that it reads as; all else as it is.
func asKind(v rule.Value, kind rule.Kind) rule.Value {
	if v.Kind() != rule.KindText {
		return v
	}
	var read rule.Value
	switch kind {
	case rule.KindNumber:
		read = rule.ReadNumber(v.Text())
	case rule.KindTime, rule.KindDate:
		read = rule.ReadTime(v.Text())
	case rule.KindBool:
		if yes := strings.EqualFold(v.Text(), "true"); yes || strings.EqualFold(v.Text(), "false") {
			read = rule.Bool(yes)
		}
	}
	if read.IsNull() {
		return v
	}
	return read
}

// checked is a condition as the schema has it, with what only the schema knows written out.
func (r *reader) checked(c rule.Condition) (rule.Condition, error) {
	s := r.Schema
	if s == nil {
		s = new(segment.Schema)
	}
	if r.Schema != nil && !rule.TooDeep(c) {
		c = fitted(s.ContactScope(), c)
	}
	if err := s.Check(c); err != nil {
		return nil, r.placed(c, err)
	}
	return s.Resolve(c)
}

// resolved is a condition as Import returns it with the same options.
func (o Options) resolved(c rule.Condition) (rule.Condition, error) {
	s := o.Schema
	if s == nil {
		s = new(segment.Schema)
	}
	if err := s.Check(c); err != nil {
		return nil, err
	}
	return s.Resolve(c)
}

// placed gives the errors of a check the place, in the definition that was read, of the first
// node that names what they are about. Of several errors about one name each gets the next
// place.
func (r *reader) placed(c rule.Condition, err error) error {
	used := map[string]int{}
	es := rule.ErrorsOf(err)
	for i, e := range es {
		name := r.nameIn(c, e)
		if name == "" {
			continue
		}
		at := r.origins[name]
		es[i] = r.located(at[min(used[name], len(at)-1)], e)
		used[name]++
	}
	return es.InOrder()
}

// nameIn is the name that an error is about: of those that the condition reads at which it
// is, the longest that its message has; or else one of the nearest condition around it that
// reads any, as of an element its list.
func (r *reader) nameIn(c rule.Condition, e *rule.Error) (name string) {
	on := rule.ConditionsOn(c, e.TreePath())
	at := make([]rule.Condition, len(on))
	number := 0
	rule.EachCondition(c, func(_ *rule.Trail, c rule.Condition) {
		for i := range on {
			if on[i].Number == number {
				at[i] = c
			}
		}
		number++
	})
	for i := len(at) - 1; i >= 0 && name == ""; i-- {
		if at[i] != nil {
			name = r.nameOf(rule.Reads(at[i]), e.Msg)
		}
	}
	return name
}

// nameOf is the longest of the names that a message has, or else the first of them.
func (r *reader) nameOf(reads rule.Inputs, msg string) (name string) {
	first := ""
	look := func(have string) {
		if len(r.origins[have]) == 0 {
			return
		}
		if first == "" {
			first = have
		}
		if strings.Contains(msg, have) && len(have) > len(name) {
			name = have
		}
	}
	for _, f := range reads.Fields {
		look(string(f))
	}
	for _, in := range reads.Events {
		look(in.Name)
		for _, p := range in.Props {
			look(string(p))
		}
	}
	for _, l := range append(reads.Lists, reads.Segments...) {
		look(l)
	}
	if name == "" {
		return first
	}
	return name
}

// named keeps where a name stands in the definition, for errors about it: of a field or a
// property its path, of an event, a list or a segment its name.
func (r *reader) named(at *node, name string) string {
	if at != nil {
		if r.origins == nil {
			r.origins = map[string][]*node{}
		}
		r.origins[name] = append(r.origins[name], at)
	}
	return name
}

// field is the field with a path such as "location.city", dots part names, which stands at a
// node. A path that no rule can have is an error, and not ok.
func (r *reader) field(at *node, path string) (f rule.Field, ok bool) {
	f = field(path)
	if rule.CheckText(path) != nil || strings.HasPrefix(path, ".") || strings.HasSuffix(path, ".") || strings.Contains(path, "..") || path == "" {
		r.fail(at, rule.ErrValue, "%s is no path of a field", shortened(path))
		return f, false
	}
	r.named(at, string(f))
	return f, true
}

// path is the field with these names, the topmost first, which stands at a node. Names that
// no rule can have are an error, and not ok.
func (r *reader) path(at *node, names ...string) (f rule.Field, ok bool) {
	for _, name := range names {
		if name == "" || rule.CheckText(name) != nil {
			r.fail(at, rule.ErrValue, "%s is no name of a field", shortened(name))
			return f, false
		}
	}
	f = rule.Path(names...)
	r.named(at, string(f))
	return f, true
}

// eventNamed selects the events with exactly this name, which stands at a node. A name that a
// rule would read as a prefix is an error, and not ok.
func (r *reader) eventNamed(at *node, name string, where rule.Condition) (e rule.Events, ok bool) {
	if name == "" || strings.HasSuffix(name, "*") || rule.CheckText(name) != nil {
		r.fail(at, rule.ErrValue, "%s is no name of an event that a rule can have", shortened(name))
		return e, false
	}
	return events(r.named(at, name), where), true
}
