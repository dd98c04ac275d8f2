// Package dittofeed reads segments of Dittofeed.
//
// # Reading the code
//
// In reading order: dittofeed.go (nodes); event.go (tests of values and of events).
package dittofeed
