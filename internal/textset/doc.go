// Package textset looks texts up: is this text one of many, does this text
// contain that one, and which of many names is nearest to a misspelt one. It knows
// nothing of rules.
//
// set.go: [TextSet], a hash table for the values of an IN, and a needle for
// CONTAINS, both without allocation once made. nearest.go: the nearest name, for
// errors that end in "did you mean".
package textset
