// Package unomi reads segments of Apache Unomi.
//
// # Reading the code
//
// In reading order: unomi.go (conditions); property.go (comparisons of a property); window.go (when
// events count); event.go (past events).
package unomi
