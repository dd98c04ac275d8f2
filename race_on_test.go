//go:build race

package segment

// underRace: sync.Pool then drops what it is given now and then, on purpose, so
// that allocations cannot be counted.
const underRace = true
