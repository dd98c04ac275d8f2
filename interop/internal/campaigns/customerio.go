package campaigns

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Customer.io's filters of people: {and: […]}, {or: […]}, {not: …}, {segment: {id}} and
// {attribute: {field, operator, value}}, of its interface; besides them attribute operators in the
// words of its segment builder, and there the sentence "has not performed purchase within the
// past 7 days".
//
// eq is false of an attribute that is missing, not is the complement. Who is known for less
// than the days of "has not performed … within" is not in: a field created_at has since when a
// contact is known, or its first event says it.

// ReadCustomerIO reads a definition of Customer.io; mistakes and losses gather in the reader.
func ReadCustomerIO(from *source.Reader, n *source.Node) (s segment.Segment) {
	r := &reader{from}
	if f := n.Get("filter"); f != nil {
		r.Only(n, "filter", "id", "name", "start", "limit")
		s.ID, s.Name = n.Get("id").Scalar(), n.Get("name").Str()
		n = f
	}
	s.Condition = r.customerIO(n)
	return s
}

func (r *reader) customerIO(n *source.Node) rule.Condition {
	if !r.Object(n, "a filter") {
		return nil
	}
	if len(n.Names) != 1 {
		return r.Fail(n, rule.ErrSyntax, "a filter has one member: and, or, not, segment or attribute")
	}
	in := n.Items[0]
	switch n.Names[0] {
	case "and", "or":
		var cs []rule.Condition
		for _, f := range r.Elements(in, "filters") {
			cs = append(cs, r.customerIO(f))
		}
		if in.Is(source.List) && len(in.Items) == 0 {
			return r.Fail(in, rule.ErrSyntax, "a group has at least one filter")
		}
		if n.Names[0] == "or" {
			return build.AnyOf(cs...)
		}
		return build.All(cs...)
	case "not":
		return build.Not(r.customerIO(in))
	case "segment":
		if in.Is(source.Text) {
			return r.customerIOSentence(in)
		}
		if !r.Object(in, "a segment") {
			return nil
		}
		r.Only(in, "id", "name")
		id := in.Get("id")
		if id.Scalar() == "" {
			return r.Fail(in, rule.ErrType, "a segment has an id")
		}
		return rule.InSegment(r.Named(id, id.Text))
	case "attribute":
		return r.customerIOAttribute(in)
	}
	return r.Unknown(in, "filter", n.Names[0], "and", "or", "not", "segment", "attribute")
}

func (r *reader) customerIOAttribute(n *source.Node) rule.Condition {
	if !r.Object(n, "an attribute") {
		return nil
	}
	r.Only(n, "field", "operator", "value")
	name, op, value := n.Get("field"), n.Get("operator"), n.Get("value")
	if name.Str() == "" {
		return r.Fail(n, rule.ErrSyntax, "an attribute has a field")
	}
	x, ok := r.Field(name, name.Text)
	if !ok {
		return nil
	}
	word := op.Str()
	if positive, negated := customerIONegated[word]; negated {
		return build.Not(r.customerIOTest(n, x, positive, op, value))
	}
	return r.customerIOTest(n, x, word, op, value)
}

// customerIONegated are the operators that are complements of others.
var customerIONegated = map[string]string{"is not equal to": "eq", "does not exist": "exists", "does not contain": "contains", "is false": "is true"}

func (r *reader) customerIOTest(n *source.Node, x rule.Expr, word string, op, value *source.Node) rule.Condition {
	switch word {
	case "exists":
		return build.IsSet(x)
	case "is true":
		return build.Eq(x, rule.Bool(true))
	case "eq", "is equal to":
		if v, ok := r.Constant(r.ValueOf(n, value)); ok {
			return build.Eq(x, v)
		}
		return nil
	case "is greater than", "is less than":
		if v, ok := r.Number(r.ValueOf(n, value)); ok && word == "is less than" {
			return build.Compare(x, rule.OpLt, v)
		} else if ok {
			return build.Compare(x, rule.OpGt, v)
		}
		return nil
	case "contains", "starts with", "ends with":
		texts := r.Texts(r.ValueOf(n, value))
		switch word {
		case "contains":
			return build.Contains(x, false, texts...)
		case "starts with":
			return build.StartsWith(x, false, texts...)
		}
		return build.EndsWith(x, false, texts...)
	case "is a timestamp":
		return rule.Not{C: rule.IsNull{X: rule.Call{Fn: rule.FnTime, Args: []rule.Expr{x}}}}
	case "is a timestamp before", "is a timestamp after":
		at, ok := r.customerIOInstant(r.ValueOf(n, value))
		switch {
		case !ok:
			return nil
		case word == "is a timestamp before":
			return build.Compare(x, rule.OpLt, at)
		}
		return build.Compare(x, rule.OpGt, at)
	case "is a timestamp between":
		ends := value.List()
		if len(ends) != 2 {
			return r.Fail(r.ValueOf(n, value), rule.ErrType, "two instants are expected here, such as [\"in 2 days\", \"in 3 days\"]")
		}
		from, ok := r.customerIOInstant(ends[0])
		to, ok2 := r.customerIOInstant(ends[1])
		if !ok || !ok2 {
			return nil
		}
		return rule.And{build.Compare(x, rule.OpGt, from), build.Compare(x, rule.OpLe, to)}
	}
	at := op
	if at == nil {
		at = n
	}
	return r.Unknown(at, "operator", word, "eq", "exists", "is equal to", "is not equal to", "does not exist", "is greater than", "is less than", "contains", "does not contain",
		"starts with", "ends with", "is true", "is false", "is a timestamp", "is a timestamp before", "is a timestamp after", "is a timestamp between")
}

var customerIORelative = regexp.MustCompile(`^(?:in (\d{1,9}) (\w+)|(\d{1,9}) (\w+) ago|now)$`)

// customerIOInstant is an instant: seconds since 1970, RFC 3339, a day, now, "in 2 days" or
// "2 days ago".
func (r *reader) customerIOInstant(n *source.Node) (rule.Expr, bool) {
	if n == nil {
		return nil, false
	}
	if n.Is(source.Number) {
		v, ok := r.Number(n)
		i, whole := v.Int()
		if at := rule.InstantAt(i); ok && whole && rule.Writable(at) {
			return at, true
		}
	} else if m := customerIORelative.FindStringSubmatch(n.Str()); m != nil {
		number, unit, sign := m[1], m[2], int64(1)
		if m[3] != "" {
			number, unit, sign = m[3], m[4], -1
		}
		if number == "" {
			return build.Now(), true
		}
		s, ok := r.Span(&source.Node{Kind: source.Number, Text: number, Ref: n.Ref}, n, unit)
		return build.Shifted(build.Now(), rule.Span{N: sign * s.N, Unit: s.Unit}), ok
	} else if v, ok := r.Moment(n.Str()); ok {
		return r.Midnight(v), true
	}
	r.Fail(n, rule.ErrType, "an instant is expected here, such as \"in 2 days\", \"7 days ago\", seconds since 1970 or 2026-01-31T10:00:00Z")
	return nil, false
}

var customerIOPerformed = regexp.MustCompile(`^(has|has not) performed (.+?)(?: (at least|at most|exactly) (\d{1,9}) times?)?(?: within the (?:past|last) (\d{1,9}) (\w+))?(?: \([^()]*\))?$`)

// customerIOSentence reads a sentence of the segment builder.
func (r *reader) customerIOSentence(n *source.Node) rule.Condition {
	m := customerIOPerformed.FindStringSubmatch(strings.TrimSpace(n.Text))
	if m == nil {
		return r.Fail(n, rule.ErrSyntax, "only sentences such as \"has not performed purchase within the past 7 days\" are read")
	}
	for _, word := range []string{" within ", " where ", " at least ", " at most ", " exactly ", " before ", " after "} {
		if strings.Contains(m[2]+" ", word) { // a part of the sentence that is no name of an event
			return r.Fail(n, rule.ErrSyntax, "%s is not read here: a sentence has a number of times, then \"within the past\" and days, and nothing behind them", source.Shortened(strings.TrimSpace(word)))
		}
	}
	var w rule.Window
	if m[5] != "" {
		s, ok := r.Span(&source.Node{Kind: source.Number, Text: m[5], Ref: n.Ref}, n, m[6])
		if !ok {
			return nil
		}
		w = build.LastSpan(s)
	}
	e := build.Events(r.Named(n, m[2]), nil)
	c := build.Did(e, w)
	if m[4] != "" {
		k, _ := strconv.ParseInt(m[4], 10, 64)
		c = build.Compare(build.CountOf(e, w), map[string]rule.Op{"at least": rule.OpGe, "at most": rule.OpLe, "exactly": rule.OpEq}[m[3]], rule.Int(k))
	}
	if m[1] == "has" {
		return c
	}
	if c = build.Not(c); m[4] == "" {
		c = build.Never(e, w)
	}
	if m[5] == "" {
		return c
	}
	first := rule.Metric{Agg: rule.AggFirst, Events: build.Events("*", nil)}
	r.Named(n, "created_at")
	return rule.And{c, rule.Or{
		rule.When{X: rule.Field("created_at"), Window: build.OlderThan(w.A)},
		rule.When{X: first, Window: build.OlderThan(w.A)},
	}}
}
