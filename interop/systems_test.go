package interop_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop"
	"github.com/segmentrules/segment/schema"
)

// A reading is a definition, the rule that it is ("" for none), and what its losses need, in
// their order, with | between them.
type reading struct{ definition, rule, needs string }

// A misreading is a definition that is refused, and a part of the error that says why.
type misreading struct{ definition, says string }

// checkReadings imports definitions of one system.
func checkReadings(t *testing.T, system string, good []reading, bad []misreading) {
	t.Helper()
	for _, c := range good {
		s, losses, err := interop.Import(system, []byte(c.definition), nil)
		if err != nil {
			t.Errorf("%s\n%v", c.definition, err)
			continue
		}
		var needs []string
		for _, l := range losses {
			needs = append(needs, l.Needs)
			if l.Path == "" && strings.HasPrefix(c.definition, "[") {
				t.Errorf("%s\na loss without a place: %v", c.definition, l)
			}
		}
		if got := strings.Join(needs, "|"); got != c.needs {
			t.Errorf("%s\nneeds %q, not %q", c.definition, got, c.needs)
		}
		switch {
		case c.rule == "" && s.Condition != nil:
			t.Errorf("%s\nis %v, and should be nothing", c.definition, s.Condition)
		case c.rule != "" && s.Condition == nil:
			t.Errorf("%s\nis nothing, not %s", c.definition, c.rule)
		case c.rule != "":
			want, err := segment.Parse(c.rule)
			if err != nil {
				t.Fatal(c.rule, err)
			}
			sameAnswers(t, c.definition, s.Condition, want)
		}
	}
	for _, c := range bad {
		s, _, err := interop.Import(system, []byte(c.definition), nil)
		if err == nil {
			t.Errorf("%s\nis %v, and should be refused", c.definition, s.Condition)
			continue
		}
		var all segment.Errors
		if !errors.As(err, &all) {
			t.Errorf("%s\n%T is no list of errors", c.definition, err)
		}
		if !slices.ContainsFunc(all, func(e *segment.Error) bool { return strings.Contains(e.Error(), c.says) }) {
			t.Errorf("%s\n%v\ndoes not say %q", c.definition, err, c.says)
		}
	}
}

// A schema gives texts of a definition the kinds of their fields, also in a language that is
// text, and its errors have places there.
func TestTextualSchema(t *testing.T) {
	sch := &segment.Schema{Fields: map[string]schema.FieldType{
		"age": {Kind: segment.KindNumber}, "born": {Kind: segment.KindDate}, "vip": {Kind: segment.KindBool}}}
	s, losses, err := interop.Import("twilio-segment", []byte(`trait('age') >= '18' AND trait('vip') = 'true'`), sch)
	if err != nil || len(losses) > 0 {
		t.Fatal(losses, err)
	}
	if got := s.Condition.String(); got != "age >= 18 AND vip = TRUE" {
		t.Error(got)
	}
	_, _, err = interop.Import("shopify", []byte("age > 5 OR\n  bron = 2024-01-01"), sch)
	if err == nil || !strings.Contains(err.Error(), "2:3") || !strings.Contains(err.Error(), "born") {
		t.Errorf("%v does not say 2:3 and born", err)
	}
	_, _, err = interop.Import("sendgrid", []byte("SELECT contact_id, updated_at FROM contact_data WHERE\nages = 5"), sch)
	if err == nil || !strings.Contains(err.Error(), "2:1") || !strings.Contains(err.Error(), "age") {
		t.Errorf("%v does not say 2:1 and age", err)
	}
	// a trait that the schema has is no audience
	s, _, err = interop.Import("twilio-segment", []byte(`trait('vip') = true`), sch)
	if err != nil || s.Condition.String() != "vip = TRUE" {
		t.Error(s.Condition, err)
	}
}

// What is nested without an end is refused in time, and no stack ends.
func TestTextualNesting(t *testing.T) {
	const n = 50_000
	for _, c := range []struct{ system, open string }{
		{"twilio-segment", "("}, {"twilio-segment", "NOT "}, {"twilio-segment", "ANY "}, {"twilio-segment", "event("},
		{"twilio-segment", "event('a').where("}, {"twilio-segment", "event('a').sum("},
		{"shopify", "("}, {"shopify", "NOT "}, {"listmonk", "("}, {"listmonk", "NOT "}, {"listmonk", "-"}, {"listmonk", "lower("},
		{"listmonk", "CAST("}, {"listmonk", "ARRAY["}, {"listmonk", "EXISTS(SELECT 1 FROM campaign_views WHERE "},
		{"sendgrid", "SELECT contact_id FROM contact_data WHERE ("}, {"mautic", "["}, {"parcelvoy", `{"children":[`},
	} {
		if _, _, err := interop.Import(c.system, []byte(strings.Repeat(c.open, n)), nil); err == nil {
			t.Errorf("%s: many %q are read", c.system, c.open)
		}
	}
}
