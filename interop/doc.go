// Package interop reads the segments of other systems as conditions, and writes conditions
// for some of them.
//
//	s, losses, err := interop.Import("klaviyo", definition, schema)
//
// Each system has its own meaning of a missing value, of letter case, of windows, weeks and
// empty groups. The condition says that meaning out, so that its answer is the system's: of
// Klaviyo, `city != "Boston"` becomes `city != "Boston" AND city IS SET`. What a rule cannot say is a
// [Loss], with its place and with what it would take.
//
// # Reading the code
//
// In reading order: options.go; loss.go; node.go (JSON with places); reader.go (what all
// importers share); compare.go (tests against constants); window.go (spans of time, windows,
// events); fit.go (constants and errors by a schema); operators.go
// (tests of query builders); sqlnull.go (the logic of SQL); then a file, or a few with one prefix, for each system; systems.go (the
// table of them, and Import).
package interop
