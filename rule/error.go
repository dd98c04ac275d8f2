package rule

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/segmentrules/segment/internal/jsontext"
)

// What is wrong with a rule, a definition or a document: an [Error] with a code, a place
// and the nearest right name, and [Errors], several in order of place. Error is one line for
// logs, Snippet the line of the source with a caret.

// Errorf returns an error without a place, with a message as of [fmt.Sprintf].
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Msg: fmt.Sprintf(format, args...)}
}

// maxSnippet is the longest line that an error keeps to show its place in.
const maxSnippet = 1_000

// Locate sets the place of an error to a byte offset of the text it is about.
func (e *Error) Locate(text string, offset int) {
	offset = min(offset, len(text))
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	e.Offset = offset
	e.Line = strings.Count(text[:start], "\n") + 1
	e.Column = utf8.RuneCountInString(text[start:offset]) + 1
	line := text[start:]
	if end := strings.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	e.source = ""
	if len(line) <= maxSnippet {
		e.source = strings.TrimSuffix(line, "\r")
	}
}

// LocateJSON is [Error.Locate] for a JSON text.
func (e *Error) LocateJSON(text []byte, offset int) {
	e.Offset = offset
	e.Line, e.Column, e.source = jsontext.PlaceOf(text, offset)
}

// A Code says what kind of error an [Error] is. It is an error itself, so that
// errors.Is(err, ErrSyntax) works.
type Code string

// The codes.
const (
	ErrSyntax  Code = "syntax"  // the text or JSON is not a rule
	ErrUnknown Code = "unknown" // a name, operator, key or zone that does not exist
	ErrType    Code = "type"    // kinds that do not fit together
	ErrValue   Code = "value"   // a value that is not allowed: NaN, out of range, an invalid pattern
	ErrLimit   Code = "limit"   // something is larger than a limit allows
	ErrCycle   Code = "cycle"   // a definition that refers to itself

	// ErrNotFound: what is asked for by its id is not there, a contact or a segment (404);
	// a name within a rule that stands for nothing is ErrUnknown (400).
	ErrNotFound Code = "not_found"
)

// Error returns the code as a word.
func (c Code) Error() string { return string(c) }

// An Error is one thing wrong with a rule, a definition or a document, and its
// place. Error is one line for logs; [Error.Snippet] shows the place.
type Error struct {
	Code       Code   `json:"code"`
	Line       int    `json:"line,omitempty"`       // from 1; 0 if the place is not known
	Column     int    `json:"column,omitempty"`     // from 1, in characters
	Offset     int    `json:"offset"`               // from 0, in bytes
	Path       string `json:"path"`                 // JSON Pointer into a definition, an update or a schema; may be empty, as where no definition can say a tree: then Msg starts with the way in it
	Msg        string `json:"message"`              // what is wrong, and what was expected
	Suggestion string `json:"suggestion,omitempty"` // the nearest name that would be right; may be empty
	// Fix is the whole rule as it was probably meant, in canonical text that parses. Of
	// several errors about one text the first has it. It is a guess, for a person to look
	// at, and may be empty.
	Fix string `json:"fix,omitempty"`

	source string // the line the error is in, for Snippet
	tree   string // where in a tree it is, see [Error.StandAt]
	inTree bool
}

// StandAt sets the place of an error to a node of a tree. Path says it as Go would write
// it, until the place in a text or in a definition is known.
func (e *Error) StandAt(t *Trail) {
	e.tree, e.inTree = t.Path(), true
	e.Path = e.tree
}

// TreePath is the way to the node of a tree that an error is about, as [Trail.Path]
// writes it; "" for the root, and for errors about anything else.
func (e *Error) TreePath() string { return e.tree }

// Error returns one line: place, message and suggestion, or else the fix.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Line > 0 {
		fmt.Fprintf(&b, "%d:%d: ", e.Line, e.Column)
	}
	if e.Path != "" {
		fmt.Fprintf(&b, "%s: ", lineBreaks.Replace(e.Path))
	}
	b.WriteString(lineBreaks.Replace(e.Msg))
	if e.Suggestion != "" {
		fmt.Fprintf(&b, "; did you mean %s?", lineBreaks.Replace(e.Suggestion))
	}
	if e.Suggestion == "" && e.Fix != "" {
		fmt.Fprintf(&b, "; write %s", lineBreaks.Replace(e.Fix))
	}
	return b.String()
}

// lineBreaks keeps a message on one line, whatever a key or a pattern holds.
var lineBreaks = strings.NewReplacer("\n", `\n`, "\r", `\r`)

// Unwrap returns the code.
func (e *Error) Unwrap() error { return e.Code }

// Snippet returns the line of the source with a caret under the place, and
// "" if the error has no source.
func (e *Error) Snippet() string {
	if e.source == "" || e.Column == 0 {
		return ""
	}
	var caret strings.Builder
	column := 1
	for _, r := range e.source {
		if column >= e.Column {
			break
		}
		if r == '\t' {
			caret.WriteRune('\t')
		} else {
			caret.WriteRune(' ')
		}
		column++
	}
	return e.source + "\n" + caret.String() + "^"
}

// Errors is everything wrong, in order of place. It is never empty when it is
// returned as an error.
type Errors []*Error

// Error returns the first error's line, and how many more there are.
func (es Errors) Error() string {
	switch len(es) {
	case 0:
		return "no errors"
	case 1:
		return es[0].Error()
	}
	return fmt.Sprintf("%s (and %d more)", es[0].Error(), len(es)-1)
}

// Unwrap returns the errors, for errors.Is and errors.As.
func (es Errors) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}

// ErrorOrNil returns the errors as an error, nil if there are none.
func (es Errors) ErrorOrNil() error {
	if len(es) == 0 {
		return nil
	}
	return es
}

// Unlocated reports whether an error is about a tree, and has no place in a text yet. A
// Path that starts with a slash, of an error about no node, is a JSON Pointer into a
// schema, which is about something else.
func Unlocated(e *Error) bool {
	return e.Line == 0 && (e.inTree || !strings.HasPrefix(e.Path, "/"))
}

// InOrder sorts the errors by their place, and returns them as an error, nil if there
// are none.
func (es Errors) InOrder() error {
	slices.SortStableFunc(es, func(a, b *Error) int { return a.Offset - b.Offset })
	return es.ErrorOrNil()
}

// ErrorsOf returns the errors that an error is made of: those of the [Errors], or the
// [Error], that is found in it, else one of code [ErrSyntax] that says the same; none
// for nil.
func ErrorsOf(err error) (es Errors) {
	var one *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &es):
		return es
	case errors.As(err, &one):
		return Errors{one}
	}
	return Errors{Errorf(ErrSyntax, "%s", err)}
}
