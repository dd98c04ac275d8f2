// Package jquery reads rules of jQuery QueryBuilder.
//
// # Reading the code
//
// In reading order: jquery.go is all of it.
package jquery
