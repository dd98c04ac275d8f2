// Package parser reads rule text into a tree. The grammar is grammar.ebnf at the
// top of the repository; one method reads one of its rules.
//
// The parser is predictive: the next one or two tokens decide what is read. It
// goes on behind an error where it can, at the next AND, OR or closing
// parenthesis, so that one pass finds several. Trees have no positions: the parser
// records beside the tree where each node stands, in the order in which the nodes
// are written, and an error about a tree finds its place by the number of the node.
//
// # Reading order
//
// parser.go the doors, groups and NOT; leaf.go which condition starts here;
// compare.go and predicate.go what stands behind an expression; expr.go and
// literal.go expressions and constants; event.go counts of events and sequences;
// window.go windows of time, bounds.go what they lie between, attach.go whose a window is that
// ends a test; each.go conditions on the elements of a list; error.go
// messages; place.go where nodes stand;
// respell.go texts in the spelling of other languages, and the fix of an error.
package parser
