// Package schemas has the tables of seven products, as a host of theirs would map
// them: listmonk and Notifuse (PostgreSQL), Mautic and EspoCRM (MariaDB), one like
// PostHog's (ClickHouse), Odoo (PostgreSQL), and a web shop of our own on every engine.
//
// Each has a folder with the tables (schema.sql), with what a marketer asks of them
// (rules.txt, a rule a line), and, where package sqlgen has no ready mapping, with the
// mapping (tables.json). A file of Go makes the data: rows as such products have them,
// the dirty ones among them (values that are missing, rows twice, rows that point to
// nothing, days of zeros, JSON of another form), and beside them the contacts as rules
// must see them. The test asks every rule at ten instants.
//
// # Reading order
//
//   - schemas.go: what a schema is; all of them.
//   - data.go: rows and contacts, made side by side; literal.go: rows as SQL.
//   - one file for each product.
package schemas
