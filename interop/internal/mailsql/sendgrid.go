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

// SendGrid's segments, version 2: SELECT contact_id, updated_at FROM contact_data, with or
// without a JOIN of event_data, WHERE …, in SQL. Columns of the contact are its fields, list_ids its
// lists; event_type is the name of an event, event_timestamp its instant, the other columns of
// event_data are its properties.

// ReadSendGrid reads a definition of SendGrid; mistakes and losses gather in the reader.
func ReadSendGrid(r *source.Reader, n *source.Node) (s segment.Segment) {
	text := r.Query(n, &s, "query_dsl", "query_json", "query_version", "parent_list_ids", "parent_list_id", "contacts_count", "created_at", "updated_at",
		"sample_updated_at", "next_sample_update", "contacts_sample", "status", "refreshes_used", "max_refreshes", "last_refreshed_at")
	q := &sqltext.Query{Prose: r.Scan(text, source.Spelling{Quotes: "'\"`", Backslash: true, Comments: true, Signs: sqlSigns}),
		Column: sendGridColumn, Call: sendGridCall, Relation: sendGridTable}
	if q.Saying("SELECT") {
		t := q.Selected(nil)
		s.Condition = t.Yes
	} else {
		q.Wrong("SELECT is expected here")
	}
	q.Sign(";")
	q.Done()
	var lists []rule.Condition
	for _, member := range []string{"parent_list_ids", "parent_list_id"} {
		for _, id := range n.Get(member).List() {
			if id.Is(source.Text) && id.Text != "" {
				lists = append(lists, rule.InList(r.Named(id, id.Text)))
			}
		}
	}
	if len(lists) > 0 {
		s.Condition = build.All(build.AnyOf(lists...), s.Condition)
	}
	return s
}

// sqlSigns are the signs of SQL.
var sqlSigns = []string{"::", "<=", ">=", "<>", "!=", "=", "<", ">", "+", "-", "*", "/", "%", "(", ")", "[", "]", ",", ".", ";"}

func sendGridTable(q *sqltext.Query, name source.Token) (sqltext.Table, bool) {
	switch strings.ToLower(name.Text) {
	case "contact_data":
		return sqltext.Table{Name: name.Text, Of: sqltext.Contact}, true
	case "event_data":
		return sqltext.Table{Name: name.Text, Of: sqltext.Event}, true
	}
	q.Unknown(q.Here(name), "table", name.Text, "contact_data", "event_data")
	return sqltext.Table{}, false
}

// sendGridColumn is a column: without the name of its table one of the events if it is named so.
func sendGridColumn(q *sqltext.Query, names []source.Token) sqltext.Value {
	last := names[len(names)-1]
	v := sqltext.Value{At: q.Here(names[0]), Reads: sqltext.Contact}
	word := strings.ToLower(last.Text)
	ofEvent := strings.HasPrefix(word, "event_") || strings.HasPrefix(word, "mc_")
	if len(names) > 2 {
		q.Fail(v.At, rule.ErrSyntax, "a column has one table")
	}
	if len(names) > 1 {
		t, ok := q.TableOf(names[0].Text)
		if !ok {
			q.Unknown(v.At, "table", names[0].Text, q.Aliases()...)
		}
		ofEvent = t.Of == sqltext.Event
	} else {
		here := q.Tables[q.Innermost():]
		has := func(of sqltext.Reads) bool {
			return slices.ContainsFunc(here, func(t sqltext.Table) bool { return t.Of == of })
		}
		ofEvent = has(sqltext.Event) && (ofEvent || !has(sqltext.Contact))
	}
	switch {
	case word == "contact_id":
		v.Role, v.X = sqltext.ID, rule.Field("id")
		q.Named(v.At, "id")
		return v
	case ofEvent && word == "event_type":
		v.Role, v.Reads = sqltext.EventName, sqltext.Event|sqltext.Special
		return v
	case ofEvent && word == "event_timestamp":
		v.Role, v.Reads = sqltext.EventTime, sqltext.Event|sqltext.Special
		return v
	case ofEvent:
		v.Reads = sqltext.Event
	case word == "list_ids":
		v.Role = sqltext.Lists
		return v
	case word == "alternate_emails" || word == "email_domains":
		v.Role = sqltext.Array
	case word == "created_at" || word == "updated_at":
		v.Timed = true
	}
	if slices.Contains(sendGridColumns, word) {
		last.Text = word // the system's own columns have no case
	}
	f, ok := q.Field(v.At, last.Text)
	v.X, v.Lost, v.May = f, !ok, []rule.Expr{f}
	return v
}

var sendGridColumns = []string{"email", "phone_number_id", "external_id", "anonymous_id", "first_name", "last_name", "alternate_emails", "address_line_1", "address_line_2",
	"city", "state_province_region", "postal_code", "country", "created_at", "updated_at", "email_domains", "phone_number", "whatsapp", "line", "facebook", "unique_name",
	"event_source", "mc_auto_id", "mc_auto_step_id", "mc_auto_name", "mc_campaign_id", "mc_stats"}

func sendGridCall(q *sqltext.Query, name source.Token, args []sqltext.Value) (sqltext.Value, bool) {
	at := q.Here(name)
	switch word := strings.ToLower(name.Text); {
	case word == "array_contains" || word == "array_contains_all" || word == "array_contains_any":
		if len(args) < 2 {
			q.Fail(at, rule.ErrSyntax, "%s has a column and values", word)
			return sqltext.Value{}, false
		}
		var parts []*sqltext.Test
		for _, v := range args[1:] {
			parts = append(parts, q.AsTest(q.Compared(args[0], rule.OpEq, v)))
		}
		t := sqltext.Joined(word != "array_contains_all", parts)
		return sqltext.Value{At: at, Test: t, Reads: t.Reads}, true
	case (word == "timestampadd" || word == "dateadd" || word == "date_add") && len(args) == 3:
		n, ok := args[1].X.(rule.Value)
		unit := args[0].At.Text
		whole, isInt := n.Int()
		u, isUnit := rule.UnitNamed(unit)
		if !isUnit {
			q.Unknown(args[0].At, "unit of time", unit, "second", "minute", "hour", "day", "week", "month", "quarter", "year")
			return sqltext.Value{}, false
		}
		s := rule.Span{N: whole, Unit: u}
		if !ok || !isInt || !s.Valid() {
			q.Fail(args[1].At, rule.ErrType, "a whole number is expected here")
			return sqltext.Value{}, false
		}
		return q.Arith(rule.ArithAdd, args[2], sqltext.Value{At: args[1].At, X: s}), true
	}
	q.Unknown(at, "function", name.Text, "now", "array_contains", "timestampadd", "lower", "upper", "concat")
	return sqltext.Value{}, false
}
