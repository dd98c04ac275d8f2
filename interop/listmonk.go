package interop

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// listmonk's queries of subscribers: a condition in PostgreSQL's SQL over the table subscribers.
// Its columns are fields, attribs an object; a view of a campaign is an event campaign_view, a
// click a link_click, and subscriber_lists are lists. What else PostgreSQL has is refused.

func readListmonk(r *reader, n *node) (s segment.Segment) {
	q := &sql{prose: r.scan(r.query(n, &s, "query"), spelling{quotes: `'"`, comments: true,
		signs: append([]string{"->>", "->", "#>>", "#>", "?|", "?&", "?", "@>", "||"}, sqlSigns...)}),
		column: listmonkColumn, call: listmonkCall, relation: listmonkTable,
		tables: []sqlTable{{name: "subscribers", of: sqlContact, level: -1}}}
	s.Condition = q.sqlCondition().holds(false)
	q.done()
	return s
}

func listmonkTable(q *sql, name token) (sqlTable, bool) {
	switch strings.ToLower(name.text) {
	case "campaign_views":
		return sqlTable{name: name.text, of: sqlEvent, event: "campaign_view"}, true
	case "link_clicks":
		return sqlTable{name: name.text, of: sqlEvent, event: "link_click"}, true
	case "subscriber_lists":
		return sqlTable{name: name.text, of: sqlEvent, lists: true}, true
	case "subscribers":
		return sqlTable{name: name.text, of: sqlContact}, true
	}
	q.unknown(q.here(name), "table", name.text, "subscribers", "campaign_views", "link_clicks", "subscriber_lists")
	return sqlTable{}, false
}

var listmonkColumns = []string{"id", "uuid", "email", "name", "status", "created_at", "updated_at", "attribs"}

// listmonkColumn is a column, with the path into attribs behind it.
func listmonkColumn(q *sql, names []token) sqlValue {
	v := sqlValue{at: q.here(names[0]), reads: sqlContact}
	t := q.tables[len(q.tables)-1]
	if len(names) > 1 {
		var ok bool
		if t, ok = q.tableOf(names[0].text); !ok {
			q.unknown(v.at, "table", names[0].text, q.aliases()...)
			v.lost = true
			return v
		}
	}
	word := strings.ToLower(names[len(names)-1].text)
	own := t.of == sqlContact || len(names) == 1 && slices.Contains(listmonkColumns, word) && word != "created_at" && word != "id" &&
		!(t.lists && (word == "status" || word == "updated_at"))
	switch {
	case len(names) > 2:
		q.fail(v.at, rule.ErrSyntax, "a column has one table")
	case own && word == "id" || word == "subscriber_id":
		v.role, v.x = sqlID, rule.Field("id")
		return v
	case own && !slices.Contains(listmonkColumns, word):
		q.unknown(v.at, "column", word, listmonkColumns...)
		v.lost = true
		return v
	case own && word == "attribs":
		return q.attribute(v)
	case own:
		v.timed = word == "created_at" || word == "updated_at"
	case t.lists && word == "list_id":
		v.role, v.reads = sqlEventName, sqlEvent|sqlSpecial
		return v
	case word == "created_at" && !t.lists:
		v.role, v.reads = sqlEventTime, sqlEvent|sqlSpecial
		return v
	default:
		v.reads = sqlEvent
	}
	f, ok := q.field(v.at, word)
	v.x, v.lost, v.may = f, !ok, []rule.Expr{f}
	return v
}

// attribute reads the way into attribs: -> and ->> with names, #> and #>> with a list of them.
func (q *sql) attribute(v sqlValue) sqlValue {
	path := []string{"attribs"}
	for {
		several := q.follows("#>") || q.follows("#>>")
		if !q.sign("->") && !q.sign("->>") && !q.sign("#>") && !q.sign("#>>") {
			break
		}
		t := q.take()
		switch {
		case t.kind == numberToken:
			q.omit(v.at, needListSum, "the element of a list at a place")
			v.lost = true
		case t.kind != quotedToken || t.text == "":
			q.next--
			q.wrong("a name in quotes is expected here")
			v.lost = true
		case several:
			path = append(path, strings.Split(strings.Trim(t.text, "{}"), ",")...)
		default:
			path = append(path, t.text)
		}
	}
	f := rule.Path(path...)
	q.named(v.at, string(f))
	v.x, v.may = f, []rule.Expr{f}
	switch {
	case len(path) == 1 && q.sign("?"):
		return q.key(v)
	case q.sign("@>"):
		return q.holding(v)
	}
	return v
}

// key reads what is behind attribs ?: an attribute that there must be.
func (q *sql) key(v sqlValue) sqlValue {
	t := q.take()
	if t.kind != quotedToken || t.text == "" {
		q.next--
		q.wrong("a name in quotes is expected here")
		return q.leaf(nil, v)
	}
	f := rule.Path("attribs", t.text)
	q.named(q.here(t), string(f))
	return q.both(v, isSet(f), rule.IsNull{X: f})
}

// holding reads what is behind @>: JSON that the attribute must hold.
func (q *sql) holding(v sqlValue) sqlValue {
	t := q.take()
	at := q.here(t)
	text, err := parse([]byte(t.text))
	if t.kind != quotedToken || err != nil {
		q.fail(at, rule.ErrSyntax, "JSON in quotes is expected here")
		return q.leaf(nil, v)
	}
	c := q.held(at, v.x, text)
	return q.postfixed(q.leaf(c, v))
}

// postfixed goes over a cast to JSON behind a constant.
func (q *sql) postfixed(v sqlValue) sqlValue {
	if q.sign("::") {
		q.cast(sqlValue{at: v.at}, q.take())
	}
	return v
}

// held holds if a field holds what a JSON value has: all members of an object, all elements of
// a list.
func (q *sql) held(at *node, x rule.Expr, n *node) rule.Condition {
	f, isField := x.(rule.Field)
	var cs []rule.Condition
	switch {
	case n.is(isObject) && isField:
		for i, name := range n.names {
			part := rule.Path(append(f.Names(), name)...)
			q.named(at, string(part))
			cs = append(cs, q.held(at, part, n.items[i]))
		}
	case n.is(isList) && isField:
		for _, e := range n.items {
			cs = append(cs, anElement(f, q.held(at, rule.Elem{}, e)))
		}
	case n.is(isText) || n.is(isNumber) || n.is(isBool):
		n.line, n.column, n.ref = at.line, at.column, at.ref
		if v, ok := q.constant(n); ok {
			return eq(x, v)
		}
		return nil
	default:
		return q.omit(at, needNull, "null, or lists of objects, in JSON that is held")
	}
	return all(cs...)
}

func listmonkCall(q *sql, name token, args []sqlValue) (sqlValue, bool) {
	at := q.here(name)
	if strings.EqualFold(name.text, "jsonb_array_length") && len(args) == 1 && args[0].x != nil {
		v := args[0]
		v.x = rule.Call{Fn: rule.FnLength, Args: []rule.Expr{v.x}}
		return v, true
	}
	q.unknown(at, "function", name.text, "now", "lower", "upper", "concat", "jsonb_array_length")
	return sqlValue{}, false
}
