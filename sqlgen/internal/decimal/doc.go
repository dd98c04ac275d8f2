// Package decimal has numbers whose decimal expansion ends, of any size: what
// databases hold exactly in columns of integers and decimals, and what most
// constants of rules are. It knows nothing of SQL and nothing of rules.
//
// The one word to know is the grid of a scale: the multiples of 1 / 10^scale, such
// as the whole numbers (scale 0) or the hundredths (scale 2).
//
// # Reading order
//
// decimal.go is all of it.
package decimal
