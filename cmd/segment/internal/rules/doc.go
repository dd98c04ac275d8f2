// Package rules reads what the command is told of rules: rule text, definitions as JSON,
// files of segments, schemas.
//
// # Reading the code
//
// In reading order; no file names what a later one declares.
//
//   - text.go: where a rule comes from
//   - read.go: a rule read against a schema, with what is wrong with it
//   - segments.go: files of definitions
//   - inline.go: a rule that names segments, with their rules in their place
//   - schema.go: schemas from files
package rules
