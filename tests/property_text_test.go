package tests

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/segmenttest"
)

// The laws of what conditions are written as.

func TestLawTextRoundTrip(t *testing.T) {
	law(t, segmenttest.Cases(), func(c segmenttest.Case) string {
		text := c.Condition.String()
		back, err := segment.Parse(text)
		switch {
		case err != nil:
			return fmt.Sprintf("%s: %v", text, err)
		case !rule.Equal(back, c.Condition):
			return fmt.Sprintf("%s\nis read as\n%s\n%#v\nand not\n%#v", text, back, back, c.Condition)
		}
		return ""
	})
}

// Keywords are case-insensitive, and names are not keywords.
func TestLawKeywordsReadInAnyCase(t *testing.T) {
	law(t, segmenttest.Cases(), func(c segmenttest.Case) string {
		text := c.Condition.String()
		for _, k := range []string{"AND", "OR", "NOT", "IN", "LAST", "BETWEEN", "COUNT", "IS", "SET", "HAS", "BEEN", "THEN", "WITHIN", "CONTAINS", "WHERE", "THIS"} {
			text = strings.ReplaceAll(text, " "+k+" ", " "+strings.ToLower(k)+" ")
		}
		back, err := segment.Parse(text)
		if err != nil || !rule.Equal(back, c.Condition) {
			return fmt.Sprintf("%s is read as %v, %v", text, back, err)
		}
		return ""
	})
}

func TestLawJSONRoundTrip(t *testing.T) {
	law(t, segmenttest.Cases(), func(c segmenttest.Case) string {
		text, err := json.Marshal(segment.Segment{ID: "s", Name: "S", Condition: c.Condition})
		if err != nil {
			return err.Error()
		}
		var back segment.Segment
		switch err := json.Unmarshal(text, &back); {
		case err != nil:
			return fmt.Sprintf("%s: %v", text, err)
		case back.ID != "s" || back.Name != "S" || !rule.Equal(back.Condition, c.Condition):
			return fmt.Sprintf("%s\nis read as\n%v", text, back.Condition)
		}
		return ""
	})
}

// What a condition prints as says all that it means: also of trees that only
// hosts build, if they print as a rule at all.
func TestLawTextKeepsMeaning(t *testing.T) {
	law(t, segmenttest.WildCases(), func(c segmenttest.Case) string {
		calculated := false
		rule.Walk(c.Condition, func(sub segment.Condition) bool {
			calculated = calculated || strings.Contains(fmt.Sprintf("%#v", sub), "Calculated{")
			return !calculated
		})
		back, err := segment.Parse(c.Condition.String())
		if err != nil || calculated {
			return ""
		}
		return same("what it is read as, "+back.String(), holds(with(c, back)), holds(c))
	})
}

// A document and a record with the same fields answer the same.
func TestLawDocumentIsItsFields(t *testing.T) {
	law(t, segmenttest.Cases(), func(c segmenttest.Case) string {
		fields := c.Contact.Fields
		text := jsonOf(segment.Object(members(fields)...))
		doc, err := segment.NewDocument([]byte(text))
		if err != nil {
			return fmt.Sprintf("%s: %v", text, err)
		}
		record := segment.Record{Fields: map[string]segment.Value{}}
		for _, m := range segment.JSON(text).Members() {
			record.Fields[m.Name] = m.Value
		}
		want := segment.Evaluate(c.Condition, record, c.At)
		if msg := same("Evaluate on "+text, segment.Evaluate(c.Condition, doc, c.At), want); msg != "" {
			return msg
		}
		p, err := segment.Compile(c.Condition)
		if err != nil {
			return err.Error()
		}
		return same("Program on "+text, p.Match(doc, c.At), want)
	})
}

func members(fields map[string]segment.Value) (ms []segment.Member) {
	for name, v := range fields {
		ms = append(ms, segment.Member{Name: name, Value: v})
	}
	return ms
}

// jsonOf writes a value as the plain JSON that a host would have: times and
// dates as text.
func jsonOf(v segment.Value) string {
	switch v.Kind() {
	case segment.KindBool:
		return strings.ToLower(v.String())
	case segment.KindNull, segment.KindInvalid:
		return "null"
	case segment.KindTime:
		text, _ := json.Marshal(v.Time())
		return string(text)
	case segment.KindDate:
		y, m, d := v.Date()
		return fmt.Sprintf(`"%04d-%02d-%02d"`, y, int(m), d)
	case segment.KindDuration:
		return fmt.Sprintf("%q", v.Duration())
	case segment.KindText:
		text, _ := json.Marshal(v.Text())
		return string(text)
	case segment.KindList:
		var parts []string
		for _, e := range v.List() {
			parts = append(parts, jsonOf(e))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case segment.KindObject:
		var parts []string
		for _, m := range v.Members() {
			name, _ := json.Marshal(m.Name)
			parts = append(parts, string(name)+":"+jsonOf(m.Value))
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return v.String()
}
