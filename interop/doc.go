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
// [Export] writes conditions for the systems of [Exports]; what these cannot say is a loss,
// too. A query of react-querybuilder comes back as it was, but for what changed: see
// [Options].Tree.
//
// # Reading the code
//
// In reading order: options.go; loss.go; node.go (JSON with places); reader.go (what all
// importers share); compare.go (tests against constants); window.go (spans of time, windows,
// events); fit.go (constants and errors by a schema); operators.go (tests of query builders);
// sqlnull.go (the logic of SQL); like.go (patterns of LIKE); moment.go (instants, days and
// zones); scan.go and prose.go (definitions that are text: tokens, AND, OR and NOT); sql.go and
// sql_*.go (SQL); export.go (what all writers share); then a file, or a few with one prefix,
// for each system; systems.go (the table of them, Import and Export).
//
// Query builders and rules as data: react.go, react_rule.go, react_export.go, react_merge.go;
// jquery.go; mongo.go, mongo_ops.go, mongo_expr.go, mongo_export.go, mongo_export_list.go;
// jsonlogic.go, jsonlogic_value.go, jsonlogic_list.go, jsonlogic_export.go. Products each begin
// with the file of their name.
package interop
