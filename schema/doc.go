// Package schema is what a host says of its contacts: which fields there are
// and of which kind, which events, lists and segments, and which fields are
// calculated from others. A [Schema] does three things with a rule, once, when the
// rule is read:
//
//   - [Schema.Parse] reads rule text with the host's own names: `Opened >= 5
//     emails` counts the event that has the alias "Opened" and the noun "emails".
//   - [Schema.Check] reports every name that does not exist, with the nearest that
//     does, and every comparison whose kinds do not fit.
//   - [Schema.Resolve] writes into the tree what only the schema knows: aliases,
//     calculated fields, collations, epochs, the first day of the week. What
//     evaluates a rule afterwards needs no schema.
//
// # Declared kinds
//
// Where a field, a property, an element or a calculated field is a time or a date,
// text there that reads as one is one, however it is spelt: `opened > sent` becomes
// TIME(opened) > TIME(sent), and `sent <= "2025-12-01"` becomes sent <= 2025-12-01.
// With Coerce numeric text is its number, by NUMBER(x). The mark is put only where text
// may stand beside text. Text there that reads as neither compares with nothing.
//
// # Reading order
//
// schema.go the types; validate.go a schema that contradicts itself; json.go and
// read.go its JSON form; names.go and kinds.go what a name stands for and of
// which kind an expression is; check.go and check_expr.go; resolve.go; declared.go; parse.go;
// sheet.go, sheet_fields.go and sheet_language.go, the schema as a page for who writes rules.
package schema
