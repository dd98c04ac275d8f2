// Package textset looks texts up: is this text one of many, does this text
// contain that one, are two the same but for their case, and which of many names is
// nearest to a misspelt one. It knows nothing of rules.
//
// set.go: [Set], a hash table for the values of an IN, and [Needle], one text for
// CONTAINS, both without allocation once made. nearest.go: [Nearest], for errors that
// end in "did you mean". fold.go: [Folded], for comparisons that ignore case. keys.go:
// the keys of a map in order.
package textset
