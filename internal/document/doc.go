// Package document reads fields out of a JSON document in one pass, without
// building a tree of it. A program says once which paths it asks for; a scan
// checks the whole text and finds all of them on the way.
//
// The pass checks all that reading the document as a value checks: a field is
// there exactly if the text is a document. So a host may give bytes that nobody
// has looked at.
//
// scan.go the pass; value.go the values that it finds.
package document
