package rule_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
)

func TestParseJSONErrors(t *testing.T) {
	long := strings.Repeat("1", 1001)
	tests := []struct {
		text string
		want rule.Error // Code, Line, Column, Offset, Msg
	}{
		{``, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 1, Offset: 0, Path: "", Msg: "expected a value, found the end", Suggestion: ""}},
		{" \n\t", rule.Error{Code: rule.ErrSyntax, Line: 2, Column: 2, Offset: 3, Path: "", Msg: "expected a value, found the end", Suggestion: ""}},
		{`{"é": 1,}`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 9, Offset: 9, Path: "", Msg: `expected a name in quotes, found '}'`, Suggestion: ""}},
		{"{\"a\": 1\n \"b\": 2}", rule.Error{Code: rule.ErrSyntax, Line: 2, Column: 2, Offset: 9, Path: "", Msg: `expected a comma or '}', found '"'`, Suggestion: ""}},
		{`[1 2]`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 4, Offset: 3, Path: "", Msg: `expected a comma or ']', found '2'`, Suggestion: ""}},
		{`[1}`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 3, Offset: 2, Path: "", Msg: `expected a comma or ']', found '}'`, Suggestion: ""}},
		{`[1,]`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 4, Offset: 3, Path: "", Msg: `expected a value, found ']'`, Suggestion: ""}},
		{`[`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 2, Offset: 1, Path: "", Msg: "expected a value, found the end", Suggestion: ""}},
		{`[1`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 3, Offset: 2, Path: "", Msg: "expected a comma or ']', found the end", Suggestion: ""}},
		{`{`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 2, Offset: 1, Path: "", Msg: "expected a name in quotes, found the end", Suggestion: ""}},
		{`{"a" 1}`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 6, Offset: 5, Path: "", Msg: "expected a colon, found '1'", Suggestion: ""}},
		{`{} x`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 4, Offset: 3, Path: "", Msg: "expected the end, found 'x'", Suggestion: ""}},
		{`1 2`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 3, Offset: 2, Path: "", Msg: "expected the end, found '2'", Suggestion: ""}},
		{`nul`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 1, Offset: 0, Path: "", Msg: "expected a value, found 'n'", Suggestion: ""}},
		{`truE`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 1, Offset: 0, Path: "", Msg: "expected a value, found 't'", Suggestion: ""}},
		{`NaN`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 1, Offset: 0, Path: "", Msg: "expected a value, found 'N'", Suggestion: ""}},
		{`[-Infinity]`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 2, Offset: 1, Path: "", Msg: "expected a number, found -", Suggestion: ""}},
		{`01`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 1, Offset: 0, Path: "", Msg: "expected a number, found 01", Suggestion: ""}},
		{`[1.]`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 2, Offset: 1, Path: "", Msg: "expected a number, found 1.", Suggestion: ""}},
		{`+1`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 1, Offset: 0, Path: "", Msg: "expected a value, found '+'", Suggestion: ""}},
		{`[1e309]`, rule.Error{Code: rule.ErrValue, Line: 1, Column: 2, Offset: 1, Path: "", Msg: "number out of range: 1e309", Suggestion: ""}},
		{long, rule.Error{Code: rule.ErrValue, Line: 1, Column: 1, Offset: 0, Path: "", Msg: "number of more than 1000 characters: " + long[:40] + "…", Suggestion: ""}},
		{`["a`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 2, Offset: 1, Path: "", Msg: "the text that begins here does not end", Suggestion: ""}},
		{`"\`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 2, Offset: 1, Path: "", Msg: "an escape without an end", Suggestion: ""}},
		{`"\x"`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 2, Offset: 1, Path: "", Msg: `expected one of "\/bfnrtu after a backslash`, Suggestion: ""}},
		{`"\u12g4"`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 2, Offset: 1, Path: "", Msg: `expected four hexadecimal digits after \u`, Suggestion: ""}},
		{`"a\ud800"`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 3, Offset: 2, Path: "", Msg: "half of a surrogate pair", Suggestion: ""}},
		{`"\udc00\ud800"`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 2, Offset: 1, Path: "", Msg: "half of a surrogate pair", Suggestion: ""}},
		{"\"a\nb\"", rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 3, Offset: 2, Path: "", Msg: "a control character in a text must be escaped", Suggestion: ""}},
		{"[\"ab\xff\"]", rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 5, Offset: 4, Path: "", Msg: "invalid UTF-8", Suggestion: ""}},
		{"\xff", rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 1, Offset: 0, Path: "", Msg: "expected a value, found invalid UTF-8", Suggestion: ""}},
		{"\ufeff{}", rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 1, Offset: 0, Path: "", Msg: `expected a value, found '\ufeff'`, Suggestion: ""}},
		{`{"a":1,"b":{"c":1,"\u0063":2}}`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 19, Offset: 18, Path: "", Msg: `duplicate name "\u0063"`, Suggestion: ""}},
		{`{"a":{"b":1},"b":1,"a":2}`, rule.Error{Code: rule.ErrSyntax, Line: 1, Column: 20, Offset: 19, Path: "", Msg: `duplicate name "a"`, Suggestion: ""}},
		{strings.Repeat("[", 101), rule.Error{Code: rule.ErrLimit, Line: 1, Column: 101, Offset: 100, Path: "", Msg: "nesting deeper than 100 levels", Suggestion: ""}},
		{strings.Repeat(`{"":`, 101), rule.Error{Code: rule.ErrLimit, Line: 1, Column: 401, Offset: 400, Path: "", Msg: "nesting deeper than 100 levels", Suggestion: ""}},
	}
	for _, tt := range tests {
		_, err := rule.ParseJSON([]byte(tt.text))
		var got *rule.Error
		if !errors.As(err, &got) {
			t.Errorf("%.60q: %v", tt.text, err)
			continue
		}
		if diff := cmp.Diff(tt.want.Error(), got.Error()); diff != "" || got.Offset != tt.want.Offset || got.Code != tt.want.Code {
			t.Errorf("%.60q: %s, offset %d\n%s", tt.text, got.Code, got.Offset, diff)
		}
		if rule.JSON(tt.text).Kind() != rule.KindInvalid {
			t.Errorf("%.60q: JSON gives a value", tt.text)
		}
	}
}

func TestParseJSONAccepts(t *testing.T) {
	names := make([]string, 40)
	for i := range names {
		names[i] = `"` + strings.Repeat("n", i) + `":` + "1"
	}
	for text, want := range map[string]rule.Value{
		" \r\n\t[ 1 , 2 ] ":                       rule.List(rule.Int(1), rule.Int(2)),
		`"\ud83d\ude00\/\b\f\n\r\t\u00e9"`:        rule.Text("\U0001F600/\b\f\n\r\té"),
		`{"a":{"a":{"a":1}}}`:                     rule.Object(rule.Member{Name: "a", Value: rule.Object(rule.Member{Name: "a", Value: rule.Object(rule.Member{Name: "a", Value: rule.Int(1)})})}),
		`[{"a":1},{"a":2}]`:                       rule.List(rule.Object(rule.Member{Name: "a", Value: rule.Int(1)}), rule.Object(rule.Member{Name: "a", Value: rule.Int(2)})),
		`{"":0,"]":1,"{":2}`:                      rule.Object(rule.Member{Name: "", Value: rule.Int(0)}, rule.Member{Name: "]", Value: rule.Int(1)}, rule.Member{Name: "{", Value: rule.Int(2)}),
		`-0.0e+00`:                                rule.Int(0),
		strings.Repeat("1", 1000)[:300] + ".5e-1": ruletest.Number(strings.Repeat("1", 300) + ".5e-1"),
	} {
		got, err := rule.ParseJSON([]byte(text))
		if err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
	if v, err := rule.ParseJSON([]byte("{" + strings.Join(names, ",") + "}")); err != nil || len(v.Members()) != 40 {
		t.Errorf("40 names: %v", err)
	}
	many := "{" + strings.Join(names, ",") + `,"nn":2}`
	if _, err := rule.ParseJSON([]byte(many)); err == nil || !strings.Contains(err.Error(), `duplicate name "nn"`) {
		t.Errorf("a duplicate among many: %v", err)
	}
	deep := strings.Repeat("[", 100) + strings.Repeat("]", 100)
	if _, err := rule.ParseJSON([]byte(deep)); err != nil {
		t.Errorf("100 levels: %v", err)
	}
}

func TestSnippetOfJSON(t *testing.T) {
	_, err := rule.ParseJSON([]byte("{\n  \"a\": 01\n}"))
	var e *rule.Error
	if !errors.As(err, &e) || e.Snippet() != "  \"a\": 01\n       ^" {
		t.Errorf("got %q", e.Snippet())
	}
	_, err = rule.ParseJSON([]byte(strings.Repeat(" ", 1_000_000) + "x"))
	if !errors.As(err, &e) || e.Snippet() != "" || e.Column != 1_000_001 {
		t.Errorf("a line of a megabyte: column %d, %d bytes kept", e.Column, len(e.Snippet()))
	}
}

func TestJSONLimits(t *testing.T) {
	at := []byte(`"` + strings.Repeat("a", rule.DefaultBytes-2) + `"`)
	if _, err := rule.ParseJSON(at); err != nil {
		t.Errorf("at the limit of bytes: %v", err)
	}
	if _, err := rule.ParseJSON(append(at, ' ')); !errors.Is(err, rule.ErrLimit) {
		t.Errorf("one byte beyond: %v", err)
	}
}

func TestNewDocument(t *testing.T) {
	for _, bad := range []string{`[]`, `null`, `"a"`, `{}{}`, ``, `{"a":1,"a":1}`} {
		if d, err := segment.NewDocument([]byte(bad)); err == nil {
			t.Errorf("%s became %s", bad, d)
		}
	}
	d, err := segment.NewDocument([]byte(` {"a.b": {"@reverse": 1}} `))
	if err != nil || !d.Field(string(rule.Path("a.b", "@reverse"))).Equal(rule.Int(1)) {
		t.Errorf("%v, %v", d, err)
	}
}
