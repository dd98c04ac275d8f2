package segment

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseJSONErrors(t *testing.T) {
	long := strings.Repeat("1", 1001)
	tests := []struct {
		text string
		want Error // Code, Line, Column, Offset, Msg
	}{
		{``, Error{ErrSyntax, 1, 1, 0, "", "expected a value, found the end", "", ""}},
		{" \n\t", Error{ErrSyntax, 2, 2, 3, "", "expected a value, found the end", "", ""}},
		{`{"é": 1,}`, Error{ErrSyntax, 1, 9, 9, "", `expected a name in quotes, found '}'`, "", ""}},
		{"{\"a\": 1\n \"b\": 2}", Error{ErrSyntax, 2, 2, 9, "", `expected a comma or '}', found '"'`, "", ""}},
		{`[1 2]`, Error{ErrSyntax, 1, 4, 3, "", `expected a comma or ']', found '2'`, "", ""}},
		{`[1}`, Error{ErrSyntax, 1, 3, 2, "", `expected a comma or ']', found '}'`, "", ""}},
		{`[1,]`, Error{ErrSyntax, 1, 4, 3, "", `expected a value, found ']'`, "", ""}},
		{`[`, Error{ErrSyntax, 1, 2, 1, "", "expected a value, found the end", "", ""}},
		{`[1`, Error{ErrSyntax, 1, 3, 2, "", "expected a comma or ']', found the end", "", ""}},
		{`{`, Error{ErrSyntax, 1, 2, 1, "", "expected a name in quotes, found the end", "", ""}},
		{`{"a" 1}`, Error{ErrSyntax, 1, 6, 5, "", "expected a colon, found '1'", "", ""}},
		{`{} x`, Error{ErrSyntax, 1, 4, 3, "", "expected the end, found 'x'", "", ""}},
		{`1 2`, Error{ErrSyntax, 1, 3, 2, "", "expected the end, found '2'", "", ""}},
		{`nul`, Error{ErrSyntax, 1, 1, 0, "", "expected a value, found 'n'", "", ""}},
		{`truE`, Error{ErrSyntax, 1, 1, 0, "", "expected a value, found 't'", "", ""}},
		{`NaN`, Error{ErrSyntax, 1, 1, 0, "", "expected a value, found 'N'", "", ""}},
		{`[-Infinity]`, Error{ErrSyntax, 1, 2, 1, "", "expected a number, found -", "", ""}},
		{`01`, Error{ErrSyntax, 1, 1, 0, "", "expected a number, found 01", "", ""}},
		{`[1.]`, Error{ErrSyntax, 1, 2, 1, "", "expected a number, found 1.", "", ""}},
		{`+1`, Error{ErrSyntax, 1, 1, 0, "", "expected a value, found '+'", "", ""}},
		{`[1e309]`, Error{ErrValue, 1, 2, 1, "", "number out of range: 1e309", "", ""}},
		{long, Error{ErrValue, 1, 1, 0, "", "number of more than 1000 characters: " + long[:40] + "…", "", ""}},
		{`["a`, Error{ErrSyntax, 1, 2, 1, "", "the text that begins here does not end", "", ""}},
		{`"\`, Error{ErrSyntax, 1, 2, 1, "", "an escape without an end", "", ""}},
		{`"\x"`, Error{ErrSyntax, 1, 2, 1, "", `expected one of "\/bfnrtu after a backslash`, "", ""}},
		{`"\u12g4"`, Error{ErrSyntax, 1, 2, 1, "", `expected four hexadecimal digits after \u`, "", ""}},
		{`"a\ud800"`, Error{ErrSyntax, 1, 3, 2, "", "half of a surrogate pair", "", ""}},
		{`"\udc00\ud800"`, Error{ErrSyntax, 1, 2, 1, "", "half of a surrogate pair", "", ""}},
		{"\"a\nb\"", Error{ErrSyntax, 1, 3, 2, "", "a control character in a text must be escaped", "", ""}},
		{"[\"ab\xff\"]", Error{ErrSyntax, 1, 5, 4, "", "invalid UTF-8", "", ""}},
		{"\xff", Error{ErrSyntax, 1, 1, 0, "", "expected a value, found invalid UTF-8", "", ""}},
		{"\ufeff{}", Error{ErrSyntax, 1, 1, 0, "", `expected a value, found '\ufeff'`, "", ""}},
		{`{"a":1,"b":{"c":1,"\u0063":2}}`, Error{ErrSyntax, 1, 19, 18, "", `duplicate name "\u0063"`, "", ""}},
		{`{"a":{"b":1},"b":1,"a":2}`, Error{ErrSyntax, 1, 20, 19, "", `duplicate name "a"`, "", ""}},
		{strings.Repeat("[", 101), Error{ErrLimit, 1, 101, 100, "", "nesting deeper than 100 levels", "", ""}},
		{strings.Repeat(`{"":`, 101), Error{ErrLimit, 1, 401, 400, "", "nesting deeper than 100 levels", "", ""}},
	}
	for _, tt := range tests {
		_, err := ParseJSON([]byte(tt.text))
		var got *Error
		if !errors.As(err, &got) {
			t.Errorf("%.60q: %v", tt.text, err)
			continue
		}
		if diff := cmp.Diff(tt.want.Error(), got.Error()); diff != "" || got.Offset != tt.want.Offset || got.Code != tt.want.Code {
			t.Errorf("%.60q: %s, offset %d\n%s", tt.text, got.Code, got.Offset, diff)
		}
		if JSON(tt.text).Kind() != KindInvalid {
			t.Errorf("%.60q: JSON gives a value", tt.text)
		}
	}
}

func TestParseJSONAccepts(t *testing.T) {
	names := make([]string, 40)
	for i := range names {
		names[i] = `"` + strings.Repeat("n", i) + `":` + "1"
	}
	for text, want := range map[string]Value{
		" \r\n\t[ 1 , 2 ] ":                       List(Int(1), Int(2)),
		`"\ud83d\ude00\/\b\f\n\r\t\u00e9"`:        Text("\U0001F600/\b\f\n\r\té"),
		`{"a":{"a":{"a":1}}}`:                     Object(Member{"a", Object(Member{"a", Object(Member{"a", Int(1)})})}),
		`[{"a":1},{"a":2}]`:                       List(Object(Member{"a", Int(1)}), Object(Member{"a", Int(2)})),
		`{"":0,"]":1,"{":2}`:                      Object(Member{"", Int(0)}, Member{"]", Int(1)}, Member{"{", Int(2)}),
		`-0.0e+00`:                                Int(0),
		strings.Repeat("1", 1000)[:300] + ".5e-1": number(strings.Repeat("1", 300) + ".5e-1"),
	} {
		got, err := ParseJSON([]byte(text))
		if err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
	if v, err := ParseJSON([]byte("{" + strings.Join(names, ",") + "}")); err != nil || len(v.Members()) != 40 {
		t.Errorf("40 names: %v", err)
	}
	many := "{" + strings.Join(names, ",") + `,"nn":2}`
	if _, err := ParseJSON([]byte(many)); err == nil || !strings.Contains(err.Error(), `duplicate name "nn"`) {
		t.Errorf("a duplicate among many: %v", err)
	}
	deep := strings.Repeat("[", 100) + strings.Repeat("]", 100)
	if _, err := ParseJSON([]byte(deep)); err != nil {
		t.Errorf("100 levels: %v", err)
	}
}

func TestSnippetOfJSON(t *testing.T) {
	_, err := ParseJSON([]byte("{\n  \"a\": 01\n}"))
	var e *Error
	if !errors.As(err, &e) || e.Snippet() != "  \"a\": 01\n       ^" {
		t.Errorf("got %q", e.Snippet())
	}
	_, err = ParseJSON([]byte(strings.Repeat(" ", 1_000_000) + "x"))
	if !errors.As(err, &e) || e.Snippet() != "" || e.Column != 1_000_001 {
		t.Errorf("a line of a megabyte: column %d, %d bytes kept", e.Column, len(e.Snippet()))
	}
}

func TestJSONLimits(t *testing.T) {
	at := []byte(`"` + strings.Repeat("a", DefaultBytes-2) + `"`)
	if _, err := ParseJSON(at); err != nil {
		t.Errorf("at the limit of bytes: %v", err)
	}
	if _, err := ParseJSON(append(at, ' ')); !errors.Is(err, ErrLimit) {
		t.Errorf("one byte beyond: %v", err)
	}
}

func TestNewDocument(t *testing.T) {
	for _, bad := range []string{`[]`, `null`, `"a"`, `{}{}`, ``, `{"a":1,"a":1}`} {
		if d, err := NewDocument([]byte(bad)); err == nil {
			t.Errorf("%s became %s", bad, d)
		}
	}
	d, err := NewDocument([]byte(` {"a.b": {"@reverse": 1}} `))
	if err != nil || !d.Field(string(Path("a.b", "@reverse"))).Equal(Int(1)) {
		t.Errorf("%v, %v", d, err)
	}
}
