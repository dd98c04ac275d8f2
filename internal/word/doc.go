// Package word says how the words of rule text are spelt: which runes make a
// bare name, which words are kept for the language, and when a word is a keyword.
// It knows nothing of rules, so that the printer in package rule and the lexer
// above it have one answer.
//
// word.go is all of it.
package word
