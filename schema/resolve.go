package schema

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/parser"
	"github.com/segmentrules/segment/rule"
)

// Resolve returns the condition with everything written out that only the
// schema knows, so that the result means the same to [segment.Evaluate], which knows no
// schema:
//
//   - a calculated field becomes [rule.Calculated], with its expression, as does
//     `<Name>_Anniversary`;
//   - operators over a field whose collation ignores case get Fold;
//   - a time held as a number is wrapped in UNIX() or UNIX_MILLI();
//   - where text may be held for a time or date, and may stand beside text, it is
//     wrapped in TIME(), and a constant that reads as one becomes it; a number that may
//     be held as text is wrapped in NUMBER(). So they are within COALESCE, where a text that
//     is none counts as missing;
//   - weeks and fiscal years start where the schema says, and anniversaries of 29 February
//     fall where it says, unless the condition says otherwise;
//   - aliases of events become the names of events.
//
// Resolving twice changes nothing. An error means that a calculated field
// cannot be read (see [Schema.Validate]); names that do not exist are left
// alone, and for [Schema.Check] to report; or that c is deeper than some thousand
// levels ([rule.MaxDepth]). A nil schema changes nothing.
func (s *Schema) Resolve(c rule.Condition) (rule.Condition, error) {
	if s == nil || c == nil {
		return c, nil
	}
	if rule.TooDeep(c) {
		return nil, rule.Errors{rule.TooDeepError()}
	}
	r := newResolver(s)
	out := r.condition(c)
	return out, r.errs.ErrorOrNil()
}

// A resolver reads each calculated field once.
type resolver struct {
	schema *Schema
	ts     TypeScope // where the walk is
	errs   rule.Errors
	done   map[string]rule.Expr
	sizes  map[string]int // of what is done: expressions, written out
	stack  []string       // calculated fields being read
}

func newResolver(s *Schema) *resolver {
	return &resolver{schema: s, ts: s.ContactScope(), done: make(map[string]rule.Expr), sizes: make(map[string]int)}
}

// inner resolves what is in a node.
func (r *resolver) inner() rule.Rewriter {
	return rule.Rewriter{Condition: r.condition, Expr: r.expr, Events: r.events, Window: r.window}
}

func (r *resolver) condition(c rule.Condition) rule.Condition {
	inner := r.inner()
	if each, ok := c.(rule.Each); ok {
		elements := r.ts.ElementScope(r.ts.TypeOf(each.X))
		inner.Condition = func(c rule.Condition) rule.Condition { return r.conditionIn(elements, c) }
	}
	return collated(r.read(r.asHeld(c, inner.Rewrite(c))), r.ts)
}

// conditionIn resolves a condition in another scope.
func (r *resolver) conditionIn(ts TypeScope, c rule.Condition) rule.Condition {
	outer := r.ts
	r.ts = ts
	c = r.condition(c)
	r.ts = outer
	return c
}

func (r *resolver) window(w rule.Window) rule.Window {
	w.From, w.To = r.expr(w.From), r.expr(w.To)
	if _, _, ok := w.Periods(); !ok {
		return w
	}
	if w.Unit == rule.UnitWeek && w.StartsOn == 0 && r.schema.WeekStartsOn > rule.WeekdayMonday {
		w.StartsOn = r.schema.WeekStartsOn
	}
	if w.Fiscal && w.StartsIn == 0 && r.schema.FiscalYearStarts > time.January {
		w.StartsIn = r.schema.FiscalYearStarts
	}
	return w
}

func (r *resolver) events(e rule.Events) rule.Events {
	names := slices.Clone(e.Names)
	for i, name := range names {
		if event, ok := r.schema.eventOf(name); ok {
			names[i] = event
		}
	}
	e.Names = names
	if e.Where != nil {
		e.Where = r.conditionIn(r.ts.EventScope(names), e.Where)
	}
	return e
}

func (r *resolver) expr(e rule.Expr) rule.Expr {
	switch e := e.(type) {
	case rule.Field:
		return r.field(e)
	case rule.Calculated:
		if _, ok := r.schema.Calculated[e.Name]; ok {
			return r.calculated(e.Name)
		}
		return e // of another schema, or resolved already
	case rule.Call:
		if len(e.Args) == 1 && (e.Fn == rule.FnUnix || e.Fn == rule.FnUnixMilli) {
			return r.unix(e)
		}
		if len(e.Args) == 1 && e.Fn == rule.FnAnniversary {
			return r.anniversary(e.Args[0])
		}
		if e.Fn == rule.FnCoalesce {
			return r.coalesce(e)
		}
		if rule.ReadingKind(e.Fn) != rule.KindNull {
			return r.reads(e)
		}
	case rule.Elem:
		return r.number(e)
	case rule.Metric:
		m := r.readMetric(r.inner().RewriteExpr(e).(rule.Metric))
		if t := r.ts.TypeOf(m); t.Epoch != EpochNone {
			return epochTime(m, t.Epoch)
		}
		return m
	}
	return r.inner().RewriteExpr(e)
}

// anniversary is that of a date, with the day on which it falls in common years if the
// schema says another than 28 February.
func (r *resolver) anniversary(of rule.Expr) rule.Expr {
	c := rule.Call{Fn: rule.FnAnniversary, Args: []rule.Expr{r.expr(of)}}
	if r.schema.LeapDay == rule.LeapDay {
		c.Args = append(c.Args, rule.Text(rule.LeapDay))
	}
	return c
}

// unix keeps a field from being wrapped twice, where the rule says by hand what
// the schema says too.
func (r *resolver) unix(c rule.Call) rule.Expr {
	switch arg := c.Args[0].(type) {
	case rule.Field:
		if t, _ := r.ts.field(arg); t.Epoch != EpochNone {
			return c
		}
	case rule.Metric:
		return rule.Call{Fn: c.Fn, Args: []rule.Expr{r.inner().RewriteExpr(arg)}}
	}
	return r.inner().RewriteExpr(c)
}

func epochTime(e rule.Expr, epoch Epoch) rule.Expr {
	if epoch == EpochMillis {
		return rule.Call{Fn: rule.FnUnixMilli, Args: []rule.Expr{e}}
	}
	return rule.Call{Fn: rule.FnUnix, Args: []rule.Expr{e}}
}

func (r *resolver) field(f rule.Field) rule.Expr {
	t, listed := lookup(r.ts.fields, f)
	if t.Epoch != EpochNone {
		return epochTime(f, t.Epoch)
	}
	names := f.Names()
	if t.reading() == rule.KindNumber {
		return r.number(f)
	}
	if listed || r.ts.place != inContact || len(names) != 1 {
		return f
	}
	name := names[0]
	if _, ok := r.schema.Calculated[name]; ok {
		return r.calculated(name)
	}
	if base, ok := r.schema.anniversaryOf(name); ok {
		return rule.Calculated{Name: name, X: r.anniversary(rule.Path(base))}
	}
	return f
}

// calculated reads a calculated field and what it refers to. One that goes in a
// circle, or cannot be read, is missing, and an error.
func (r *resolver) calculated(name string) rule.Expr {
	if x, ok := r.done[name]; ok {
		return rule.Calculated{Name: name, X: x}
	}
	if i := slices.Index(r.stack, name); i >= 0 {
		circle := append(slices.Clone(r.stack[i:]), name)
		r.fail(name, &rule.Error{Code: rule.ErrCycle, Msg: "calculated fields refer to themselves: " + strings.Join(circle, " -> ")})
		return rule.Calculated{Name: name, X: rule.Value{}}
	}
	limits := r.schema.Limits.WithDefaults()
	if len(r.stack) >= limits.Depth {
		r.fail(name, &rule.Error{Code: rule.ErrLimit, Msg: fmt.Sprintf("calculated fields refer to each other through more than %d levels", limits.Depth)})
		return rule.Calculated{Name: name, X: rule.Value{}}
	}
	r.stack = append(r.stack, name)
	x, err := parseExpression(r.schema.Calculated[name], limits, r.schema)
	if err != nil {
		r.failAll(name, err)
		x = rule.Value{}
	}
	outer := r.ts
	r.ts = r.schema.ContactScope()
	x = r.expr(x)
	r.ts = outer
	r.stack = r.stack[:len(r.stack)-1]
	size := r.size(x)
	if size > limits.Conditions {
		r.fail(name, &rule.Error{Code: rule.ErrLimit, Msg: fmt.Sprintf("the calculated field, written out, has more than %d expressions", limits.Conditions)})
		x, size = rule.Value{}, 1
	}
	r.done[name], r.sizes[name] = x, size
	return rule.Calculated{Name: name, X: x}
}

// size counts the expressions, those of calculated fields at every place: a
// dozen fields that name each other twice would be thousands.
func (r *resolver) size(e rule.Expr) int {
	n := 1
	if c, ok := e.(rule.Calculated); ok {
		if size, ok := r.sizes[c.Name]; ok {
			return n + size
		}
	}
	rule.Visitor{
		Expr: func(e rule.Expr) bool {
			n += r.size(e)
			return true
		},
	}.VisitExpr(e)
	return n
}

func (r *resolver) fail(name string, e *rule.Error) {
	e.Path = jsonPlace{"calculated", name}.pointer()
	r.errs = append(r.errs, e)
}

// failAll reports every error in the text of a calculated field.
func (r *resolver) failAll(name string, err error) {
	for _, e := range rule.ErrorsOf(err) {
		at := *e
		r.fail(name, &at)
	}
}

// collated sets Fold where the collation of a field asks for it.
func collated(c rule.Condition, ts TypeScope) rule.Condition {
	if collates(c, func(e rule.Expr) bool { return ts.TypeOf(e).Fold }) {
		c, _ = parser.Folding(c)
	}
	return c
}

// collates reports whether a test is about a field that folds. Where it is compared
// with one constant only, that must be a text.
func collates(c rule.Condition, folds func(rule.Expr) bool) bool {
	switch c := c.(type) {
	case rule.Compare:
		return (folds(c.Left) || folds(c.Right)) && mayFold(c.Left) && mayFold(c.Right)
	case rule.Between:
		return (folds(c.X) || folds(c.Lo) || folds(c.Hi)) && (mayFold(c.Lo) || mayFold(c.Hi))
	case rule.HasBeen:
		return folds(c.Field) && mayFold(c.Value)
	}
	return !rule.Visitor{Expr: func(e rule.Expr) bool { return !folds(e) }}.Visit(c)
}

// mayFold reports whether an expression may be a text.
func mayFold(e rule.Expr) bool {
	v, ok := e.(rule.Value)
	return !ok || v.Kind() == rule.KindText
}
