// Package race says whether the race detector is on. Tests that count
// allocations ask it: sync.Pool then drops what it is given now and then, on
// purpose, so that allocations cannot be counted.
//
// on.go and off.go hold the one constant, for the one case and the other.
package race
