// Package dbcheck compares what a database answers with what Go answers: for each segment the
// contacts of the statement that sqlgen writes, and those that a program matches among the
// contacts that sqlgen loads from the same tables. All of it is read in one transaction.
//
// # Reading the code
//
// In reading order; no file names what a later one declares.
//
//   - report.go: what is found
//   - open.go: a database by its name
//   - inside.go: who is in, by Go
//   - run.go: the comparison
package dbcheck
