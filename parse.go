package segment

import (
	"github.com/segmentrules/segment/internal/definition"
	"github.com/segmentrules/segment/internal/parser"
)

// A rule is read from text or from JSON; both give the same tree. The text
// language is in package internal/parser (its words are in grammar.ebnf), the
// JSON form in internal/definition (docs/definition.md). A host that knows its
// fields, events and lists reads with [Schema.Parse] and [ParseDefinition]
// instead, which check the names as well.

// Parse reads a rule text. It allows every name; [Schema.Parse] checks them.
// The error is [Errors], each with its place: several, where the text can be
// read on behind one. Its cost grows with the text, whatever the bytes; the
// default [Limits] bound depth and size. The result may share memory with text.
func Parse(text string) (Condition, error) { return parser.Parse(text) }

// MustParse is [Parse] for texts that are known to be right, such as
// constants: it panics where Parse gives an error.
func MustParse(text string) Condition { return parser.MustParse(text) }

// UnmarshalCondition reads a condition from definition JSON, or from rule text in a JSON
// string, which is what encoding/json makes of a condition, within the default limits. It refuses everything that is not exactly a condition: unknown and
// duplicate keys, unknown operators, empty groups, values of the wrong kind or
// out of range, anything behind the condition. The error is an [*Error] if the
// text is not JSON and else [Errors], in order of place, each with a JSON
// Pointer and the place in the text; up to [Limits].Errors are found in one
// pass. Its cost grows with the text.
func UnmarshalCondition(text []byte) (Condition, error) { return definition.UnmarshalCondition(text) }
