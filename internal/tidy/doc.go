// Package tidy reads the code of this module and says where it breaks the rules
// of the house that a compiler does not know: which package may import which,
// which file may name what another declares, how large things may get, and that
// each file says what it is about. Only the tests use it that are called tidy_test.go: that on
// top of the repository, and those of nested modules, which ask for less (nested.go).
//
// Floors. Every package stands on a floor, and imports only packages of floors
// below: the tree of a rule knows nothing of its parser, the parser nothing of
// an index. Two packages of one floor do not know one another.
//
// Chapters. A large package is a book with chapters in an order, each some
// files: no file names what a file of a later chapter declares. So it can be
// read from the first chapter on, and whoever changes a chapter needs to look
// only at those behind it.
//
// A use that breaks one of the two is an arrow upward.
//
// In reading order: house.go (the tables: floors, chapters, numbers), load.go
// (packages and their syntax), floors.go, chapters.go, files.go, dead.go,
// surface.go, nested.go.
package tidy
