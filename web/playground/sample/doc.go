// Package sample makes up the shop that the playground shows: a thousand customers with what
// they did in ninety days, eight segments that have been active for the last thirty of them,
// and a clock that stands until the page pushes it. It is the same every time.
//
// # Reading the code
//
// words.go (names, places, the schema, the segments), customer.go (one customer), deeds.go
// (what customers do), shop.go (all of it as a host), serve.go (a call of the page, answered
// by the handler without a network).
package sample
