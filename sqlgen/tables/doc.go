// Package tables says where a host's database keeps what rules speak of: its contacts,
// their fields, events, lists, segments and the history of fields. It is plain data
// with a JSON form, and knows nothing of statements: package sqlgen writes those.
//
//	t := tables.Tables{
//		Contacts: tables.Relation{Table: "customers"},
//		ID:       tables.Column{Column: "id", Type: tables.TypeInteger},
//		Fields:   map[string]tables.Column{"country": {Column: "country", Type: tables.TypeText}},
//	}
//	err := t.Validate(tables.DialectPostgreSQL)
//
// # Reading order
//
//   - tables.go: the declaration, part by part.
//   - parse.go: its JSON form.
//   - related.go: other tables with rows that belong to a contact.
//   - check.go, check_related.go, check_kept.go: what may be wrong with it, and the schema of
//     the rules it allows; holds.go: which tables have which events.
//   - params.go: what may be wrong with the SQL of the host, and with its parameters.
//   - queryer.go: which database a connection leads to; verify*.go: a look at what is there.
//   - listmonk.go, mautic.go, notifuse.go: the tables of three products.
package tables
