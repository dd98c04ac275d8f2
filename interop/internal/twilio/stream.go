package twilio

import (
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Streams in Twilio Segment's query language: the events or the entities that a chain begins
// with, its filters, and what makes one value of the rest.

// A twilioStream is the events or the entities that a chain has come down to.
type twilioStream struct {
	at     *source.Node
	events rule.Events
	list   rule.Expr      // of entities; nil of events
	where  rule.Condition // of entities
	window rule.Window
	parent bool          // within(parent: span)
	span   rule.Span     // of parent
	then   *twilioStream // the event that must follow
	not    bool          // … and must not have come
	lost   bool
}

// elements compares the number of entities, where they exist and satisfy where.
func (s *twilioStream) elements(k int, op rule.Op, negated bool) rule.Condition {
	atLeast := func(k int) rule.Condition {
		switch {
		case k <= 0:
			return rule.Everyone{}
		case s.where == nil:
			return build.Compare(rule.Call{Fn: rule.FnLength, Args: []rule.Expr{s.list}}, rule.OpGe, rule.Int(int64(k)))
		case k == 1:
			return build.AnElement(s.list, s.where)
		}
		return build.AtLeastElements(k, s.list, s.where)
	}
	var c rule.Condition
	switch {
	case op == rule.OpGe:
		c = atLeast(k)
	case op == rule.OpGt:
		c = atLeast(k + 1)
	case op == rule.OpLt:
		c = build.Not(atLeast(k))
	case op == rule.OpLe:
		c = build.Not(atLeast(k + 1))
	case k == 0:
		c = build.Not(atLeast(1))
	default:
		c = rule.And{atLeast(k), build.Not(atLeast(k + 1))}
	}
	if negated {
		return build.Not(c)
	}
	return c
}

// stream reads what is behind event or entity, up to the function that makes one value of it.
func (t *twilio) stream(at *source.Node) (x twilioTerm, ok bool) {
	s := &twilioStream{at: at}
	args, ok := t.args()
	name, isText := "", false
	if len(args) == 1 {
		v, _ := args[0].x.(rule.Value)
		name, isText = v.Text(), v.Kind() == rule.KindText
	}
	if !ok || !isText || name == "" {
		return x, t.Wrong("%s has one argument, a name in quotes", at.Text)
	}
	if at.Text == "entity" {
		f, ok := t.Field(args[0].at, name)
		s.list, s.lost = f, !ok
	} else {
		s.events = build.Events(t.Named(args[0].at, name), nil)
	}
	for t.Sign(".") {
		switch by := t.Take(); by.Text {
		case "where":
			t.filter(s)
		case "within", "between":
			t.window(s, by)
		case "sources":
			t.skipArgs()
			s.lose(t, by, source.NeedSource, "events of some sources only")
		case "expires_after":
			t.skipArgs()
			s.lose(t, by, source.NeedSession, "events since the last gap of some length")
		default:
			return t.reduced(s, by)
		}
	}
	return x, t.Wrong(".count() or its like is expected here")
}

// lose tells that the stream is lost, and is false.
func (s *twilioStream) lose(t *twilio, at source.Token, needs, what string, args ...any) bool {
	t.Omit(t.Here(at), needs, what, args...)
	s.lost = true
	return false
}

// skipArgs goes behind arguments of any form.
func (t *twilio) skipArgs() {
	open := 0
	for t.Peek().Kind != source.EndToken {
		switch by := t.Take(); {
		case by.Kind == source.SignToken && by.Text == "(":
			open++
		case by.Kind == source.SignToken && by.Text == ")":
			open--
		}
		if open <= 0 {
			return
		}
	}
	t.Wrong("a parenthesis is not closed")
}

// filter reads a where. A part of it that is lost loses the stream: without the part it would be
// of other events.
func (t *twilio) filter(s *twilioStream) {
	if !t.Expect("(") || !t.Deeper() {
		return
	}
	within, nested, told := t.within, t.nested, len(t.Losses)
	t.within, t.nested = ofEvent, nil
	if s.list != nil {
		t.within = ofEntity
	}
	c := t.Condition(t.clause)
	found := t.nested
	t.within, t.nested = within, nested
	t.Expect(")")
	t.Levels--
	s.lost = s.lost || len(t.Losses) > told
	if len(found) > 0 {
		c = t.followed(s, c, found)
	}
	if s.list != nil {
		s.where = build.All(s.where, c)
	} else {
		s.events.Where = build.All(s.events.Where, c)
	}
}

// followed takes the event that must follow out of a where: in its place is EVERYONE, which
// nothing else here makes. It must be one of the parts that AND joins, and the only event.
func (t *twilio) followed(s *twilioStream, where rule.Condition, found []*twilioStream) rule.Condition {
	parts, isAnd := where.(rule.And)
	if !isAnd {
		parts = rule.And{where}
	}
	var rest []rule.Condition
	for _, c := range parts {
		if _, here := c.(rule.Everyone); !here {
			rest = append(rest, c)
		}
	}
	if s.lost || s.list != nil || s.then != nil || len(found) > 1 || len(rest)+1 != len(parts) {
		t.Omit(found[0].at, source.NeedCorrelated, "the event %q after one of other properties, or beside other events", found[0].events.Names[0])
		s.lost = true
		return nil
	}
	s.then = found[0]
	return build.All(rest...)
}

// window reads within(n unit), within(parent: n unit) and between(a unit, b unit).
func (t *twilio) window(s *twilioStream, by source.Token) {
	at := t.Peek()
	if by.Text == "within" && t.Follows("(") && t.Tokens[t.Next+1].Text == "parent" {
		t.Take()
		t.Take()
		t.Expect(":")
		n := t.Here(t.Take())
		unit := t.Here(t.Take())
		span, ok := t.Span(n, unit, unit.Text)
		s.parent, s.span = ok && t.Expect(")"), span
		if s.parent && t.within != ofEvent {
			t.Fail(t.Here(at), rule.ErrSyntax, "within(parent: …) stands within the where(…) of another event only")
		}
		return
	}
	args, ok := t.args()
	if s.window.Kind != rule.WindowAll {
		s.lose(t, by, source.NeedEventTime, "events in two windows at once")
	}
	var spans []rule.Span
	for _, a := range args {
		if span, isSpan := a.x.(rule.Span); span.Seconds() > 0 || isSpan && span.N == 0 && by.Text == "between" {
			spans = append(spans, span)
		}
	}
	switch {
	case !ok:
	case s.list != nil:
		s.lose(t, by, source.NeedListSum, "entities of some time only")
	case by.Text == "within" && len(args) == 1 && len(spans) == 1:
		s.window = build.LastSpan(spans[0])
	case by.Text == "between" && len(args) == 2 && len(spans) == 2:
		s.window = betweenSpans(spans[0], spans[1])
	default:
		t.Fail(t.Here(at), rule.ErrType, "%s has lengths of time, such as 7 days", by.Text)
	}
}

// betweenSpans is the window between two spans ago, in one unit.
func betweenSpans(a, b rule.Span) rule.Window {
	if a.Unit != b.Unit {
		a, b = rule.Span{N: a.Seconds(), Unit: rule.UnitSecond}, rule.Span{N: b.Seconds(), Unit: rule.UnitSecond}
	}
	if a.N > b.N {
		a, b = b, a
	}
	if a.N == 0 {
		return build.LastSpan(b)
	}
	return build.AgoSpans(a, b)
}

// reduced reads the function that makes one value of a stream.
func (t *twilio) reduced(s *twilioStream, by source.Token) (x twilioTerm, ok bool) {
	x = twilioTerm{at: s.at, lost: s.lost}
	aggs := map[string]rule.Agg{"count": rule.AggCount, "sum": rule.AggSum, "avg": rule.AggAvg, "max": rule.AggMax, "min": rule.AggMin,
		"first": rule.AggFirst, "last": rule.AggLast, "unique": rule.AggDistinct}
	agg, isAgg := aggs[by.Text]
	switch {
	case by.Text == "mode":
		t.skipArgs()
		x.lost = s.lose(t, by, source.NeedMode, "the most frequent value of a property") || true
		return x, true
	case !isAgg:
		t.Unknown(t.Here(by), "function", by.Text, "where", "within", "between", "sources", "count", "sum", "avg", "max", "min", "mode", "first", "last", "unique")
		return x, t.Stop()
	case agg == rule.AggCount:
		if !t.Expect("(") || !t.Expect(")") {
			return x, false
		}
		if s.list != nil || s.then != nil || s.parent {
			x.stream = s
			return x, true
		}
		if t.within != ofContact {
			return t.beside(x, by)
		}
		x.x = build.CountOf(s.events, s.window)
		return x, true
	}
	return t.aggregated(s, by, agg)
}

// beside tells that a stream stands within the where of another, and is no part of it.
func (t *twilio) beside(x twilioTerm, by source.Token) (twilioTerm, bool) {
	if !x.lost {
		t.Omit(t.Here(by), source.NeedCorrelated, "events beside a property of another event")
	}
	x.lost = true
	return x, true
}

// aggregated reads the property of an aggregate.
func (t *twilio) aggregated(s *twilioStream, by source.Token, agg rule.Agg) (x twilioTerm, ok bool) {
	x = twilioTerm{at: s.at, lost: s.lost}
	within := t.within
	if t.within = ofEvent; s.list != nil {
		t.within = ofEntity
	}
	t.Expect("(")
	p, ok := t.term()
	t.within = within
	if !ok {
		return x, false
	}
	asText := false
	if t.Says("as") {
		asText = t.Peek().Text != "number"
		t.Take()
	}
	if !t.Expect(")") {
		return x, false
	}
	if agg == rule.AggDistinct && !(t.Expect(".") && (t.Says("count") || t.Wrong(".count() is expected here")) && t.Expect("(") && t.Expect(")")) {
		return x, false
	}
	f, isField := p.x.(rule.Field)
	switch {
	case x.lost || p.lost:
		x.lost = true
	case s.list != nil || len(p.lists) > 0 || !isField:
		x.lost = s.lose(t, by, source.NeedListSum, "%s of entities or elements", by.Text) || true
	case s.then != nil || within != ofContact:
		return t.beside(x, by)
	case asText && (agg == rule.AggMax || agg == rule.AggMin):
		x.lost = s.lose(t, by, source.NeedTextOrder, "%s of texts", by.Text) || true
	default:
		x.x = rule.Metric{Agg: agg, Events: s.events, Prop: f, Window: s.window}
	}
	return x, true
}
