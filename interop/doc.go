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
// In reading order: options.go; loss.go; systems.go (the table of the systems); import.go;
// export.go. All else is in packages below:
//
//   - internal/build: conditions, windows and expressions of their parts.
//   - internal/source: definitions with places, readers, and losses.
//   - internal/target: what all writers share.
//   - internal/sqltext: conditions in SQL.
//   - Query builders and rules as data: internal/react, internal/jquery, internal/mongo,
//     internal/jsonlogic.
//   - Products, alone: internal/dittofeed, internal/hubspot, internal/klaviyo, internal/mautic,
//     internal/posthog, internal/shopify, internal/twilio, internal/unomi.
//   - Products, several in one: internal/campaigns, internal/flags, internal/mailsql.
package interop
