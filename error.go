package segment

import "github.com/segmentrules/segment/rule"

// An Error is one thing wrong with a rule, a definition or a document, and its
// place. Error is one line for logs; [rule.Error.Snippet] shows the place.
type Error = rule.Error

// Errors are several errors, in order of place. errors.Is and errors.As see
// each of them.
type Errors = rule.Errors

// A Code says what kind of error an [Error] is. It is an error itself, so that
// errors.Is(err, ErrSyntax) works.
type Code = rule.Code

// The codes.
const (
	ErrSyntax  = rule.ErrSyntax  // the text or JSON is not a rule
	ErrUnknown = rule.ErrUnknown // a name, operator, key or zone that does not exist
	ErrType    = rule.ErrType    // kinds that do not fit together
	ErrValue   = rule.ErrValue   // a value that is not allowed: NaN, out of range, an invalid pattern
	ErrLimit   = rule.ErrLimit   // something is larger than a limit allows
	ErrCycle   = rule.ErrCycle   // a definition that refers to itself

	// ErrNotFound: what is asked for by its id is not there, a contact or a segment (404);
	// a name within a rule that stands for nothing is ErrUnknown (400).
	ErrNotFound = rule.ErrNotFound
)

// Limits bound what a rule may ask for: the size of its text, its depth, how
// many conditions and values it has. A zero field means the default, such as
// [rule.DefaultDepth].
type Limits = rule.Limits
