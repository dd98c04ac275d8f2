// Package numeric compares and adds numbers as programs do it: without
// allocation, and without rounding.
//
// range.go: a [Range] is what comparisons with constants leave of the numbers,
// asked of an int64, a uint64 or a float64 at once. sum.go: a [Sum] adds decimals
// as they stand in JSON text, in units of a common last digit, and goes over to
// fractions where int64 ends.
package numeric
