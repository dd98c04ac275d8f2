// Package definition reads and writes the JSON form of a rule, which editors
// and APIs use. docs/definition.md describes it for people,
// definition.schema.json for programs. Reading what was written gives an equal
// tree.
//
// The reader accepts exactly what the form allows: an unknown or repeated key is
// an error, with the nearest key that is right. It finds several errors in one
// pass, each with a JSON Pointer and a line and column.
//
// # Reading order
//
// words.go and operators.go the names of everything; write.go and write_expr.go
// from tree to text; read.go the doors of reading; read_object.go an object and
// its keys; read_leaf.go, read_expr.go, read_value.go, read_period.go,
// read_window.go the parts;
// place.go where an error about the tree stands in the text.
package definition
