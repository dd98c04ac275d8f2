package contacts

import (
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// TestGuessed guesses the kinds of columns.
func TestGuessed(t *testing.T) {
	for _, c := range []struct {
		cells []string
		want  rule.Kind
	}{
		{[]string{"1", "", "-2.5", "1e3"}, rule.KindNumber},
		{[]string{"1", "007"}, rule.KindText},
		{[]string{"+1"}, rule.KindText},
		{[]string{"true", "FALSE"}, rule.KindBool},
		{[]string{"true", "1"}, rule.KindText},
		{[]string{"2026-01-31", ""}, rule.KindDate},
		{[]string{"2026-02-30"}, rule.KindText},
		{[]string{"2026-01-31T10:00:00Z"}, rule.KindTime},
		{[]string{"2026-01-31T10:00:00Z", "2026-01-31"}, rule.KindText},
		{[]string{"[1]", "{\"a\": 1}"}, rule.KindObject},
		{[]string{"[1]", "[2"}, rule.KindText},
		{[]string{"", ""}, rule.KindText},
		{nil, rule.KindText},
	} {
		if got := guessed(c.cells); got != c.want {
			t.Errorf("%q: %s, and not %s", c.cells, got, c.want)
		}
	}
}

// TestValueOf reads cells of declared types.
func TestValueOf(t *testing.T) {
	for _, c := range []struct {
		typ  schema.FieldType
		cell string
		want string // as package segment writes it; "" for none
	}{
		{schema.FieldType{Kind: rule.KindNumber}, "007", "7"},
		{schema.FieldType{Kind: rule.KindNumber}, "9007199254740993", "9007199254740993"},
		{schema.FieldType{Kind: rule.KindNumber}, "NaN", ""},
		{schema.FieldType{Kind: rule.KindBool}, "1", "true"},
		{schema.FieldType{Kind: rule.KindBool}, "yes", ""},
		{schema.FieldType{Kind: rule.KindDate}, "2026-01-31", `{"$date":"2026-01-31"}`},
		{schema.FieldType{Kind: rule.KindDate}, "31.01.2026", ""},
		{schema.FieldType{Kind: rule.KindTime}, "2026-01-31 10:00:00", `{"$time":"2026-01-31T10:00:00Z"}`},
		{schema.FieldType{Kind: rule.KindTime}, "2026-01-31 10:00:00.25+02", `{"$time":"2026-01-31T08:00:00.25Z"}`},
		{schema.FieldType{Kind: rule.KindTime, Epoch: schema.EpochSeconds}, "1769853600", "1769853600"},
		{schema.FieldType{Kind: rule.KindTime}, "soon", ""},
		{schema.FieldType{Kind: rule.KindDuration}, "36h", `{"$duration":"36h0m0s"}`},
		{schema.FieldType{Kind: rule.KindList}, "a; b;;c", `["a","b","c"]`},
		{schema.FieldType{Kind: rule.KindList, Of: rule.KindNumber}, "1;2", `[1,2]`},
		{schema.FieldType{Kind: rule.KindList, Of: rule.KindNumber}, "1;x", ""},
		{schema.FieldType{Kind: rule.KindList}, `["a;b"]`, `["a;b"]`},
		{schema.FieldType{Kind: rule.KindObject}, `{"a": 1}`, `{"a":1}`},
		{schema.FieldType{Kind: rule.KindObject}, "a", ""},
		{schema.FieldType{Kind: rule.KindText}, "7", `"7"`},
	} {
		v, ok := valueOf(c.typ, c.cell)
		if !ok {
			v = segment.Value{}
		}
		text, err := v.MarshalJSON()
		if err != nil || ok != (c.want != "") || ok && string(text) != c.want {
			t.Errorf("%s %q: %s, %t, %v; want %s", c.typ.Kind, c.cell, text, ok, err, c.want)
		}
	}
}
