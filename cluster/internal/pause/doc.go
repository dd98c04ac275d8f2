// Package pause waits for a while, or until a context ends: what workers, engines and
// producers do between two attempts.
//
// # Reading the code
//
// All of it is in pause.go.
package pause
