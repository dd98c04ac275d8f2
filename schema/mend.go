package schema

import (
	"strings"

	"github.com/segmentrules/segment/internal/parser"
	"github.com/segmentrules/segment/internal/spelling"
	"github.com/segmentrules/segment/rule"
)

// A rule that does not fit the schema, as it was probably meant: the Fix of an error. A
// name that does not exist is taken for the one it is like, a name alone for a text, a
// field for the event of that name and the other way round, and a constant is turned into
// the kind that the field has. What comes of it is proposed only if it passes the check.

// maxMended is the longest canonical text, in bytes, that is proposed.
const maxMended = 4_000

// fixed puts the fix on the first of the errors about a condition.
func (s *Schema) fixed(err error, c rule.Condition) error {
	if es := rule.ErrorsOf(err); len(es) > 0 {
		es[0].Fix = s.mended(c)
	}
	return err
}

// refixed is fixed where the fix of reading the text has to fit the schema, too.
func (s *Schema) refixed(err error) error {
	es := rule.ErrorsOf(err)
	if len(es) == 0 || es[0].Fix == "" {
		return err
	}
	r, failed := parser.ParseRule(es[0].Fix, s.Limits, s.Words())
	es[0].Fix = ""
	if failed == nil {
		es[0].Fix = s.mended(r.Condition)
	}
	return err
}

// mended is the text of a condition that fits the schema; "" if there is none.
func (s *Schema) mended(c rule.Condition) string {
	if s.Check(c) != nil {
		m := mender{schema: s, ts: s.ContactScope()}
		if c = m.condition(c); s.Check(c) != nil {
			return ""
		}
	}
	text := c.String()
	if len(text) > maxMended {
		return ""
	}
	return text
}

// A mender rewrites a condition.
type mender struct {
	schema *Schema
	ts     TypeScope
}

// in is the mender of another scope.
func (m mender) in(ts TypeScope) mender { return mender{m.schema, ts} }

func (m mender) inner() rule.Rewriter {
	return rule.Rewriter{Condition: m.condition, Expr: m.expr, Events: m.events}
}

func (m mender) condition(c rule.Condition) rule.Condition {
	switch c := c.(type) {
	case rule.And:
		if m.negatedBefore(c) {
			return c
		}
	case rule.Or:
		if m.negatedBefore(c) {
			return c
		}
	case rule.Compare:
		return m.compare(c)
	case rule.Not:
		if w, ok := c.C.(rule.When); ok {
			if e, ok := m.eventFor(w.X); ok {
				return happened(e, rule.OpEq, 0, m.window(w.Window))
			}
		}
	case rule.When:
		if e, ok := m.eventFor(c.X); ok {
			return happened(e, rule.OpGe, 1, m.window(c.Window))
		}
		if w := c.Window; w.Kind == rule.WindowBetween && rule.IsNumberLiteral(w.From) && rule.IsNumberLiteral(w.To) {
			return m.condition(rule.Between{X: c.X, Lo: w.From, Hi: w.To}) // FROM 18 TO 30
		}
	case rule.Each:
		return m.each(c)
	case rule.In:
		return m.oneOf(c)
	case rule.Between:
		c.X = m.expr(c.X)
		c.Lo, c.Hi = m.constant(c.X, c.Lo), m.constant(c.X, c.Hi)
		return c
	case rule.Contains:
		c.X = m.expr(c.X)
		if t := m.ts.TypeOf(c.X); len(c.Values) == 1 && t.Kind != rule.KindNull && t.Kind != rule.KindText && t.Kind != rule.KindList {
			return rule.Compare{Left: c.X, Right: t.converted(c.Values[0])}
		}
		return c
	case rule.InList:
		if name, isSegment := m.membership(string(c), m.schema.Lists, m.schema.Segments); isSegment {
			return rule.InSegment(name)
		} else {
			return rule.InList(name)
		}
	case rule.InSegment:
		if name, isList := m.membership(string(c), m.schema.Segments, m.schema.Lists); isList {
			return rule.InList(name)
		} else {
			return rule.InSegment(name)
		}
	}
	return m.inner().Rewrite(c)
}

// each mends a test of elements, which may be meant of events, or of what the elements hold.
func (m mender) each(c rule.Each) rule.Condition {
	if e, ok := m.eventFor(c.X); ok {
		if w, ok := c.C.(rule.When); ok && c.Quantifier != rule.QuantifierAll {
			return eachHappened(c, e, w.Window)
		}
	}
	if through, ok := m.throughList(c); ok {
		return through
	}
	c.X = m.expr(c.X)
	c.C = m.in(m.ts.ElementScope(m.ts.TypeOf(c.X))).condition(c.C)
	return c
}

// oneOf mends the values of a list; of a field that is one itself, they are asked for in it.
func (m mender) oneOf(c rule.In) rule.Condition {
	c.X = m.expr(c.X)
	t := m.ts.TypeOf(c.X)
	if t.Kind == rule.KindList {
		return rule.Contains{X: c.X, Values: c.Values, Fold: c.Fold}
	}
	vs := make([]rule.Value, len(c.Values))
	for i, v := range c.Values {
		vs[i] = t.converted(v)
	}
	c.Values = vs
	return c
}

// negatedBefore reports whether an event that is asked for as a field stands behind one that
// did not happen: NEVER opened AND clicked IN LAST 30 days. The NOT may be meant of both, and
// the window, so nothing is proposed.
func (m mender) negatedBefore(cs []rule.Condition) bool {
	for i := 1; i < len(cs); i++ {
		w, isWhen := cs[i].(rule.When)
		no, isCompare := cs[i-1].(rule.Compare)
		if !isWhen || !isCompare || no.Op != rule.OpEq || !rule.EqualExpr(no.Right, rule.Int(0)) {
			continue
		}
		count, ok := no.Left.(rule.Metric)
		if _, isEvent := m.eventFor(w.X); ok && isEvent && count.Agg == rule.AggCount && count.Window.Kind == rule.WindowAll {
			return true
		}
	}
	return false
}

func happened(event string, op rule.Op, n int64, w rule.Window) rule.Condition {
	m := rule.Metric{Agg: rule.AggCount, Events: rule.Events{Names: []string{event}}, Window: w}
	return rule.Compare{Left: m, Op: op, Right: rule.Int(n)}
}

// eachHappened is ANY purchase WITHIN LAST 30 days of an event.
func eachHappened(c rule.Each, event string, w rule.Window) rule.Condition {
	switch c.Quantifier {
	case rule.QuantifierNone:
		return happened(event, rule.OpEq, 0, w)
	case rule.QuantifierMin:
		return happened(event, rule.OpGe, int64(c.K), w)
	}
	return happened(event, rule.OpGe, 1, w)
}

// membership finds a name among those of one sort, and else of the other.
func (m mender) membership(name string, own, others []string) (known string, other bool) {
	if near := alike(name, own); near != "" {
		return near, false
	}
	if near := alike(name, others); near != "" {
		return near, true
	}
	return name, false
}

// eventFor is the event that a field is the name of, if there is no such field.
func (m mender) eventFor(e rule.Expr) (event string, ok bool) {
	f, isField := e.(rule.Field)
	if !isField || m.ts.place != inContact {
		return "", false
	}
	if _, known := m.ts.field(f); known || alike(string(f), m.fields()) != "" && m.schema.eventLike(string(f)) == "" {
		return "", false
	}
	event = m.schema.eventLike(string(f))
	return event, event != ""
}

// compare mends both sides, and what they have to do with each other.
func (m mender) compare(c rule.Compare) rule.Condition {
	if e, ok := m.eventFor(c.Left); ok {
		if v, isValue := c.Right.(rule.Value); isValue {
			switch v.Kind() {
			case rule.KindNumber:
				c.Left = rule.Metric{Agg: rule.AggCount, Events: rule.Events{Names: []string{e}}}
				return c
			case rule.KindBool:
				if isTrue(v) {
					return happened(e, rule.OpGe, 1, rule.Window{})
				}
				return happened(e, rule.OpEq, 0, rule.Window{})
			}
		}
	}
	if where, ok := m.ofEvent(c); ok {
		return where
	}
	if metric, ok := c.Left.(rule.Metric); ok && metric.Agg == rule.AggCount && metric.Window.Kind == rule.WindowAll && len(metric.Events.Names) == 1 {
		if name := metric.Events.Names[0]; m.schema.eventLike(name) == "" && !m.schema.listNamed(name) {
			if f := alike(name, m.fields()); f != "" {
				c.Left = rule.Field(f)
				t, _ := m.ts.field(rule.Field(f))
				if t.Kind == rule.KindList {
					c.Left = rule.Call{Fn: rule.FnLength, Args: []rule.Expr{rule.Field(f)}}
					return c
				}
				if t.Kind != rule.KindNumber && t.Kind != rule.KindNull {
					return has(rule.Field(f), t, c.Op == rule.OpEq)
				}
			}
		}
	}
	if in, ok := m.named(c); ok {
		return in
	}
	c.Left = m.expr(c.Left)
	if w, ok := m.aged(c); ok {
		return w
	}
	c.Right = m.constant(c.Left, c.Right)
	if v, ok := c.Right.(rule.Value); ok && c.Op == rule.OpEq && m.ts.TypeOf(c.Left).Kind == rule.KindList && v.Kind() != rule.KindList {
		return rule.Contains{X: c.Left, Values: []rule.Value{v}, Fold: c.Fold}
	}
	return c
}

// has asks whether a field has a value, or is true.
func has(f rule.Field, t FieldType, not bool) (c rule.Condition) {
	c = rule.Not{C: rule.IsNull{X: f}}
	if t.Kind == rule.KindBool {
		c = rule.Compare{Left: f, Right: rule.Bool(true)}
	}
	if not {
		return rule.Not{C: c}
	}
	return c
}

// named is segment = "Active Users", where there is no such field.
func (m mender) named(c rule.Compare) (rule.Condition, bool) {
	f, isField := c.Left.(rule.Field)
	v, isValue := c.Right.(rule.Value)
	if !isField || !isValue || c.Op != rule.OpEq || v.Kind() != rule.KindText || v.Text() == "" {
		return nil, false
	}
	if _, known := m.ts.field(f); known {
		return nil, false
	}
	switch strings.ToLower(string(f)) {
	case "list", "lists":
		return rule.InList(v.Text()), true
	case "segment", "segments":
		return rule.InSegment(v.Text()), true
	}
	return nil, false
}

// aged is last_seen > 7 days, which asks for an age, and signup > 2026, for a year.
func (m mender) aged(c rule.Compare) (rule.Condition, bool) {
	t := m.ts.TypeOf(c.Left)
	if t.Kind != rule.KindTime && t.Kind != rule.KindDate || t.Epoch != EpochNone {
		return nil, false
	}
	f, isField := c.Left.(rule.Field)
	switch right := c.Right.(type) {
	case rule.Span:
		switch {
		case right.N < 0 || c.Op == rule.OpEq:
		case isField && spelling.IsAhead(string(f)):
			ahead := c.Op == rule.OpLt || c.Op == rule.OpLe
			return rule.When{X: f, Window: rule.Window{Kind: rule.WindowNext, A: right}}, ahead && !spelling.Recurs(string(f))
		case c.Op == rule.OpGt || c.Op == rule.OpGe:
			return rule.When{X: c.Left, Window: rule.Window{Kind: rule.WindowOlder, A: right}}, true
		default:
			return rule.When{X: c.Left, Window: rule.Window{Kind: rule.WindowLast, A: right}}, true
		}
	case rule.Value:
		if n, ok := right.Int(); ok && n >= 1900 && n <= 2200 {
			c.Left = rule.Call{Fn: rule.FnYear, Args: []rule.Expr{c.Left}}
			return c, true
		}
	}
	return nil, false
}

// ofEvent is purchase.amount > 100, where purchase is an event: some event has it.
func (m mender) ofEvent(c rule.Compare) (rule.Condition, bool) {
	f, ok := c.Left.(rule.Field)
	if !ok || m.ts.place != inContact {
		return nil, false
	}
	names := f.Names()
	if _, known := m.ts.field(f); known || len(names) != 2 || m.schema.hasField(rule.Path(names[0])) {
		return nil, false
	}
	event := m.schema.eventLike(names[0])
	if event == "" {
		return nil, false
	}
	c.Left = rule.Path(names[1])
	inside := m.in(m.ts.EventScope([]string{event})).condition(c)
	counted := rule.Metric{Agg: rule.AggCount, Events: rule.Events{Names: []string{event}, Where: inside}}
	return rule.Compare{Left: counted, Op: rule.OpGe, Right: rule.Int(1)}, true
}

// expr mends the names in an expression.
func (m mender) expr(e rule.Expr) rule.Expr {
	switch e := e.(type) {
	case rule.Field:
		if _, known := m.ts.field(e); known || m.ofContact(e) {
			return e
		}
		if near := alike(string(e), m.fields()); near != "" {
			return rule.Field(near)
		}
		return e
	case rule.Metric:
		return m.metric(e)
	case rule.Arith:
		return m.arith(e)
	}
	return m.inner().RewriteExpr(e)
}

// arith takes a number beside a day for a number of days, as SQL does.
func (m mender) arith(e rule.Arith) rule.Expr {
	v, isValue := e.Right.(rule.Value)
	n, isInt := int64(0), false
	if isValue {
		n, isInt = v.Int()
	}
	kinds := kinds(0)
	switch left := e.Left.(type) {
	case rule.Call:
		if left.Fn != rule.FnCoalesce {
			_, kinds = fnKinds(left.Fn)
		}
	case rule.Field:
		kinds = m.ts.TypeOf(left).kinds()
	}
	if d := (rule.Span{N: n, Unit: rule.UnitDay}); isInt && kinds&^temporal == 0 && kinds != 0 && e.Op <= rule.ArithSub && d.Valid() {
		e.Right = d
	}
	e.Left, e.Right = m.expr(e.Left), m.expr(e.Right)
	return e
}

func (m mender) metric(e rule.Metric) rule.Expr {
	if len(e.Events.Names) == 1 && m.schema.listNamed(e.Events.Names[0]) {
		if list := rule.Path(e.Events.Names[0]); e.Agg == rule.AggCount && e.Prop == "" && e.Events.Where == nil && e.Window.Kind == rule.WindowAll {
			return rule.Call{Fn: rule.FnLength, Args: []rule.Expr{list}}
		}
		return e // the elements of a list are not summed up
	}
	names := append([]string(nil), e.Events.Names...)
	for i, name := range names {
		if event := m.schema.eventLike(name); event != "" {
			names[i] = event
		}
	}
	if len(names) == 1 && e.Prop == "" && (e.Agg == rule.AggLast || e.Agg == rule.AggFirst) && m.schema.eventLike(names[0]) == "" {
		if f := alike(strings.ToLower(e.Agg.Word())+"_"+names[0], m.fields()); f != "" {
			return rule.Field(f)
		}
	}
	e.Events.Names = names
	ts := m.ts.EventScope(names)
	inside := m.in(ts)
	if e.Events.Where != nil {
		e.Events.Where = inside.condition(e.Events.Where)
	}
	if e.Prop != "" {
		if _, known := ts.field(e.Prop); !known && e.Prop == "at" && (e.Agg == rule.AggFirst || e.Agg == rule.AggLast) {
			e.Prop = "" // the time of an event is FIRST(event) or LAST(event) itself
		} else if !known {
			e.Prop = inside.property(e)
		}
	}
	e.Window = m.window(e.Window)
	return e
}

// property is the property that an aggregate means: one of a like name, or the first that
// is a number.
func (m mender) property(e rule.Metric) rule.Field {
	if near := alike(string(e.Prop), m.fields()); near != "" {
		return rule.Field(near)
	}
	for _, name := range m.fields() {
		if t := m.ts.fields[name]; t.Kind == rule.KindNumber && e.Agg != rule.AggFirst && e.Agg != rule.AggLast {
			return rule.Field(name)
		}
	}
	return e.Prop
}

func (m mender) events(e rule.Events) rule.Events {
	names := append([]string(nil), e.Names...)
	for i, name := range names {
		if event := m.schema.eventLike(name); event != "" {
			names[i] = event
		}
	}
	e.Names = names
	if e.Where != nil {
		e.Where = m.in(m.ts.EventScope(names)).condition(e.Where)
	}
	return e
}

func (m mender) window(w rule.Window) rule.Window {
	if w.From != nil {
		w.From = m.expr(w.From)
	}
	if w.To != nil {
		w.To = m.expr(w.To)
	}
	return w
}

func isTrue(v rule.Value) bool { return v.Kind() == rule.KindBool && v.Bool() }
