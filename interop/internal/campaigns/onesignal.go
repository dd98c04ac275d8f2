package campaigns

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// OneSignal's filters: a flat list of {field, relation, value}, with {operator: "OR"} between; AND binds
// tighter, and is meant where nothing stands between. Tags are texts; > and < read numbers
// from them, which is not quite as there (a loss). Hours may have a fraction.

// ReadOneSignal reads a definition of OneSignal; mistakes and losses gather in the reader.
func ReadOneSignal(from *source.Reader, n *source.Node) (s segment.Segment) {
	r := &reader{from}
	if n.Is(source.Object) {
		r.Only(n, "filters", "id", "name", "description", "app_id", "created_at", "updated_at", "is_active", "read_only", "source")
		s.ID, s.Name, n = n.Get("id").Scalar(), n.Get("name").Str(), n.Want("filters")
	}
	var groups, group []rule.Condition
	for _, f := range r.Elements(n, "filters") {
		if !r.Object(f, "a filter") {
			continue
		}
		if op := f.Get("operator"); op != nil {
			r.Only(f, "operator")
			if word, ok := r.Word(op, "operator", "AND", "OR"); ok && word == "OR" {
				groups, group = append(groups, build.All(group...)), nil
			}
			continue
		}
		group = append(group, r.oneSignal(f))
	}
	s.Condition = build.AnyOf(append(groups, build.All(group...))...)
	return s
}

func (r *reader) oneSignal(n *source.Node) rule.Condition {
	r.Only(n, "field", "key", "relation", "value", "hours_ago", "radius", "lat", "long")
	field := n.Get("field")
	switch name := field.Str(); name {
	case "location":
		return r.Omit(n, source.NeedGeo, "users within a radius of a place")
	case "tag":
		key := n.Get("key")
		if key.Str() == "" {
			return r.Fail(n, rule.ErrSyntax, "a tag has a key")
		}
		x, ok := r.Field(key, key.Str())
		if !ok {
			return nil
		}
		return r.oneSignalTest(n, x, true)
	case "last_session", "first_session":
		s, ok := r.Span(r.ValueOf(n, n.Get("hours_ago")), n, "hours")
		if !ok {
			return nil
		}
		x := rule.Field(r.Named(field, name))
		switch relation := n.Get("relation").Str(); relation {
		case ">":
			return rule.When{X: x, Window: build.OlderThan(s)}
		case "<":
			return rule.When{X: x, Window: build.LastSpan(s)}
		default:
			return r.oneSignalUnknown(n, relation, ">", "<")
		}
	case "session_count", "session_time", "amount_spent", "language", "country", "app_version", "email", "device_type", "external_id", "test_type":
		return r.oneSignalTest(n, rule.Field(r.Named(field, name)), false)
	}
	if field == nil {
		return r.Fail(n, rule.ErrSyntax, "a filter has a field")
	}
	return r.Unknown(field, "field", field.Str(), "tag", "last_session", "first_session", "session_count", "session_time", "amount_spent", "language", "country",
		"app_version", "email", "device_type", "external_id", "location")
}

func (r *reader) oneSignalUnknown(n *source.Node, relation string, known ...string) rule.Condition {
	at := n.Get("relation")
	if at == nil {
		at = n
	}
	return r.Unknown(at, "relation", relation, known...)
}

// oneSignalTest is what is asked of a tag, or of a field of the user.
func (r *reader) oneSignalTest(n *source.Node, x rule.Expr, tag bool) rule.Condition {
	value, relation := n.Get("value"), n.Get("relation").Str()
	if n.Get("relation") == nil && !tag {
		relation = "="
	}
	switch relation {
	case "exists":
		return build.IsSet(x)
	case "not_exists":
		return rule.IsNull{X: x}
	case "in_array":
		return build.OneOf(x, build.CommaTexts(r.ValueOf(n, value).Str()), false)
	case "not_in_array":
		return build.Not(build.OneOf(x, build.CommaTexts(r.ValueOf(n, value).Str()), false))
	case "=", "!=":
		v, ok := r.oneSignalValue(n, x, value, tag)
		if !ok {
			return nil
		}
		if c := build.Eq(x, v); relation == "!=" {
			return build.Not(c)
		}
		return build.Eq(x, v)
	case ">", "<":
		op := map[string]rule.Op{">": rule.OpGt, "<": rule.OpLt}[relation]
		if x == rule.Expr(rule.Field("app_version")) {
			return build.Compare(rule.Call{Fn: rule.FnVersion, Args: []rule.Expr{x}}, op, rule.Text(r.ValueOf(n, value).Scalar()))
		}
		v, ok := r.Number(r.ValueOf(n, value))
		if !ok {
			return nil
		}
		if tag {
			x = rule.Call{Fn: rule.FnNumber, Args: []rule.Expr{x}}
			r.Change(n, source.NeedCast, "a text that is no decimal number, such as an empty one, may be one there")
		}
		return build.Compare(x, op, v)
	case "time_elapsed_gt", "time_elapsed_lt":
		s, ok := r.Span(r.ValueOf(n, value), n, "seconds")
		if !ok {
			return nil
		}
		since := rule.Call{Fn: rule.FnUnix, Args: []rule.Expr{rule.Call{Fn: rule.FnNumber, Args: []rule.Expr{x}}}}
		if relation == "time_elapsed_gt" {
			return rule.When{X: since, Window: build.OlderThan(s)}
		}
		return rule.When{X: since, Window: build.LastSpan(s)}
	}
	return r.oneSignalUnknown(n, relation, "=", "!=", ">", "<", "exists", "not_exists", "in_array", "not_in_array", "time_elapsed_gt", "time_elapsed_lt")
}

// oneSignalValue is a constant: of a tag a text; of the fields that are numbers a number.
func (r *reader) oneSignalValue(n *source.Node, x rule.Expr, value *source.Node, tag bool) (rule.Value, bool) {
	switch {
	case tag && value.Is(source.Number):
		return rule.Text(value.Text), true
	case x == rule.Expr(rule.Field("session_count")) || x == rule.Expr(rule.Field("session_time")) || x == rule.Expr(rule.Field("amount_spent")):
		return r.Number(r.ValueOf(n, value))
	}
	return r.Constant(r.ValueOf(n, value))
}
