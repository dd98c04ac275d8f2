// Package cell reads what a driver of database/sql hands out for one cell of a
// row as a value of a rule.
//
// Drivers differ: for one number they give an int64, a float64, a string, a
// []byte or a type of their own. The statements of the loader ask for each value
// in a form that loses nothing, mostly as a text; this package takes that form
// from whatever Go type it comes in. What does not read as its form is missing.
package cell
