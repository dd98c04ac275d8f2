package interop

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// OneSignal's filters: a flat list of {field, relation, value}, with {operator: "OR"} between; AND binds
// tighter, and is meant where nothing stands between. Tags are texts; > and < read numbers
// from them, which is not quite as there (a loss). Hours may have a fraction.

func readOneSignal(r *reader, n *node) (s segment.Segment) {
	if n.is(isObject) {
		r.only(n, "filters", "id", "name", "description", "app_id", "created_at", "updated_at", "is_active", "read_only", "source")
		s.ID, s.Name, n = n.get("id").scalar(), n.get("name").str(), n.get("filters")
	}
	var groups, group []rule.Condition
	for _, f := range r.elements(n, "filters") {
		if !r.object(f, "a filter") {
			continue
		}
		if op := f.get("operator"); op != nil {
			r.only(f, "operator")
			if word, ok := r.word(op, "operator", "AND", "OR"); ok && word == "OR" {
				groups, group = append(groups, all(group...)), nil
			}
			continue
		}
		group = append(group, r.oneSignal(f))
	}
	s.Condition = anyOf(append(groups, all(group...))...)
	return s
}

func (r *reader) oneSignal(n *node) rule.Condition {
	r.only(n, "field", "key", "relation", "value", "hours_ago", "radius", "lat", "long")
	field := n.get("field")
	switch name := field.str(); name {
	case "location":
		return r.omit(n, needGeo, "users within a radius of a place")
	case "tag":
		key := n.get("key")
		if key.str() == "" {
			return r.fail(n, rule.ErrSyntax, "a tag has a key")
		}
		x, ok := r.field(key, key.str())
		if !ok {
			return nil
		}
		return r.oneSignalTest(n, x, true)
	case "last_session", "first_session":
		s, ok := r.span(r.valueOf(n, n.get("hours_ago")), n, "hours")
		if !ok {
			return nil
		}
		x := rule.Field(r.named(field, name))
		switch relation := n.get("relation").str(); relation {
		case ">":
			return rule.When{X: x, Window: olderThan(s)}
		case "<":
			return rule.When{X: x, Window: lastSpan(s)}
		default:
			return r.oneSignalUnknown(n, relation, ">", "<")
		}
	case "session_count", "session_time", "amount_spent", "language", "country", "app_version", "email", "device_type", "external_id", "test_type":
		return r.oneSignalTest(n, rule.Field(r.named(field, name)), false)
	}
	if field == nil {
		return r.fail(n, rule.ErrSyntax, "a filter has a field")
	}
	return r.unknown(field, "field", field.str(), "tag", "last_session", "first_session", "session_count", "session_time", "amount_spent", "language", "country",
		"app_version", "email", "device_type", "external_id", "location")
}

func (r *reader) oneSignalUnknown(n *node, relation string, known ...string) rule.Condition {
	at := n.get("relation")
	if at == nil {
		at = n
	}
	return r.unknown(at, "relation", relation, known...)
}

// oneSignalTest is what is asked of a tag, or of a field of the user.
func (r *reader) oneSignalTest(n *node, x rule.Expr, tag bool) rule.Condition {
	value, relation := n.get("value"), n.get("relation").str()
	if n.get("relation") == nil && !tag {
		relation = "="
	}
	switch relation {
	case "exists":
		return isSet(x)
	case "not_exists":
		return rule.IsNull{X: x}
	case "in_array":
		return oneOf(x, commaTexts(r.valueOf(n, value).str()), false)
	case "not_in_array":
		return not(oneOf(x, commaTexts(r.valueOf(n, value).str()), false))
	case "=", "!=":
		v, ok := r.oneSignalValue(n, x, value, tag)
		if !ok {
			return nil
		}
		if c := eq(x, v); relation == "!=" {
			return not(c)
		}
		return eq(x, v)
	case ">", "<":
		op := map[string]rule.Op{">": rule.OpGt, "<": rule.OpLt}[relation]
		if x == rule.Expr(rule.Field("app_version")) {
			return compare(rule.Call{Fn: rule.FnVersion, Args: []rule.Expr{x}}, op, rule.Text(r.valueOf(n, value).scalar()))
		}
		v, ok := r.number(r.valueOf(n, value))
		if !ok {
			return nil
		}
		if tag {
			x = rule.Call{Fn: rule.FnNumber, Args: []rule.Expr{x}}
			r.change(n, needCast, "a text that is no decimal number, such as an empty one, may be one there")
		}
		return compare(x, op, v)
	case "time_elapsed_gt", "time_elapsed_lt":
		s, ok := r.span(r.valueOf(n, value), n, "seconds")
		if !ok {
			return nil
		}
		since := rule.Call{Fn: rule.FnUnix, Args: []rule.Expr{rule.Call{Fn: rule.FnNumber, Args: []rule.Expr{x}}}}
		if relation == "time_elapsed_gt" {
			return rule.When{X: since, Window: olderThan(s)}
		}
		return rule.When{X: since, Window: lastSpan(s)}
	}
	return r.oneSignalUnknown(n, relation, "=", "!=", ">", "<", "exists", "not_exists", "in_array", "not_in_array", "time_elapsed_gt", "time_elapsed_lt")
}

// oneSignalValue is a constant: of a tag a text; of the fields that are numbers a number.
func (r *reader) oneSignalValue(n *node, x rule.Expr, value *node, tag bool) (rule.Value, bool) {
	switch {
	case tag && value.is(isNumber):
		return rule.Text(value.text), true
	case x == rule.Expr(rule.Field("session_count")) || x == rule.Expr(rule.Field("session_time")) || x == rule.Expr(rule.Field("amount_spent")):
		return r.number(r.valueOf(n, value))
	}
	return r.constant(r.valueOf(n, value))
}
