// Package calendar is arithmetic on days, months and instants in a zone. It
// knows nothing of rules.
//
// A day is a number: days since 1 January 1970. A [Length] is a length of time
// wider than time.Duration. Months clamp: a month after 31 January is the last day
// of February. A day starts at the first instant that the zone's clock shows on
// it, which is not midnight where the clock is put forward over it. Every function
// is a pure function of its arguments, in constant time.
//
// calendar.go is all of it. The zone database of the Go distribution is linked in,
// so that a zone means the same on every machine.
package calendar
