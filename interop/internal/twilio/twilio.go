package twilio

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Twilio Segment's query language for audiences: chains of functions that end in a
// comparison, `event('Bought').where(property('price') >= 100).within(7 days).count() >= 1`.
//
// A missing value satisfies no comparison, != and none_of included; NOT is the exact complement.
// Windows of events roll; those of traits, within_last and its like, are whole days with both
// ends in. An event within the where of another, with within(parent: …), makes a sequence.
// Another audience appears as a trait: trait('x') = true asks for the segment x, unless the
// schema has a field x.

// Read reads a definition of Twilio Segment; mistakes and losses gather in the reader.
func Read(r *source.Reader, n *source.Node) (s segment.Segment) {
	t := &twilio{Prose: r.Scan(r.Query(n, &s, "query", "type"), source.Spelling{Quotes: `'"`, Backslash: true, Signs: []string{
		">=", "<=", "!=", "==", "<>", ">", "<", "=", ".", ",", ":", "(", ")", "[", "]", "{", "}", "-", "+"}})}
	s.Condition = t.Condition(t.clause)
	t.Done()
	return s
}

// A twilio reads one definition.
type twilio struct {
	*source.Prose
	within twilioScope
	nested []*twilioStream // the events within the where that is being read
}

// A twilioScope is what a property is one of.
type twilioScope uint8

const (
	ofContact twilioScope = iota
	ofEvent
	ofEntity
)

// A twilioTerm is what one side of a comparison is.
type twilioTerm struct {
	at     *source.Node
	x      rule.Expr
	lists  []rule.Expr   // a part of a list ($): the lists that x is an element of, the outermost first
	trait  string        // x is this trait
	stream *twilioStream // the number of events that others follow, or of entities
	lost   bool          // it has been told as a loss
}

// clause reads one comparison, or ANY or ALL of the users of an account.
func (t *twilio) clause() rule.Condition {
	start := t.Peek()
	if t.Says("ANY") || t.Says("ALL") {
		told := len(t.Losses)
		if !t.Deeper() {
			return nil
		}
		t.Unary(t.clause)
		t.Levels--
		t.Losses = t.Losses[:told]
		return t.Omit(t.Here(start), source.NeedGroup, "%s of the users of the account", strings.ToLower(start.Text))
	}
	x, ok := t.term()
	if !ok {
		return nil
	}
	for _, sign := range []string{"=", "==", "!=", "<>", ">=", "<=", ">", "<"} {
		if t.Sign(sign) {
			y, ok := t.term()
			if !ok {
				return nil
			}
			return t.inList(x, t.relation(x, sign, y))
		}
	}
	if !t.Sign(".") {
		t.Wrong("a comparison is expected here, such as >= 1 or .exists()")
		return nil
	}
	return t.inList(x, t.test(x))
}

// InList holds if the test holds for an element, where the term is a part of a list.
func (t *twilio) inList(x twilioTerm, c rule.Condition) rule.Condition {
	for i := len(x.lists) - 1; i >= 0; i-- {
		c = build.AnElement(x.lists[i], c)
	}
	return c
}

// relation compares two terms.
func (t *twilio) relation(x twilioTerm, sign string, y twilioTerm) rule.Condition {
	if y.stream != nil || len(y.lists) > 0 {
		return t.Omit(y.at, source.NeedCorrelated, "a number that is not known beforehand beside a list or a sequence")
	}
	op, negated := rule.OpEq, false
	switch sign {
	case "!=", "<>":
		negated = true
	case ">":
		op = rule.OpGt
	case ">=":
		op = rule.OpGe
	case "<":
		op = rule.OpLt
	case "<=":
		op = rule.OpLe
	}
	switch {
	case x.lost || y.lost:
		return nil
	case x.stream != nil:
		return t.countOfStream(x, op, negated, y)
	case negated:
		return build.Known(build.Not(build.Compare(x.x, rule.OpEq, y.x)), maybeMissing(x.x, y.x)...)
	case x.trait != "" && op == rule.OpEq && t.isAudience(x.trait, y.x):
		t.Named(x.at, x.trait)
		return rule.InSegment(x.trait)
	}
	return build.Compare(x.x, op, y.x)
}

// isAudience reports whether the comparison of a trait with a value asks for an audience.
func (t *twilio) isAudience(trait string, v rule.Expr) bool {
	yes, ok := v.(rule.Value)
	if !ok || yes.Kind() != rule.KindBool || !yes.Bool() {
		return false
	}
	return t.Schema == nil || t.Schema.ContactScope().TypeOf(build.Field(trait)).Kind == rule.KindNull
}

// maybeMissing are the expressions that a contact may lack: no constants, no counts.
func maybeMissing(xs ...rule.Expr) (may []rule.Expr) {
	for _, x := range xs {
		switch x := x.(type) {
		case rule.Value:
			continue
		case rule.Metric:
			if x.Agg == rule.AggCount || x.Agg == rule.AggSum || x.Agg == rule.AggDistinct {
				continue
			}
		}
		may = append(may, x)
	}
	return may
}

// countOfStream compares the number of events that are followed by others, or of elements.
func (t *twilio) countOfStream(x twilioTerm, op rule.Op, negated bool, y twilioTerm) rule.Condition {
	v, _ := y.x.(rule.Value)
	k, whole := v.Int()
	if !whole || k < 0 || k > 1<<31-2 {
		return t.Fail(y.at, rule.ErrValue, "a whole number of at least 0 is expected here")
	}
	s := x.stream
	if s.list != nil {
		return s.elements(int(k), op, negated)
	}
	did := op == rule.OpGe && k == 1 || op == rule.OpGt && k == 0 || negated && k == 0
	never := op == rule.OpEq && k == 0 && !negated || op == rule.OpLt && k == 1 || op == rule.OpLe && k == 0
	if !did && !never {
		return t.Omit(x.at, source.NeedCorrelated, "how many times the event %q is followed by another", s.events.Names[0])
	}
	if s.parent { // it is a part of the where that is being read
		s.not = never
		t.nested = append(t.nested, s)
		return rule.Everyone{} // in its place: see followed
	}
	c := t.sequence(s)
	if never {
		return build.Not(c)
	}
	return c
}

// sequence holds if the event is followed by the events within its where.
func (t *twilio) sequence(s *twilioStream) rule.Condition {
	q := rule.Sequence{Window: s.window}
	for at := s; at != nil; at = at.then {
		if at.then != nil && at.not {
			return t.Omit(at.at, source.NeedNotMiddle, "an event %q that did not follow, before another", at.events.Names[0])
		}
		if at != s && at.window.Kind != rule.WindowAll {
			return t.Omit(at.at, source.NeedCorrelated, "a window of its own for the event %q that follows", at.events.Names[0])
		}
		q.Steps = append(q.Steps, rule.Step{Events: at.events, Within: at.span, Not: at.not})
	}
	return q
}

// test reads a comparison that is a function, behind its point.
func (t *twilio) test(x twilioTerm) rule.Condition {
	name := t.Take()
	args, ok := t.args()
	if !ok {
		return nil
	}
	if sign := map[string]string{"eq": "=", "equals": "=", "neq": "!=", "differs": "!=", "gt": ">", "greater_than": ">", "gte": ">=", "at_least": ">=",
		"lt": "<", "less_than": "<", "lte": "<=", "at_most": "<="}[name.Text]; sign != "" {
		if len(args) != 1 {
			return t.Fail(t.Here(name), rule.ErrSyntax, "%s has one argument", name.Text)
		}
		return t.relation(x, sign, args[0])
	}
	switch {
	case x.lost:
		return nil
	case x.stream != nil:
		return t.Unknown(t.Here(name), "comparison of a number", name.Text, "equals", "differs", "greater_than", "at_least", "less_than", "at_most")
	}
	switch name.Text {
	case "exists", "is_set":
		return build.IsSet(x.x)
	case "absent", "is_null":
		return rule.IsNull{X: x.x}
	case "within_last", "within_next", "before_last", "after_next":
		return t.days(x, name, args)
	case "before_date", "after_date":
		return t.date(x, name, args)
	case "one_of":
		return build.OneOf(x.x, t.values(args), false)
	case "none_of":
		return build.Known(build.Not(build.OneOf(x.x, t.values(args), false)), x.x)
	}
	var texts []string
	for _, a := range args {
		if v, ok := a.x.(rule.Value); ok && v.Kind() == rule.KindText {
			texts = append(texts, v.Text())
		} else {
			t.Fail(a.at, rule.ErrType, "a text is expected here")
		}
	}
	switch name.Text {
	case "contains", "contains_one":
		return build.Contains(x.x, false, texts...)
	case "omits":
		return build.Not(build.Contains(x.x, false, texts...))
	case "starts_with":
		return build.StartsWith(x.x, false, texts...)
	case "ends_with":
		return build.EndsWith(x.x, false, texts...)
	}
	return t.Unknown(t.Here(name), "comparison", name.Text, "equals", "differs", "greater_than", "at_least", "less_than", "at_most", "absent", "exists",
		"contains", "omits", "starts_with", "ends_with", "one_of", "none_of", "before_date", "after_date", "within_last", "within_next", "before_last", "after_next")
}

// values are the constants among arguments; anything else is an error.
func (t *twilio) values(args []twilioTerm) (vs []rule.Value) {
	for _, a := range args {
		if v, ok := a.x.(rule.Value); ok {
			vs = append(vs, v)
		} else {
			t.Fail(a.at, rule.ErrType, "a text, a number, true or false is expected here")
		}
	}
	return vs
}

// date compares with an instant.
func (t *twilio) date(x twilioTerm, name source.Token, args []twilioTerm) rule.Condition {
	if vs := t.values(args); len(vs) == 1 {
		if v, ok := t.Moment(vs[0].Text()); ok && name.Text == "before_date" {
			return build.Compare(x.x, rule.OpLt, v)
		} else if ok {
			return build.Compare(x.x, rule.OpGt, v)
		}
	}
	return t.Fail(t.Here(name), rule.ErrType, "%s has one argument, an instant such as '2023-12-07T18:50:00Z'", name.Text)
}

// days compares with today, n days on or back, both ends included; of hours with now.
func (t *twilio) days(x twilioTerm, name source.Token, args []twilioTerm) rule.Condition {
	if len(args) != 1 {
		return t.Fail(t.Here(name), rule.ErrSyntax, "%s has one argument, such as 7 days", name.Text)
	}
	s, ok := args[0].x.(rule.Span)
	if !ok {
		return t.Fail(args[0].at, rule.ErrType, "a length of time is expected here, such as 7 days")
	}
	whole := s.Unit >= rule.UnitDay
	switch name.Text {
	case "within_last":
		if whole {
			return rule.Between{X: x.x, Lo: build.Shifted(build.Today(), s.Negative()), Hi: build.Today()}
		}
		return rule.When{X: x.x, Window: build.LastSpan(s)}
	case "within_next":
		if whole {
			return rule.Between{X: x.x, Lo: build.Today(), Hi: build.Shifted(build.Today(), s)}
		}
		return rule.When{X: x.x, Window: build.NextSpan(s)}
	case "before_last":
		if whole {
			return build.Compare(x.x, rule.OpLe, build.Shifted(build.Today(), s.Negative()))
		}
		return rule.When{X: x.x, Window: build.OlderThan(s)}
	}
	if whole {
		return build.Compare(x.x, rule.OpGe, build.Shifted(build.Today(), s))
	}
	return rule.When{X: x.x, Window: build.LaterThan(s)}
}
