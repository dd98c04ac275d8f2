package campaigns

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Braze's connected audiences: {AND: […]}, {OR: […]}, or a filter, an object with one member:
// custom_attribute, push_subscription_status, email_subscription_status, last_used_app. A negated comparison
// keeps users without a value. What counts events "in the last 7 days" rounds to days there:
// a loss.

// ReadBraze reads a definition of Braze; mistakes and losses gather in the reader.
func ReadBraze(from *source.Reader, n *source.Node) (s segment.Segment) {
	r := &reader{from}
	s.Condition = r.braze(n)
	return s
}

func (r *reader) braze(n *source.Node) rule.Condition {
	if !r.Object(n, "a filter") {
		return nil
	}
	if len(n.Names) != 1 {
		return r.Fail(n, rule.ErrSyntax, "a filter has one member")
	}
	in := n.Items[0]
	switch name := n.Names[0]; name {
	case "AND", "OR":
		var cs []rule.Condition
		for _, f := range r.Elements(in, "filters") {
			cs = append(cs, r.braze(f))
		}
		if name == "OR" {
			return build.AnyOf(cs...)
		}
		return build.All(cs...)
	case "custom_event", "purchase", "custom_event_in_days", "x_custom_event_in_y_days":
		return r.Omit(in, source.NeedRounding, "events in so many days, which are longer than days by up to one")
	case "custom_attribute":
		if !r.Object(in, "a custom attribute") {
			return nil
		}
		r.Only(in, "custom_attribute_name", "comparison", "value")
		attribute := in.Get("custom_attribute_name")
		if attribute.Str() == "" {
			return r.Fail(in, rule.ErrSyntax, "a custom attribute has a name")
		}
		x, ok := r.Field(attribute, attribute.Text)
		if !ok {
			return nil
		}
		return r.brazeTest(in, x)
	case "push_subscription_status", "email_subscription_status", "last_used_app", "random_bucket":
		if !r.Object(in, "a filter") {
			return nil
		}
		r.Only(in, "comparison", "value")
		if name == "random_bucket" {
			name = "random_bucket_number"
		}
		return r.brazeTest(in, rule.Field(r.Named(in, name)))
	}
	return r.Unknown(in, "filter", n.Names[0], "AND", "OR", "custom_attribute", "push_subscription_status", "email_subscription_status", "last_used_app", "random_bucket")
}

// brazeNegated are the comparisons that are complements.
var brazeNegated = map[string]string{"not_equal": "equals", "is_not": "is", "does_not_match_regex": "matches_regex", "does_not_include_value": "includes_value",
	"does_not_exist": "exists"}

func (r *reader) brazeTest(n *source.Node, x rule.Expr) rule.Condition {
	at, value := n.Get("comparison"), n.Get("value")
	word := at.Str()
	if positive, is := brazeNegated[word]; is {
		return build.Not(r.brazeComparison(n, at, x, positive, value))
	}
	return r.brazeComparison(n, at, x, word, value)
}

func (r *reader) brazeComparison(n, at *source.Node, x rule.Expr, word string, value *source.Node) rule.Condition {
	switch word {
	case "exists":
		return build.IsSet(x)
	case "matches_regex":
		return r.Matches(n, x, r.ValueOf(n, value).Str(), false)
	case "equals", "is", "includes_value":
		v, ok := r.Constant(r.ValueOf(n, value))
		switch {
		case !ok:
			return nil
		case word == "includes_value":
			return build.AnElement(x, build.Eq(rule.Elem{}, v))
		}
		return build.Eq(x, v)
	case "after", "before":
		v, ok := r.Moment(value.Str())
		if !ok {
			return r.Fail(r.ValueOf(n, value), rule.ErrType, "an instant is expected here, such as 2026-01-31T10:00:00Z")
		}
		if v = r.Midnight(v); word == "after" {
			return build.Compare(x, rule.OpGt, v)
		}
		return build.Compare(x, rule.OpLt, v)
	}
	if op, is := map[string]rule.Op{"greater_than": rule.OpGt, "greater_than_or_equal_to": rule.OpGe, "less_than": rule.OpLt, "less_than_or_equal_to": rule.OpLe}[word]; is {
		if v, ok := r.Number(r.ValueOf(n, value)); ok {
			return build.Compare(x, op, v)
		}
		return nil
	}
	if window, is := map[string]func(rule.Span) rule.Window{"less_than_x_days_ago": build.LastSpan, "greater_than_x_days_ago": build.OlderThan,
		"less_than_x_days_in_the_future": build.NextSpan, "greater_than_x_days_in_the_future": build.LaterThan}[word]; is {
		if s, ok := r.Span(r.ValueOf(n, value), n, "days"); ok {
			return rule.When{X: x, Window: window(s)}
		}
		return nil
	}
	if at == nil {
		at = n
	}
	return r.Unknown(at, "comparison", word, "equals", "not_equal", "is", "is_not", "matches_regex", "does_not_match_regex", "includes_value", "does_not_include_value",
		"greater_than", "greater_than_or_equal_to", "less_than", "less_than_or_equal_to", "exists", "does_not_exist", "after", "before",
		"less_than_x_days_ago", "greater_than_x_days_ago", "less_than_x_days_in_the_future", "greater_than_x_days_in_the_future")
}
