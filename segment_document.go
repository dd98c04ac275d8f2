package segment

import (
	"iter"
	"time"
)

// A Document is a contact's fields, or an event's properties, as the text of a
// JSON object, read in place. It holds no events, lists, segments or history.
// Make one with [NewDocument], which checks the text. Of bytes that it would
// refuse every field is missing, for they are checked whenever they are read:
// that is part of the one pass that finds the fields. Do not change the bytes
// while values read from them are in use.
type Document []byte

// Field returns the value at the path, in one pass over the text. See [Contact].
func (d Document) Field(path string) Value {
	var s scanner
	var cells [1]cell
	if !s.document(d, onePath(Field(path).Names()), cells[:]) || cells[0].raw == "" {
		return Value{}
	}
	return s.rawValue(cells[0].raw)
}

// Events yields nothing.
func (d Document) Events(string) iter.Seq[Event] { return func(func(Event) bool) {} }

// List returns false: a document is on no list.
func (d Document) List(string) (joined time.Time, ok bool) { return time.Time{}, false }

// Segment returns false: a document is in no segment.
func (d Document) Segment(string) bool { return false }

// History yields nothing.
func (d Document) History(string) iter.Seq[Change] { return func(func(Change) bool) {} }
