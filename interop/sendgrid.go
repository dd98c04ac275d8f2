package interop

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// SendGrid's segments, version 2: SELECT contact_id, updated_at FROM contact_data, with or
// without a JOIN of event_data, WHERE …, in SQL. Columns of the contact are its fields, list_ids its
// lists; event_type is the name of an event, event_timestamp its instant, the other columns of
// event_data are its properties.

func readSendGrid(r *reader, n *node) (s segment.Segment) {
	text := r.query(n, &s, "query_dsl", "query_json", "query_version", "parent_list_ids", "parent_list_id", "contacts_count", "created_at", "updated_at",
		"sample_updated_at", "next_sample_update", "contacts_sample", "status", "refreshes_used", "max_refreshes", "last_refreshed_at")
	q := &sql{prose: r.scan(text, spelling{quotes: "'\"`", backslash: true, comments: true, signs: sqlSigns}),
		column: sendGridColumn, call: sendGridCall, relation: sendGridTable}
	if q.saying("SELECT") {
		t := q.selected(nil)
		s.Condition = t.yes
	} else {
		q.wrong("SELECT is expected here")
	}
	q.sign(";")
	q.done()
	var lists []rule.Condition
	for _, member := range []string{"parent_list_ids", "parent_list_id"} {
		for _, id := range n.get(member).list() {
			if id.is(isText) && id.text != "" {
				lists = append(lists, rule.InList(r.named(id, id.text)))
			}
		}
	}
	if len(lists) > 0 {
		s.Condition = all(anyOf(lists...), s.Condition)
	}
	return s
}

// sqlSigns are the signs of SQL.
var sqlSigns = []string{"::", "<=", ">=", "<>", "!=", "=", "<", ">", "+", "-", "*", "/", "%", "(", ")", "[", "]", ",", ".", ";"}

func sendGridTable(q *sql, name token) (sqlTable, bool) {
	switch strings.ToLower(name.text) {
	case "contact_data":
		return sqlTable{name: name.text, of: sqlContact}, true
	case "event_data":
		return sqlTable{name: name.text, of: sqlEvent}, true
	}
	q.unknown(q.here(name), "table", name.text, "contact_data", "event_data")
	return sqlTable{}, false
}

// sendGridColumn is a column: without the name of its table one of the events if it is named so.
func sendGridColumn(q *sql, names []token) sqlValue {
	last := names[len(names)-1]
	v := sqlValue{at: q.here(names[0]), reads: sqlContact}
	word := strings.ToLower(last.text)
	ofEvent := strings.HasPrefix(word, "event_") || strings.HasPrefix(word, "mc_")
	if len(names) > 2 {
		q.fail(v.at, rule.ErrSyntax, "a column has one table")
	}
	if len(names) > 1 {
		t, ok := q.tableOf(names[0].text)
		if !ok {
			q.unknown(v.at, "table", names[0].text, q.aliases()...)
		}
		ofEvent = t.of == sqlEvent
	} else {
		here := q.tables[q.innermost():]
		has := func(of sqlReads) bool { return slices.ContainsFunc(here, func(t sqlTable) bool { return t.of == of }) }
		ofEvent = has(sqlEvent) && (ofEvent || !has(sqlContact))
	}
	switch {
	case word == "contact_id":
		v.role, v.x = sqlID, rule.Field("id")
		q.named(v.at, "id")
		return v
	case ofEvent && word == "event_type":
		v.role, v.reads = sqlEventName, sqlEvent|sqlSpecial
		return v
	case ofEvent && word == "event_timestamp":
		v.role, v.reads = sqlEventTime, sqlEvent|sqlSpecial
		return v
	case ofEvent:
		v.reads = sqlEvent
	case word == "list_ids":
		v.role = sqlLists
		return v
	case word == "alternate_emails" || word == "email_domains":
		v.role = sqlArray
	case word == "created_at" || word == "updated_at":
		v.timed = true
	}
	if slices.Contains(sendGridColumns, word) {
		last.text = word // the system's own columns have no case
	}
	f, ok := q.field(v.at, last.text)
	v.x, v.lost, v.may = f, !ok, []rule.Expr{f}
	return v
}

var sendGridColumns = []string{"email", "phone_number_id", "external_id", "anonymous_id", "first_name", "last_name", "alternate_emails", "address_line_1", "address_line_2",
	"city", "state_province_region", "postal_code", "country", "created_at", "updated_at", "email_domains", "phone_number", "whatsapp", "line", "facebook", "unique_name",
	"event_source", "mc_auto_id", "mc_auto_step_id", "mc_auto_name", "mc_campaign_id", "mc_stats"}

// innermost is the first table of the innermost statement.
func (q *sql) innermost() int {
	n := len(q.tables)
	for n > 0 && q.tables[n-1].level == q.tables[len(q.tables)-1].level {
		n--
	}
	return n
}

// aliases are the names that tables have here.
func (q *sql) aliases() (names []string) {
	for _, t := range q.tables {
		if names = append(names, t.name); t.alias != "" {
			names = append(names, t.alias)
		}
	}
	return names
}

func sendGridCall(q *sql, name token, args []sqlValue) (sqlValue, bool) {
	at := q.here(name)
	switch word := strings.ToLower(name.text); {
	case word == "array_contains" || word == "array_contains_all" || word == "array_contains_any":
		if len(args) < 2 {
			q.fail(at, rule.ErrSyntax, "%s has a column and values", word)
			return sqlValue{}, false
		}
		var parts []*sqlTest
		for _, v := range args[1:] {
			parts = append(parts, q.asTest(q.compared(args[0], rule.OpEq, v)))
		}
		t := joined(word != "array_contains_all", parts)
		return sqlValue{at: at, test: t, reads: t.reads}, true
	case (word == "timestampadd" || word == "dateadd" || word == "date_add") && len(args) == 3:
		n, ok := args[1].x.(rule.Value)
		unit := args[0].at.text
		whole, isInt := n.Int()
		u, isUnit := rule.UnitNamed(unit)
		if !isUnit {
			q.unknown(args[0].at, "unit of time", unit, "second", "minute", "hour", "day", "week", "month", "quarter", "year")
			return sqlValue{}, false
		}
		s := rule.Span{N: whole, Unit: u}
		if !ok || !isInt || !s.Valid() {
			q.fail(args[1].at, rule.ErrType, "a whole number is expected here")
			return sqlValue{}, false
		}
		return q.arith(rule.ArithAdd, args[2], sqlValue{at: args[1].at, x: s}), true
	}
	q.unknown(at, "function", name.text, "now", "array_contains", "timestampadd", "lower", "upper", "concat")
	return sqlValue{}, false
}
