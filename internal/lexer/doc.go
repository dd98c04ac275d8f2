// Package lexer cuts rule text into tokens: names, numbers, quoted texts,
// instants, signs. It allocates nothing but the quoted texts that hold an escape,
// and its cost grows with the text.
//
// lexer.go has the tokens. zones.go lists the names of zones, which the parser
// offers where one is misspelt.
package lexer
