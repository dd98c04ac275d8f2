// Package spelling reads rule text as people type it who know SQL, a spreadsheet or
// another product, and rewrites it as the language has it: `email LIKE "%@x.org"` as
// `email ENDS WITH "@x.org"`.
//
// It works on tokens, before a tree is made, and is asked only where the parser does
// not understand a text. So no text that the parser reads can come to mean something
// else. A spelling of which only one meaning makes sense is accepted ([Accepted]); where
// something has to be guessed the result is a proposal, with what was guessed
// ([Proposed]), and is never taken for the rule itself.
//
// # Reading order
//
// spelling.go the doors; token.go tokens; pattern.go what a pattern is and how it is
// matched; accepted.go the spellings that are accepted; hints.go those that are guessed;
// value.go dates, numbers and texts as they are typed; clause.go parts of sentences.
package spelling
