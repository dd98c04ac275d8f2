// Package size has two measures that the parts of an index share: how much memory
// things take, and how long lengths of time are.
//
// Memory is counted as Go gives it out, in classes of sizes, without stopping
// writers for long: a [Sizer] goes step by step from a value to all it leads to. A
// [Length] is exact where [time.Duration] would overflow, after 292 years.
//
// Files: size.go (memory), length.go (time).
package size
