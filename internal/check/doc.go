// Package check finds what is wrong with a tree by itself, without a schema:
// nodes that are nil or foreign, constants out of range, patterns, nets and zones
// that do not exist, and more of anything than the limits allow.
//
// The parser and the JSON reader ask it about single parts as they read; hosts
// that build trees by hand meet it in Compile and MarshalCondition. Its cost is
// bounded by the limits, whatever the tree.
//
// check.go the walk over conditions; expr.go expressions, sequences and
// windows; value.go constants.
package check
