package segment

import (
	"fmt"
	"slices"
	"strings"
)

// Resolve returns the condition with everything written out that only the
// schema knows, so that the result means the same to [Evaluate], which knows no
// schema:
//
//   - a calculated field becomes [Calculated], with its expression, as does
//     `<Name>_Anniversary`;
//   - operators over a field whose collation ignores case get Fold;
//   - a time held as a number is wrapped in UNIX() or UNIX_MILLI();
//   - weeks start where the schema says, unless the condition says otherwise;
//   - aliases of events become the names of events.
//
// Resolving twice changes nothing. An error means that a calculated field
// cannot be read (see [Schema.Validate]); names that do not exist are left
// alone, and for [Schema.Check] to report; or that c is deeper than some thousand
// levels ([MaxDepth]). A nil schema changes nothing.
func (s *Schema) Resolve(c Condition) (Condition, error) {
	if s == nil || c == nil {
		return c, nil
	}
	if tooDeep(c) {
		return nil, Errors{errTooDeep()}
	}
	r := newResolver(s)
	out := r.condition(c)
	return out, r.errs.errorOrNil()
}

// A resolver reads each calculated field once.
type resolver struct {
	schema *Schema
	ts     typeScope // where the walk is
	errs   Errors
	done   map[string]Expr
	sizes  map[string]int // of what is done: expressions, written out
	stack  []string       // calculated fields being read
}

func newResolver(s *Schema) *resolver {
	return &resolver{schema: s, ts: s.contactScope(), done: make(map[string]Expr), sizes: make(map[string]int)}
}

// inner resolves what is in a node.
func (r *resolver) inner() Rewriter { return Rewriter{r.condition, r.expr, r.events, r.window} }

func (r *resolver) condition(c Condition) Condition {
	inner := r.inner()
	if each, ok := c.(Each); ok {
		elements := r.ts.elementScope(r.ts.typeOf(each.X))
		inner.Condition = func(c Condition) Condition { return r.conditionIn(elements, c) }
	}
	return collated(inner.Rewrite(c), r.ts)
}

// conditionIn resolves a condition in another scope.
func (r *resolver) conditionIn(ts typeScope, c Condition) Condition {
	outer := r.ts
	r.ts = ts
	c = r.condition(c)
	r.ts = outer
	return c
}

func (r *resolver) window(w Window) Window {
	w.From, w.To = r.expr(w.From), r.expr(w.To)
	if w.Unit == Week && w.StartsOn == 0 && r.schema.WeekStartsOn > Monday && (w.Kind == WindowThis || w.Kind == WindowPrevious) {
		w.StartsOn = r.schema.WeekStartsOn
	}
	return w
}

func (r *resolver) events(e Events) Events {
	names := slices.Clone(e.Names)
	for i, name := range names {
		if event, ok := r.schema.eventOf(name); ok {
			names[i] = event
		}
	}
	e.Names = names
	if e.Where != nil {
		e.Where = r.conditionIn(r.ts.eventScope(names), e.Where)
	}
	return e
}

func (r *resolver) expr(e Expr) Expr {
	switch e := e.(type) {
	case Field:
		return r.field(e)
	case Calculated:
		if _, ok := r.schema.Calculated[e.Name]; ok {
			return r.calculated(e.Name)
		}
		return e // of another schema, or resolved already
	case Call:
		if len(e.Args) == 1 && (e.Fn == FnUnix || e.Fn == FnUnixMilli) {
			return r.unix(e)
		}
	case Metric:
		m := r.inner().RewriteExpr(e).(Metric)
		if t := r.ts.typeOf(m); t.Epoch != NoEpoch {
			return epochTime(m, t.Epoch)
		}
		return m
	}
	return r.inner().RewriteExpr(e)
}

// unix keeps a field from being wrapped twice, where the rule says by hand what
// the schema says too.
func (r *resolver) unix(c Call) Expr {
	switch arg := c.Args[0].(type) {
	case Field:
		if t, _ := r.ts.field(arg); t.Epoch != NoEpoch {
			return c
		}
	case Metric:
		return Call{c.Fn, []Expr{r.inner().RewriteExpr(arg)}}
	}
	return r.inner().RewriteExpr(c)
}

func epochTime(e Expr, epoch Epoch) Expr {
	if epoch == EpochMillis {
		return Call{FnUnixMilli, []Expr{e}}
	}
	return Call{FnUnix, []Expr{e}}
}

func (r *resolver) field(f Field) Expr {
	t, listed := lookup(r.ts.fields, f)
	if t.Epoch != NoEpoch {
		return epochTime(f, t.Epoch)
	}
	names := f.Names()
	if listed || r.ts.place != inContact || len(names) != 1 {
		return f
	}
	name := names[0]
	if _, ok := r.schema.Calculated[name]; ok {
		return r.calculated(name)
	}
	if base, ok := r.schema.anniversaryOf(name); ok {
		return Calculated{name, Call{FnAnniversary, []Expr{r.field(Path(base))}}}
	}
	return f
}

// calculated reads a calculated field and what it refers to. One that goes in a
// circle, or cannot be read, is missing, and an error.
func (r *resolver) calculated(name string) Expr {
	if x, ok := r.done[name]; ok {
		return Calculated{name, x}
	}
	if i := slices.Index(r.stack, name); i >= 0 {
		circle := append(slices.Clone(r.stack[i:]), name)
		r.fail(name, &Error{Code: ErrCycle, Msg: "calculated fields refer to themselves: " + strings.Join(circle, " -> ")})
		return Calculated{name, Value{}}
	}
	limits := r.schema.Limits.withDefaults()
	if len(r.stack) >= limits.Depth {
		r.fail(name, &Error{Code: ErrLimit, Msg: fmt.Sprintf("calculated fields refer to each other through more than %d levels", limits.Depth)})
		return Calculated{name, Value{}}
	}
	r.stack = append(r.stack, name)
	x, err := parseExpression(r.schema.Calculated[name], limits, r.schema)
	if err != nil {
		r.failAll(name, err)
		x = Value{}
	}
	outer := r.ts
	r.ts = r.schema.contactScope()
	x = r.expr(x)
	r.ts = outer
	r.stack = r.stack[:len(r.stack)-1]
	size := r.size(x)
	if size > limits.Conditions {
		r.fail(name, &Error{Code: ErrLimit, Msg: fmt.Sprintf("the calculated field, written out, has more than %d expressions", limits.Conditions)})
		x, size = Value{}, 1
	}
	r.done[name], r.sizes[name] = x, size
	return Calculated{name, x}
}

// size counts the expressions, those of calculated fields at every place: a
// dozen fields that name each other twice would be thousands.
func (r *resolver) size(e Expr) int {
	n := 1
	if c, ok := e.(Calculated); ok {
		if size, ok := r.sizes[c.Name]; ok {
			return n + size
		}
	}
	Visitor{
		Expr: func(e Expr) bool {
			n += r.size(e)
			return true
		},
	}.VisitExpr(e)
	return n
}

func (r *resolver) fail(name string, e *Error) {
	e.Path = jsonPlace{"calculated", name}.pointer()
	r.errs = append(r.errs, e)
}

// failAll reports every error in the text of a calculated field.
func (r *resolver) failAll(name string, err error) {
	for _, e := range errorsOf(err) {
		at := *e
		r.fail(name, &at)
	}
}

// errorsOf takes an error of this package apart.
func errorsOf(err error) Errors {
	switch err := err.(type) {
	case nil:
		return nil
	case Errors:
		return err
	case *Error:
		return Errors{err}
	}
	return Errors{{Code: ErrSyntax, Msg: err.Error()}}
}

// collated sets Fold where the collation of a field asks for it.
func collated(c Condition, ts typeScope) Condition {
	if collates(c, func(e Expr) bool { return ts.typeOf(e).Fold }) {
		c, _ = folding(c)
	}
	return c
}

// collates reports whether a test is about a field that folds. Where it is compared
// with one constant only, that must be a text.
func collates(c Condition, folds func(Expr) bool) bool {
	switch c := c.(type) {
	case Compare:
		return (folds(c.Left) || folds(c.Right)) && mayFold(c.Left) && mayFold(c.Right)
	case Between:
		return (folds(c.X) || folds(c.Lo) || folds(c.Hi)) && (mayFold(c.Lo) || mayFold(c.Hi))
	case HasBeen:
		return folds(c.Field) && mayFold(c.Value)
	}
	return !Visitor{Expr: func(e Expr) bool { return !folds(e) }}.Visit(c)
}

// mayFold reports whether an expression may be a text.
func mayFold(e Expr) bool {
	v, ok := e.(Value)
	return !ok || v.kind == KindText
}
