// Package twilio reads audiences in the query language of Twilio Segment.
//
// # Reading the code
//
// In reading order: twilio.go (chains and comparisons); chain.go (terms); stream.go (streams of
// events and entities).
package twilio
