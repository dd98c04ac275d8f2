package mailsql

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/interop/internal/sqltext"
	"github.com/segmentrules/segment/rule"
)

// listmonk's queries of subscribers: a condition in PostgreSQL's SQL over the table subscribers.
// Its columns are fields, attribs an object; a view of a campaign is an event campaign_view, a
// click a link_click, and subscriber_lists are lists. What else PostgreSQL has is refused.

// ReadListmonk reads a definition of listmonk; mistakes and losses gather in the reader.
func ReadListmonk(r *source.Reader, n *source.Node) (s segment.Segment) {
	q := &sqltext.Query{Prose: r.Scan(r.Query(n, &s, "query"), source.Spelling{Quotes: `'"`, Comments: true,
		Signs: append([]string{"->>", "->", "#>>", "#>", "?|", "?&", "?", "@>", "||"}, sqlSigns...)}),
		Column: listmonkColumn, Call: listmonkCall, Relation: listmonkTable,
		Tables: []sqltext.Table{{Name: "subscribers", Of: sqltext.Contact, Level: -1}}}
	s.Condition = q.Where().Holds(false)
	q.Done()
	return s
}

func listmonkTable(q *sqltext.Query, name source.Token) (sqltext.Table, bool) {
	switch strings.ToLower(name.Text) {
	case "campaign_views":
		return sqltext.Table{Name: name.Text, Of: sqltext.Event, Event: "campaign_view"}, true
	case "link_clicks":
		return sqltext.Table{Name: name.Text, Of: sqltext.Event, Event: "link_click"}, true
	case "subscriber_lists":
		return sqltext.Table{Name: name.Text, Of: sqltext.Event, Lists: true}, true
	case "subscribers":
		return sqltext.Table{Name: name.Text, Of: sqltext.Contact}, true
	}
	q.Unknown(q.Here(name), "table", name.Text, "subscribers", "campaign_views", "link_clicks", "subscriber_lists")
	return sqltext.Table{}, false
}

var listmonkColumns = []string{"id", "uuid", "email", "name", "status", "created_at", "updated_at", "attribs"}

// listmonkColumn is a column, with the path into attribs behind it.
func listmonkColumn(q *sqltext.Query, names []source.Token) sqltext.Value {
	v := sqltext.Value{At: q.Here(names[0]), Reads: sqltext.Contact}
	t := q.Tables[len(q.Tables)-1]
	if len(names) > 1 {
		var ok bool
		if t, ok = q.TableOf(names[0].Text); !ok {
			q.Unknown(v.At, "table", names[0].Text, q.Aliases()...)
			v.Lost = true
			return v
		}
	}
	word := strings.ToLower(names[len(names)-1].Text)
	own := t.Of == sqltext.Contact || len(names) == 1 && slices.Contains(listmonkColumns, word) && word != "created_at" && word != "id" &&
		!(t.Lists && (word == "status" || word == "updated_at"))
	switch {
	case len(names) > 2:
		q.Fail(v.At, rule.ErrSyntax, "a column has one table")
	case own && word == "id" || word == "subscriber_id":
		v.Role, v.X = sqltext.ID, rule.Field("id")
		return v
	case own && !slices.Contains(listmonkColumns, word):
		q.Unknown(v.At, "column", word, listmonkColumns...)
		v.Lost = true
		return v
	case own && word == "attribs":
		return attribute(q, v)
	case own:
		v.Timed = word == "created_at" || word == "updated_at"
	case t.Lists && word == "list_id":
		v.Role, v.Reads = sqltext.EventName, sqltext.Event|sqltext.Special
		return v
	case word == "created_at" && !t.Lists:
		v.Role, v.Reads = sqltext.EventTime, sqltext.Event|sqltext.Special
		return v
	default:
		v.Reads = sqltext.Event
	}
	f, ok := q.Field(v.At, word)
	v.X, v.Lost, v.May = f, !ok, []rule.Expr{f}
	return v
}

// attribute reads the way into attribs: -> and ->> with names, #> and #>> with a list of them.
func attribute(q *sqltext.Query, v sqltext.Value) sqltext.Value {
	path := []string{"attribs"}
	for {
		several := q.Follows("#>") || q.Follows("#>>")
		if !q.Sign("->") && !q.Sign("->>") && !q.Sign("#>") && !q.Sign("#>>") {
			break
		}
		t := q.Take()
		switch {
		case t.Kind == source.NumberToken:
			q.Omit(v.At, source.NeedListSum, "the element of a list at a place")
			v.Lost = true
		case t.Kind != source.QuotedToken || t.Text == "":
			q.Next--
			q.Wrong("a name in quotes is expected here")
			v.Lost = true
		case several:
			path = append(path, strings.Split(strings.Trim(t.Text, "{}"), ",")...)
		default:
			path = append(path, t.Text)
		}
	}
	f := rule.Path(path...)
	q.Named(v.At, string(f))
	v.X, v.May = f, []rule.Expr{f}
	switch {
	case len(path) == 1 && q.Sign("?"):
		return key(q, v)
	case q.Sign("@>"):
		return holding(q, v)
	}
	return v
}

// key reads what is behind attribs ?: an attribute that there must be.
func key(q *sqltext.Query, v sqltext.Value) sqltext.Value {
	t := q.Take()
	if t.Kind != source.QuotedToken || t.Text == "" {
		q.Next--
		q.Wrong("a name in quotes is expected here")
		return q.Leaf(nil, v)
	}
	f := rule.Path("attribs", t.Text)
	q.Named(q.Here(t), string(f))
	return q.Both(v, build.IsSet(f), rule.IsNull{X: f})
}

// holding reads what is behind @>: JSON that the attribute must hold.
func holding(q *sqltext.Query, v sqltext.Value) sqltext.Value {
	t := q.Take()
	at := q.Here(t)
	text, err := source.Parse([]byte(t.Text))
	if t.Kind != source.QuotedToken || err != nil {
		q.Fail(at, rule.ErrSyntax, "JSON in quotes is expected here")
		return q.Leaf(nil, v)
	}
	c := held(q, at, v.X, text)
	return postfixed(q, q.Leaf(c, v))
}

// postfixed goes over a cast to JSON behind a constant.
func postfixed(q *sqltext.Query, v sqltext.Value) sqltext.Value {
	if q.Sign("::") {
		q.Cast(sqltext.Value{At: v.At}, q.Take())
	}
	return v
}

// held holds if a field holds what a JSON value has: all members of an object, all elements of
// a list.
func held(q *sqltext.Query, at *source.Node, x rule.Expr, n *source.Node) rule.Condition {
	f, isField := x.(rule.Field)
	var cs []rule.Condition
	switch {
	case n.Is(source.Object) && isField:
		for i, name := range n.Names {
			part := rule.Path(append(f.Names(), name)...)
			q.Named(at, string(part))
			cs = append(cs, held(q, at, part, n.Items[i]))
		}
	case n.Is(source.List) && isField:
		for _, e := range n.Items {
			cs = append(cs, build.AnElement(f, held(q, at, rule.Elem{}, e)))
		}
	case n.Is(source.Text) || n.Is(source.Number) || n.Is(source.Bool):
		n.Line, n.Column, n.Ref = at.Line, at.Column, at.Ref
		if v, ok := q.Constant(n); ok {
			return build.Eq(x, v)
		}
		return nil
	default:
		return q.Omit(at, source.NeedNull, "null, or lists of objects, in JSON that is held")
	}
	return build.All(cs...)
}

func listmonkCall(q *sqltext.Query, name source.Token, args []sqltext.Value) (sqltext.Value, bool) {
	at := q.Here(name)
	if strings.EqualFold(name.Text, "jsonb_array_length") && len(args) == 1 && args[0].X != nil {
		v := args[0]
		v.X = rule.Call{Fn: rule.FnLength, Args: []rule.Expr{v.X}}
		return v, true
	}
	q.Unknown(at, "function", name.Text, "now", "lower", "upper", "concat", "jsonb_array_length")
	return sqltext.Value{}, false
}
