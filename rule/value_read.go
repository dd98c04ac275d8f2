package rule

import (
	"github.com/tidwall/gjson"

	"github.com/segmentrules/segment/internal/jsontext"
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
	if err := CheckJSON(text, Limits{}.WithDefaults()); err != nil {
		return Value{}, err
	}
	return readJSON(gjson.ParseBytes(text)), nil
}

// CheckJSON makes a text safe to hand to gjson, whose validator recurses
// without bound and lets invalid UTF-8 and duplicate names pass.
func CheckJSON(text []byte, l Limits) error {
	s := jsontext.Scan{Text: text, Depth: l.Depth, Strict: true}
	return FaultError(text, s.Run(l.Bytes))
}

// FaultError is what the scan of a text found, as an [*Error]; nil if it found
// nothing.
func FaultError(text []byte, f *jsontext.Fault) error {
	if f == nil {
		return nil
	}
	code := [...]Code{jsontext.FaultBroken: ErrSyntax, jsontext.FaultRange: ErrValue, jsontext.FaultLimit: ErrLimit}[f.Kind]
	if f.Offset < 0 {
		return &Error{Code: code, Msg: f.Msg}
	}
	return JSONError(text, f.Offset, code, f.Msg)
}

// JSONError is an error at an offset of a JSON text.
func JSONError(text []byte, offset int, code Code, msg string) *Error {
	e := &Error{Code: code, Msg: msg}
	e.LocateJSON(text, offset)
	return e
}

// ErrorAt is an error at a value of a JSON text, with the way to it.
func ErrorAt(text []byte, v jsontext.Ref, err *Error) *Error {
	e := JSONError(text, v.At, err.Code, err.Msg)
	e.Path, e.Suggestion = v.Pointer(), err.Suggestion
	return e
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
