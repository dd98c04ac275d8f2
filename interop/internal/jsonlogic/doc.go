// Package jsonlogic reads and writes rules of JsonLogic, with the truth and the comparisons of
// JavaScript.
//
// # Reading the code
//
// In reading order: jsonlogic.go (conditions); value.go (values and comparisons);
// extreme.go (comparisons with max and min); list.go (some, all, none, filter); export.go (a condition as a rule).
package jsonlogic
