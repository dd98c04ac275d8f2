// Package tests holds the tests of the library that see only what a host sees:
// the meaning of every operator line by line (evaluate, next, sequence,
// formula), explanations beside golden files, the laws that hold of all rules
// and contacts (property), the corpus of rules and of broken texts, the pages
// for hosts (definition_page, spellings, guide, cookbook), hostile input, and what
// linting and Next cost.
//
// The tests that look inside a package lie beside its code.
package tests
