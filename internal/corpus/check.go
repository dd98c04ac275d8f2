package corpus

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// RoundTrip checks that the canonical text of a tree parses to the same tree
// and prints the same again. text is what the tree was parsed from.
func RoundTrip(t testing.TB, text string, c segment.Condition) {
	t.Helper()
	printed := c.String()
	again, err := segment.Parse(printed)
	if err != nil {
		t.Errorf("%s\n prints as %s\n which does not parse: %v", text, printed, err)
		return
	}
	if !rule.Equal(c, again) {
		t.Errorf("%s\n prints as %s\n which parses as %#v\n not as %#v", text, printed, again, c)
	}
	if s := again.String(); s != printed {
		t.Errorf("%s\n prints as %s\n and then as %s", text, printed, s)
	}
}

// Places checks that every error of a text that is no rule has a place in it.
func Places(t testing.TB, text string) {
	t.Helper()
	_, err := segment.Parse(text)
	if err == nil {
		return
	}
	for _, e := range err.(segment.Errors) {
		Place(t, text, e)
	}
}

// Place checks that an error says where in the text it is, on one line.
func Place(t testing.TB, text string, e *segment.Error) {
	t.Helper()
	if e.Offset < 0 || e.Offset > len(text) {
		t.Fatalf("%q: offset %d of %d", text, e.Offset, len(text))
	}
	before := text[:e.Offset]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	if e.Line != line || e.Column != column {
		t.Errorf("%q: %v is at %d:%d, not %d:%d", text, e, line, column, e.Line, e.Column)
	}
	if strings.ContainsAny(e.Error(), "\n\r") {
		t.Errorf("%q: not one line: %q", text, e.Error())
	}
	if e.Code == "" || e.Msg == "" {
		t.Errorf("%q: an error without code or message: %#v", text, e)
	}
}
