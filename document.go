package segment

import (
	"bytes"
	"fmt"
	"iter"
	"time"

	"github.com/segmentrules/segment/internal/document"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
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
	var s document.Scanner
	var cells [1]document.Cell
	if !s.Document(d, document.OnePath(rule.Field(path).Names()), cells[:]) || cells[0].Raw == "" {
		return Value{}
	}
	return s.RawValue(cells[0].Raw)
}

// Events yields nothing.
func (d Document) Events(string) iter.Seq[Event] { return func(func(Event) bool) {} }

// List returns false: a document is on no list.
func (d Document) List(string) (joined time.Time, ok bool) { return time.Time{}, false }

// Segment returns false: a document is in no segment.
func (d Document) Segment(string) bool { return false }

// History yields nothing.
func (d Document) History(string) iter.Seq[Change] { return func(func(Change) bool) {} }

// NewDocument checks that the text is a JSON object and returns it as a
// [Document], which keeps the slice: do not change it. See [ParseJSON] for what
// is refused.
func NewDocument(text []byte) (Document, error) {
	if err := rule.CheckJSON(text, Limits{}.WithDefaults()); err != nil {
		return nil, err
	}
	if start := jsontext.SkipSpace(text, 0); text[start] != '{' {
		return nil, rule.JSONError(text, start, ErrSyntax, fmt.Sprintf("expected a JSON object, found %s", jsontext.KindName(text[start])))
	}
	return Document(text), nil
}

// Value returns the whole document as an object value, invalid if it is not JSON.
func (d Document) Value() Value { return JSON(d) }

// MarshalJSON returns the document as it is, after checking it: null if it is
// empty, an error if it is not a JSON object.
func (d Document) MarshalJSON() ([]byte, error) {
	if len(d) == 0 {
		return []byte("null"), nil
	}
	return NewDocument(d)
}

// UnmarshalJSON keeps a copy of the text, which must be a JSON object or null.
func (d *Document) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*d = nil
		return nil
	}
	checked, err := NewDocument(bytes.Clone(text))
	if err != nil {
		return err
	}
	*d = checked
	return nil
}
