// Package corpus gives tests the files of testdata, and the checks of a rule's
// text that more than one of them makes. Only tests import it: those of the
// folder above, of tests, and of conformance.
//
// The files, each with an introduction or a test that says how it is written:
//
//	rules.txt        rules, with their canonical form
//	broken.txt       texts that are no rules, with the errors
//	sentences.txt    what grammar.ebnf says at random; conformance writes it
//	definitions.txt  definitions as JSON, written, read and refused
package corpus
