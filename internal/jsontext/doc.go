// Package jsontext checks JSON text before anything else looks at it. It knows
// nothing of rules, and reports what is wrong as an offset and a message, which
// the packages above turn into errors of their own.
//
// JSON readers disagree about duplicate names, invalid UTF-8, half a surrogate
// pair and huge numbers, and some recurse as deep as the text says. The scan
// refuses all of that in one pass that neither recurses nor allocates more than
// the text is long. Only then is the text given to gjson.
//
// scan.go: [Scan]. source.go: a [Source] is a checked text that is read in place,
// value by value, without a tree of it in memory. place.go: the line and column of an
// offset. number.go: how a number is written, and what it may be. quote.go: how a text
// is written, whole or shortened for a message.
package jsontext
