// Package suites reads test data that was written elsewhere, by other hands
// and for other programs, and says it in this module's terms: the rules of the
// suites as conditions, their contacts as records, the tables of the data sets
// as contacts with events. So every implementation of a segment can be held
// against answers that nobody here wrote.
//
// The data lies beside the project and is not part of it; see [Dir].
//
// # Reading order
//
// rule*.go from a suite's rule to a condition; case.go single answers; story.go
// answers over time; dataset.go tables of contacts and events, and what is
// expected of them; course.go and replay.go the same through a whole history.
package suites
