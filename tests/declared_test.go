package tests

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
	"github.com/segmentrules/segment/segmenttest"
)

// declared is a schema of generated contacts that says which fields are times and dates.
func declared() *segment.Schema {
	moment, day := schema.FieldType{Kind: segment.KindTime}, schema.FieldType{Kind: segment.KindDate}
	return &segment.Schema{
		Open: true,
		Fields: map[string]schema.FieldType{
			"seen": moment, "due": moment, "born": day, "company.since": day,
			"orders": {Kind: segment.KindList, Of: segment.KindObject, Elements: map[string]schema.FieldType{
				"at": moment, "product": {}, "amount": {}, "sku": {}, "due": {}, "missing": {}, "cart.size": {}}},
		},
	}
}

// readAsDeclared is a contact in which the texts of declared fields are the instants and
// dates that they read as, or are gone if they are none. It is not ok if such a field holds
// something else, like a number: a schema refuses that contact.
func readAsDeclared(x segment.Record) (_ segment.Record, ok bool) {
	ok = true
	read := func(v segment.Value) segment.Value {
		switch v.Kind() {
		case segment.KindText:
			return rule.ReadTime(v.Text())
		case segment.KindTime, segment.KindDate, segment.KindNull:
		default:
			ok = false
		}
		return v
	}
	member := func(v segment.Value, name string) segment.Value {
		if v.Kind() != segment.KindObject {
			return v
		}
		var ms []segment.Member
		for _, m := range v.Members() {
			if m.Name == name {
				m.Value = read(m.Value)
			}
			ms = append(ms, m)
		}
		return segment.Object(ms...)
	}
	fields := make(map[string]segment.Value)
	for name, v := range x.Fields {
		switch name {
		case "seen", "due", "born":
			v = read(v)
		case "company":
			v = member(v, "since")
		case "orders":
			if v.Kind() == segment.KindList {
				var es []segment.Value
				for _, e := range v.List() {
					es = append(es, member(e, "at"))
				}
				v = segment.List(es...)
			}
		}
		fields[name] = v
	}
	x.Fields = fields
	return x, ok
}

// holdsNoText reports whether a condition asks of declared fields only what is the same of
// a text and of the instant that it reads as: not whether there is any value, whether it
// starts with a word, and the like, and not what is kept as text elsewhere.
func holdsNoText(c segment.Condition) bool {
	fit := true
	var v rule.Visitor
	v.Condition = func(c segment.Condition) bool {
		switch c := c.(type) {
		case rule.IsNull, rule.IsBlank, rule.Changed, rule.HasBeen, rule.Like, rule.Matches, rule.InCIDR, rule.Contains:
			fit = false
		case rule.In: // NULL asks whether there is any value
			fit = fit && !slices.ContainsFunc(c.Values, rule.Value.IsNull)
		}
		return fit && v.Visit(c)
	}
	v.Expr = func(e rule.Expr) bool {
		if c, ok := e.(rule.Call); ok && (c.Fn == rule.FnLength || c.Fn == rule.FnHash || c.Fn == rule.FnVersion || c.Fn == rule.FnNumber) {
			fit = false
		}
		return fit && v.VisitExpr(e)
	}
	return v.Condition(c)
}

// A rule that is read with a schema means the same of texts as of the instants and dates
// that they read as, whichever way they are spelt.
func TestDeclaredKindsAreWhatTextReadsAs(t *testing.T) {
	s, asked := declared(), 0
	law(t, segmenttest.Cases(), func(c segmenttest.Case) string {
		instants, ok := readAsDeclared(c.Contact)
		if !ok || !holdsNoText(c.Condition) {
			return ""
		}
		resolved, err := s.Resolve(c.Condition)
		if err != nil {
			return err.Error()
		}
		asked++
		if got, want := segment.Evaluate(resolved, c.Contact, c.At), segment.Evaluate(c.Condition, instants, c.At); got != want {
			return fmt.Sprintf("%v is %v of texts and %v of instants", resolved, got, want)
		}
		if again, err := s.Resolve(resolved); err != nil || !rule.Equal(again, resolved) {
			return fmt.Sprintf("resolved again: %v, %v", again, err)
		}
		if back, err := segment.Parse(resolved.String()); err != nil || !rule.Equal(back, resolved) {
			return fmt.Sprintf("%v reads back as %v, %v", resolved, back, err)
		}
		return ""
	})
	if asked == 0 {
		t.Error("no condition was fit")
	}
}

// A constant text that reads as no instant is never the value of a field that is one. A
// schema refuses the rule when it is parsed; resolved all the same, it is false.
func TestDeclaredKindsBesideOtherText(t *testing.T) {
	x := segment.Record{Fields: map[string]segment.Value{"born": segment.Text("2025-12-01")}}
	for text, want := range map[string]string{
		`born <= "Pro"`:                       `TIME(born) <= "Pro"`,
		`"Pro" >= born`:                       `"Pro" >= TIME(born)`,
		`born BETWEEN "2025-01-01" AND "Pro"`: `TIME(born) BETWEEN 2025-01-01 AND "Pro"`,
		`born IN ("Pro", "2025-12-02")`:       `TIME(born) IN ("Pro", 2025-12-02)`,
	} {
		c, err := declared().Resolve(segment.MustParse(text))
		if err != nil || c.String() != want {
			t.Errorf("%s resolves to %v, %v; want %s", text, c, err, want)
			continue
		}
		if segment.Evaluate(c, x, time.Now()) {
			t.Errorf("%s is true of an instant", text)
		}
		if again, err := declared().Resolve(c); err != nil || !rule.Equal(again, c) {
			t.Errorf("%s resolved again: %v, %v", text, again, err)
		}
		if _, err := declared().Parse(text); err == nil {
			t.Errorf("%s parses", text)
		}
	}
}

// Where text may stand beside text, and nowhere else, the tree says how it is read.
func TestDeclaredKindsInTheTree(t *testing.T) {
	moment, number := schema.FieldType{Kind: segment.KindTime}, schema.FieldType{Kind: segment.KindNumber, Coerce: true}
	s := &segment.Schema{
		Fields: map[string]schema.FieldType{
			"sent": moment, "opened": moment, "due": {Kind: segment.KindDate}, "age": number, "n": {Kind: segment.KindNumber},
			"days":   {Kind: segment.KindList, Of: segment.KindDate},
			"scores": {Kind: segment.KindList, Of: segment.KindNumber, Coerce: true},
			"stays":  {Kind: segment.KindList, Of: segment.KindObject, Elements: map[string]schema.FieldType{"from": moment, "to": moment}},
		},
		Events:     map[string]schema.EventType{"mail": {Props: map[string]schema.FieldType{"at": moment, "cost": number, "sku": {Kind: segment.KindText}}}},
		Calculated: map[string]string{"Opened": "opened"},
	}
	for _, tt := range []struct{ text, want string }{
		{`sent <= "2025-12-01"`, `sent <= 2025-12-01`},
		{`"2025-12-01T12:00:00+02:00" < sent`, `2025-12-01T10:00:00Z < sent`},
		{`sent > 30 days ago AND opened < TODAY`, `sent OLDER THAN 30 days AND opened < TODAY`},
		{`opened > sent`, `TIME(opened) > TIME(sent)`},
		{`sent BETWEEN opened AND "2025-12-01"`, `TIME(sent) BETWEEN TIME(opened) AND 2025-12-01`},
		{`due IN ("2025-12-01", "2025-12-02")`, `due IN (2025-12-01, 2025-12-02)`},
		{`days CONTAINS "2025-12-01"`, `days CONTAINS 2025-12-01`},
		{`ANY days = "2025-12-01"`, `ANY days = 2025-12-01`},
		{`ANY stays HAS (from > to)`, `ANY stays HAS (TIME(from) > TIME(to))`},
		{`LAST(mail.at) > sent`, `TIME(LAST(mail.at)) > TIME(sent)`},
		{`LAST(mail.at) > JOINED LIST "x"`, `LAST(mail.at) > JOINED LIST "x"`},
		{`MAX(mail.at) > sent`, `MAX(mail.at AS TIME) > sent`},
		{`DISTINCT(mail.at) > 2`, `DISTINCT(mail.at AS TIME) > 2`},
		{`COUNT(mail WHERE at < "2025-12-01") > 0`, `COUNT(mail WHERE at < 2025-12-01) > 0`},
		{`sent CHANGED`, `TIME(sent) CHANGED`},
		{`sent HAS BEEN "2025-12-01" FOR 3 days`, `sent HAS BEEN 2025-12-01 FOR AT LEAST 3 days`},
		{`age >= 18 AND age IS SET AND n > 2`, `NUMBER(age) >= 18 AND age IS SET AND n > 2`},
		{`age HAS BEEN 5 FOR 3 days AND age CHANGED`, `NUMBER(age) HAS BEEN 5 FOR AT LEAST 3 days AND NUMBER(age) CHANGED`},
		{`SUM(mail.cost) > 5 AND COUNT(mail WHERE sku = "X" AND cost > 2) = 1`, `SUM(mail.cost AS NUMBER) > 5 AND COUNT(mail WHERE sku = "X" AND NUMBER(cost) > 2) = 1`},
		{`scores CONTAINS 5 AND ANY scores > 6`, `ANY scores HAS (NUMBER(ELEMENT) = 5) AND ANY scores HAS (NUMBER(ELEMENT) > 6)`},
		{`COALESCE(sent, opened) > 30 days ago AND COALESCE(due, "2025-12-01") < TODAY`, `COALESCE(TIME(sent), TIME(opened)) OLDER THAN 30 days AND COALESCE(TIME(due), 2025-12-01) < TODAY`},
		{`COALESCE(LAST(mail.at), Opened) > sent AND COALESCE(age, n, 0) > 5`, `COALESCE(TIME(LAST(mail.at)), TIME(Opened)) > sent AND COALESCE(NUMBER(age), n, 0) > 5`},
		{`TIME(sent) > TIME(opened) AND NUMBER(age) > 5`, `TIME(sent) > TIME(opened) AND NUMBER(age) > 5`},
	} {
		c, err := s.Parse(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if got := c.String(); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.text, got, tt.want)
		}
		data, err := segment.MarshalCondition(c)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if back, err := segment.UnmarshalCondition(data); err != nil || !rule.Equal(back, c) {
			t.Errorf("%s: JSON gives %v, %v", tt.text, back, err)
		}
		if again, err := s.Parse(tt.want); err != nil || !rule.Equal(again, c) {
			t.Errorf("%s reads as %v, %v", tt.want, again, err)
		}
	}
	// Without a schema a text beside a text is a text.
	x := segment.Record{Fields: map[string]segment.Value{"a": segment.Text("2025-12-01T10:00:00Z"), "b": segment.Text("2025-12-01T11:00:00+01:00")}}
	if segment.Evaluate(segment.MustParse(`a = b`), x, time.Now()) || !segment.Evaluate(segment.MustParse(`TIME(a) = b`), x, time.Now()) {
		t.Error("a = b of texts is a comparison of texts, and TIME(a) = b one of instants")
	}
}
