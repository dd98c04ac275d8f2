// Package structs reads Go structs as values: which field has which name, where
// in memory it is, and what a Go type is read as. It knows nothing of contacts.
//
// A [Form] is what a type is read as, found out once by its methods and its kind.
// An [Access] is the way from a struct's start to the value at a path, worked out
// once for a type and a path; reading it takes no look at the type again.
//
// form.go what types are read as; names.go the fields of a struct and their
// names; access.go the way to a field; read.go values; fields.go the types as a
// tree, and what in it cannot be read.
package structs
