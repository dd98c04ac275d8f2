package rule

import (
	"maps"
	"slices"

	"github.com/segmentrules/segment/internal/textset"
)

// Inputs is what a condition reads: what a host must keep, load or watch for
// it. Every slice is sorted and without repetition; nil means none.
type Inputs struct {
	// Fields of the contact. What a HAS asks of the elements of a list counts as
	// that list; what a WHERE asks of an event counts under Events.
	Fields []Field
	// Events by name, each name or prefix (`email_*`, `*`) once.
	Events []EventInput
	// Lists and Segments asked about.
	Lists    []string
	Segments []string
	// History is of the fields of which former values are asked: CHANGED and HAS
	// BEEN.
	History []Field
	// Clock says that the answer may change by the passing of time alone. Where
	// it is not set, an answer stays until something happens to the contact; an
	// event or a joining that is dated in the future happens when its time comes.
	Clock bool
}

// An EventInput is what a condition reads of the events with one name.
type EventInput struct {
	Name  string  // or a prefix that ends in *
	Props []Field // properties, by path
	// Back is the furthest look-back: events older than that are never asked
	// for. It is the longest span as the rule writes it; for TODAY, THIS WEEK and
	// their like one day more than the unit, or units, since days differ in
	// length. It means nothing if All is set.
	Back Span
	// All says that events of any age count.
	All bool
}

// Reads returns what the condition reads. Whatever it leaves out cannot change
// the answer. Its cost grows with the size of the tree.
func Reads(c Condition) Inputs {
	r := reader{fields: map[Field]bool{}, history: map[Field]bool{}, lists: map[string]bool{},
		segments: map[string]bool{}, events: map[string]*eventReads{}}
	r.condition(Shallow(c), r.fields)
	in := Inputs{Fields: textset.SortedKeys(r.fields), Lists: textset.SortedKeys(r.lists), Segments: textset.SortedKeys(r.segments),
		History: textset.SortedKeys(r.history), Clock: r.clock}
	for _, name := range textset.SortedKeys(r.events) {
		e := r.events[name]
		in.Events = append(in.Events, EventInput{Name: name, Props: textset.SortedKeys(e.props), Back: e.back.Span, All: e.back.All})
	}
	return in
}

// IsConstant reports whether an expression reads nothing of the contact: constants,
// spans, and what is computed of them and the clock alone. Its cost grows with the
// size of the expression.
func IsConstant(e Expr) bool {
	switch e.(type) {
	case Value, Span:
		return true
	case Call, Arith, Calculated:
		return Visitor{Expr: IsConstant}.VisitExpr(e)
	}
	return false
}

type reader struct {
	fields, history map[Field]bool
	lists, segments map[string]bool
	events          map[string]*eventReads
	clock           bool
}

type eventReads struct {
	props map[Field]bool
	back  LookBack
}

// condition reads a condition whose fields go to this set.
func (r *reader) condition(c Condition, fields map[Field]bool) {
	inner, back := fields, LookBack{}
	switch c := c.(type) {
	case Each:
		inner = map[Field]bool{} // the list is read already
	case When:
		r.clock = r.clock || c.Window.moves()
	case Changed:
		r.history[c.Field] = true
		r.clock = r.clock || c.Window.moves()
	case HasBeen:
		r.history[c.Field] = true
		r.clock = true
	case Sequence: // later steps come after the first, so they reach back no further
		r.clock = r.clock || c.Window.moves() && c.Window.Kind != WindowAll || slices.ContainsFunc(c.Steps, func(s Step) bool { return s.Not })
		back = c.Window.LookBack()
	case Regularity:
		r.clock = true
		back = LookBack{Span: Span{int64(c.N), c.Unit}}
	case InList:
		r.lists[string(c)] = true
	case InSegment:
		r.segments[string(c)] = true
	}
	Visitor{
		Condition: func(c Condition) bool {
			r.condition(c, inner)
			return true
		},
		Expr: func(e Expr) bool {
			r.expr(e, fields)
			return true
		},
		Events: func(e Events) bool {
			r.selected(e, back)
			return true
		},
	}.Visit(c)
}

func (r *reader) expr(e Expr, fields map[Field]bool) {
	WalkExpr(e, func(e Expr) {
		switch e := e.(type) {
		case Field:
			fields[e] = true
		case Joined:
			r.lists[string(e)] = true
		case Span:
			_, calendar := e.Months()
			r.clock = r.clock || calendar
		case Call:
			r.clock = r.clock || e.Fn == FnNow || e.Fn == FnToday || e.Fn == FnAge || e.Fn == FnAnniversary
		case Metric:
			r.clock = r.clock || e.Window.moves() && e.Window.Kind != WindowAll
			for _, props := range r.selected(e.Events, e.Window.LookBack()) {
				if e.Prop != "" {
					props[e.Prop] = true
				}
			}
		}
	})
}

// selected notes that events are read, and returns the properties of each name.
func (r *reader) selected(sel Events, back LookBack) (props []map[Field]bool) {
	where := map[Field]bool{}
	if sel.Where != nil {
		r.condition(sel.Where, where)
	}
	for _, name := range sel.Names {
		e := r.events[name]
		if e == nil {
			e = &eventReads{props: map[Field]bool{}, back: back}
			r.events[name] = e
		}
		e.back = e.back.further(back)
		maps.Copy(e.props, where)
		props = append(props, e.props)
	}
	return props
}

// moves reports whether the window itself moves as time passes; one between
// fixed instants does not. What moves in its From and To is read on its own.
func (w Window) moves() bool {
	return w.Kind != WindowSince && w.Kind != WindowBefore && w.Kind != WindowBetween
}
