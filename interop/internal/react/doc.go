// Package react reads and writes queries of react-querybuilder. A query that was read and is
// written again stays as it was, but for what changed.
//
// # Reading the code
//
// In reading order: react.go (groups); rule.go (rules); export.go (a condition as a query);
// merge.go (a changed condition in the query that it was read from).
package react
