// Package target is what all writers of definitions share: losses with their places in the
// condition, conditions in simpler words for systems that lack some, and objects of JSON.
//
// # Reading the code
//
// In reading order: writer.go (losses, and conditions written out); members.go (the members of an
// object that is written).
package target
