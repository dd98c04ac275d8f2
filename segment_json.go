package segment

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// JSON returns the value that a JSON text is: objects and arrays whole,
// numbers exact. Text that is not JSON gives an invalid value; [ParseJSON]
// says what is wrong with it.
func JSON[T ~string | ~[]byte](text T) Value {
	if len(text) > DefaultBytes { // before it is copied
		return Value{kind: KindInvalid}
	}
	v, err := ParseJSON([]byte(text))
	if err != nil {
		return Value{kind: KindInvalid}
	}
	return v
}

// ParseJSON reads a JSON text as a value. It refuses what JSON readers disagree
// about: duplicate names, invalid UTF-8, half a surrogate pair, numbers beyond
// float64, anything behind the value, and nesting or size beyond the default
// limits. An error is an [*Error] with the place. Its cost grows with the text.
func ParseJSON(text []byte) (Value, error) {
	if err := checkJSON(text, Limits{}.withDefaults()); err != nil {
		return Value{}, err
	}
	return readJSON(gjson.ParseBytes(text)), nil
}

// checkJSON makes a text safe to hand to gjson, whose validator recurses
// without bound and lets invalid UTF-8 and duplicate names pass.
func checkJSON(text []byte, l Limits) error {
	s := jsonScan{text: text, depth: l.Depth, strict: true}
	return faultError(text, s.run(l.Bytes))
}

// faultError is what the scan of a text found, as an [*Error]; nil if it found
// nothing.
func faultError(text []byte, f *jsonFault) error {
	if f == nil {
		return nil
	}
	code := [...]Code{jsonBroken: ErrSyntax, jsonRange: ErrValue, jsonLimit: ErrLimit}[f.kind]
	if f.offset < 0 {
		return &Error{Code: code, Msg: f.msg}
	}
	return jsonError(text, f.offset, code, f.msg)
}

// jsonError is an error at an offset of a JSON text.
func jsonError(text []byte, offset int, code Code, msg string) *Error {
	e := &Error{Code: code, Offset: offset, Msg: msg}
	e.Line, e.Column, e.source = placeOf(text, offset)
	return e
}

// errorAt is an error at a value of a JSON text, with the way to it.
func errorAt(text []byte, v ref, err *Error) *Error {
	e := jsonError(text, v.at, err.Code, err.Msg)
	e.Path, e.Suggestion = v.pointer(), err.Suggestion
	return e
}

// maxSourceLine bounds the line that an error keeps for its snippet: a text
// of megabytes in one line would be held by every error, and shows nothing.
const maxSourceLine = 500

// placeOf returns the line and column, from 1, of an offset, and the line
// itself unless it is very long. It copies nothing else.
func placeOf(text []byte, offset int) (line, column int, source string) {
	before := text[:min(offset, len(text))]
	line = 1 + bytes.Count(before, []byte{'\n'})
	start := bytes.LastIndexByte(before, '\n') + 1
	column = 1 + utf8.RuneCount(before[start:])
	rest := text[start:min(len(text), start+maxSourceLine+1)]
	if end := bytes.IndexByte(rest, '\n'); end >= 0 {
		rest = rest[:end]
	}
	if len(rest) <= maxSourceLine && utf8.Valid(rest) {
		source = string(bytes.TrimRight(rest, "\r"))
	}
	return line, column, source
}

// readJSON turns checked JSON into a value. It recurses as deep as the check
// allowed.
func readJSON(r gjson.Result) Value {
	switch r.Type {
	case gjson.True, gjson.False:
		return Bool(r.Type == gjson.True)
	case gjson.String:
		return Text(r.Str)
	case gjson.Number:
		v, _ := ParseNumber(r.Raw)
		return v
	case gjson.JSON:
		if r.IsArray() {
			return readArray(r)
		}
		return readObject(r)
	}
	return Value{}
}

func readArray(r gjson.Result) Value {
	var vs []Value
	r.ForEach(func(_, e gjson.Result) bool {
		vs = append(vs, readJSON(e))
		return true
	})
	return List(vs...)
}

func readObject(r gjson.Result) Value {
	var ms []Member
	r.ForEach(func(k, e gjson.Result) bool {
		ms = append(ms, Member{k.Str, readJSON(e)})
		return true
	})
	return Object(ms...)
}

// NewDocument checks that the text is a JSON object and returns it as a
// [Document], which keeps the slice: do not change it. See [ParseJSON] for what
// is refused.
func NewDocument(text []byte) (Document, error) {
	if err := checkJSON(text, Limits{}.withDefaults()); err != nil {
		return nil, err
	}
	if start := skipSpace(text, 0); text[start] != '{' {
		return nil, jsonError(text, start, ErrSyntax, fmt.Sprintf("expected a JSON object, found %s", jsonKind(text[start])))
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
