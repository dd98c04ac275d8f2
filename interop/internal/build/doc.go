// Package build makes conditions, windows and expressions of their parts, as all importers need
// them: tests against constants, groups that leave out what is not in the rule, spans of time, and
// events within windows. It knows nothing of definitions and their places.
//
// # Reading the code
//
// In reading order: compare.go (tests of one expression against constants); conditions.go
// (conditions made of others); windows.go (spans of time, windows, events); kinds.go (texts as
// values of the kinds that a schema says).
package build
