// Package passing says when a membership may change though no row does: which of the
// instants that a rule asks of pass which edges, and how long after each. An event
// leaves IN LAST 7 days seven days after it was; a trial that ends WITHIN NEXT 3 days
// enters three days before it ends.
//
// It knows rules and no SQL. What is left out is late for somebody, so whatever it cannot
// tell it says it cannot; one passing too many is harmless.
//
// # Words
//
//   - Source: rows with an instant each, of one kind: events of a name, a field of the
//     contact, the joinings of a list, the changes of a field.
//   - Shift: how long after an instant an edge passes it.
//   - Line: an expression that moves with time as now does, or not at all.
//
// # Reading order
//
// passing.go: sources, and what adds shifts to them. tests.go: the tests of a rule, one
// kind after the other. line.go: comparisons with now.
package passing
