// Package source is what all importers share: a definition as a tree of values with their places,
// and the reader in which mistakes and losses gather. An importer asks the reader for the parts of
// a definition; what is not of their form is an error at its place, and what a rule cannot say is
// a loss.
//
// # Reading the code
//
// In reading order: options.go; node.go (JSON with places); reader.go (a reader, its errors and
// limits); loss.go (what a rule cannot say); parts.go (constants, members and lists of a
// definition); span.go and moment.go (lengths of time, instants, days and zones); fit.go (names,
// and errors that only a schema finds); like.go (patterns of LIKE); sqlnull.go (the logic of SQL);
// operators.go (tests of query builders); scan.go and prose.go (definitions that are text: tokens,
// AND, OR and NOT).
package source
