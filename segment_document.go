package segment

import (
	"iter"
	"time"
)

// A Document is a contact's fields, or an event's properties, as the text of a
// JSON object, read in place. It holds no events, lists, segments or history.
// Make one with [NewDocument], which checks the text; of text that is not a
// JSON object every field is missing.
type Document []byte

// Field returns the value at the path. See [Contact].
func (d Document) Field(path string) Value { return d.Value().At(Field(path).Names()...) }

// Events yields nothing.
func (d Document) Events(string) iter.Seq[Event] { return func(func(Event) bool) {} }

// List returns false: a document is on no list.
func (d Document) List(string) (joined time.Time, ok bool) { return time.Time{}, false }

// Segment returns false: a document is in no segment.
func (d Document) Segment(string) bool { return false }

// History yields nothing.
func (d Document) History(string) iter.Seq[Change] { return func(func(Change) bool) {} }
