// Package contacts reads contacts, and events that lie in a file of their own, from rows of
// NDJSON and CSV. It reads no more of a row than the rules that are asked about: what a rule
// does not read cannot change its answer.
//
// # How a contact is written
//
// A line of NDJSON is an object of the contact's fields:
//
//	{"id": "ann", "country": "US", "company": {"size": 40}}
//
// or, if it has a member "fields" that is an object, the contact with its parts:
//
//	{"id": "ann", "fields": {"country": "US"}, "events": [{"name": "opened", "at": "2026-03-01T09:00:00Z"}],
//	 "lists": {"vip": "2026-01-01T00:00:00Z"}, "segments": ["active"], "changes": {"plan": [{"at": "…", "value": "pro"}]}}
//
// "log" is another word for "events"; "lists" may be a list of names, too, or of objects
// {"list", "joined_at"} as the HTTP interface has them.
//
// A row of CSV has its fields under the names of the first row, of which a dot leads into an
// object (company.size). An empty cell is a missing value. What kind of value a column holds,
// the schema says; of a column that it does not know the first rows tell: see kinds.go.
//
// An event in a file of its own is a line {"contact", "name", "at", "id", "props"}, or an
// update with events as POST /v1/import takes it; or a row of CSV with the columns contact,
// name, at and id, and its properties in the others.
//
// # Reading the code
//
// In reading order; no file names what a later one declares.
//
//   - needs.go: what the rules read
//   - rows.go: rows and what is wrong with them
//   - kinds.go: cells of CSV as values; table.go: its columns
//   - log.go: events within a contact; parts.go: lists and history; lines.go: contacts as NDJSON
//   - rowscsv.go: contacts as CSV; parser.go: either
//   - owned.go: events in a file of their own; events.go: all of them in memory
//   - merge.go: both files sorted by contact, side by side
//   - updates.go: logs of updates
package contacts
