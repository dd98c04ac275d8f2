package segment

import (
	"fmt"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// JSON returns the value that a JSON text is: objects and arrays whole,
// numbers exact. Text that is not JSON gives an invalid value; [ParseJSON]
// says what is wrong with it.
func JSON[T ~string | ~[]byte](text T) Value {
	v, err := ParseJSON([]byte(text))
	if err != nil {
		return Value{kind: KindInvalid}
	}
	return v
}

// ParseJSON reads a JSON text as a value. It refuses what JSON readers disagree
// about: duplicate names, invalid UTF-8, numbers beyond float64, and nesting or
// size beyond the default limits. Its cost grows with the text.
func ParseJSON(text []byte) (Value, error) {
	if err := checkJSON(text, Limits{}.withDefaults()); err != nil {
		return Value{}, err
	}
	return readJSON(text, gjson.ParseBytes(text))
}

// checkJSON makes a text safe to hand to gjson, whose validator recurses
// without bound and lets invalid UTF-8 pass: size and depth are counted first.
func checkJSON(text []byte, l Limits) error {
	if len(text) > l.Bytes {
		return &Error{Code: ErrLimit, Msg: fmt.Sprintf("JSON of %d bytes; at most %d are allowed", len(text), l.Bytes)}
	}
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			if depth++; depth > l.Depth {
				return jsonError(text, i, ErrLimit, fmt.Sprintf("nesting deeper than %d levels", l.Depth))
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	if !utf8.Valid(text) {
		return jsonError(text, firstInvalid(text), ErrSyntax, "invalid UTF-8")
	}
	if !gjson.ValidBytes(text) {
		return jsonError(text, 0, ErrSyntax, "the text is not JSON")
	}
	return nil
}

func firstInvalid(text []byte) int {
	i := 0
	for i < len(text) {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		i += n
	}
	return i
}

func jsonError(text []byte, offset int, code Code, msg string) *Error {
	e := &Error{Code: code, Offset: offset, Line: 1, Column: 1, Msg: msg}
	for _, r := range string(text[:offset]) {
		e.Column++
		if r == '\n' {
			e.Line, e.Column = e.Line+1, 1
		}
	}
	return e
}

// readJSON turns checked JSON into a value.
func readJSON(text []byte, r gjson.Result) (Value, error) {
	switch r.Type {
	case gjson.True, gjson.False:
		return Bool(r.Type == gjson.True), nil
	case gjson.String:
		return Text(r.Str), nil
	case gjson.Number:
		v, ok := ParseNumber(r.Raw)
		if !ok {
			return Value{}, jsonError(text, r.Index, ErrValue, "number out of range: "+r.Raw)
		}
		return v, nil
	case gjson.JSON:
		if r.IsArray() {
			return readArray(text, r)
		}
		return readObject(text, r)
	}
	return Value{}, nil
}

func readArray(text []byte, r gjson.Result) (v Value, err error) {
	var vs []Value
	r.ForEach(func(_, e gjson.Result) bool {
		v, err = readJSON(text, e)
		vs = append(vs, v)
		return err == nil
	})
	if err != nil {
		return Value{}, err
	}
	return List(vs...), nil
}

func readObject(text []byte, r gjson.Result) (v Value, err error) {
	var ms []Member
	seen := make(map[string]bool)
	r.ForEach(func(k, e gjson.Result) bool {
		if seen[k.Str] {
			err = jsonError(text, k.Index, ErrSyntax, "duplicate name "+k.Raw)
			return false
		}
		seen[k.Str] = true
		v, err = readJSON(text, e)
		ms = append(ms, Member{k.Str, v})
		return err == nil
	})
	if err != nil {
		return Value{}, err
	}
	return Object(ms...), nil
}

// NewDocument checks that the text is a JSON object and returns it as a
// [Document], which keeps the slice: do not change it. See [ParseJSON] for what
// is refused.
func NewDocument(text []byte) (Document, error) {
	v, err := ParseJSON(text)
	if err != nil {
		return nil, err
	}
	if v.Kind() != KindObject {
		return nil, jsonError(text, 0, ErrSyntax, "the text is not a JSON object")
	}
	return Document(text), nil
}

// Value returns the whole document as an object value, invalid if it is not JSON.
func (d Document) Value() Value { return JSON(d) }
