// Package tally counts and previews a rule over files of contacts, whatever their size: it
// holds some chunks of the files in memory, and no contact longer than its chunk.
//
//	r, err := tally.Run(ctx, in, tally.Question{Condition: c, At: now, Preview: true})
//
// Counts and the funnel are those of [segment.Program]. How many match only because a value
// is missing, package index finds: contacts that match are put into an index, some thousand at
// a time, which is asked for its preview.
//
// # Reading the code
//
// In reading order; no file names what a later one declares.
//
//   - question.go: what is asked, and what is found
//   - missing.go: matches only because a value is missing
//   - chunk.go: the contacts of a chunk decided
//   - run.go: the files from beginning to end
package tally
