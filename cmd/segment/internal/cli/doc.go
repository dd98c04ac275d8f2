// Package cli is the command segment: its subcommands, one a file, and what they have in
// common. It takes the world around it as a [Std], and returns an exit code, so that tests
// run it within their process.
//
// # Words
//
//   - fault: one thing wrong, as it is printed, in text or in JSON.
//   - given: what a subcommand is told by its flags and arguments.
//   - found: the work is done and something was found, which the exit code 1 says.
//
// # Reading the code
//
// In reading order; no file names what a later one declares.
//
//   - around: std.go (streams, environment, clock), stdin.go, exit.go (exit codes), style.go (colours),
//     app.go (flags of all subcommands, output), faults.go (errors)
//   - what is given: given.go (rules and instants), files.go (files of rows), contact.go (one
//     contact), tables.go (where a database keeps contacts), tally.go (a rule over a file)
//   - rules: check.go, fmt.go, sql.go, interop.go with import.go and export.go
//   - contacts: eval.go, explain.go, next.go, count.go, preview.go, replay.go
//   - databases and stores: checkdb.go, page.go and serve.go, verify.go
//   - version.go, and root.go: all of them together
package cli
