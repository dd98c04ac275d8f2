package tests

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
)

// jsonValues are values with their JSON form.
func jsonValues() map[string]rule.Value {
	third := rule.RatValue(rule.Int(1).Rat().Quo(rule.Int(1).Rat(), rule.Int(3).Rat()))
	return map[string]rule.Value{
		`null`: {}, `true`: rule.Bool(true), `false`: rule.Bool(false),
		`9007199254740993`: rule.Int(9007199254740993), `18446744073709551615`: rule.Uint(math.MaxUint64), `-9223372036854775808`: rule.Int(math.MinInt64),
		`0.1`: rule.Number(0.1), `0.12345678901234567890123`: ruletest.Number("0.12345678901234567890123"),
		`{"$fraction":"1/3"}`: third,
		`"2026-01-31"`:        rule.Text("2026-01-31"), `""`: rule.Text(""), `"a\"\\\n\u0001é"`: rule.Text("a\"\\\n\x01é"),
		`{"$date":"2026-01-31"}`:                     rule.Date(2026, 1, 31),
		`{"$date":"0000-01-01"}`:                     rule.Date(0, 1, 1),
		`{"$time":"2026-01-31T10:00:00.000000001Z"}`: rule.Time(time.Date(2026, 1, 31, 10, 0, 0, 1, time.UTC)),
		`{"$duration":"1h30m0s"}`:                    rule.Duration(90 * time.Minute),
		`{"$duration":"-0.000000001s"}`:              rule.Duration(-1),
		`{"$duration":"100000000h0m0s"}`:             rule.DurationValue(calendar.Length{Sec: 360_000_000_000}),
		`{"$version":"2.10.0"}`:                      rule.Version(rule.Text("2.10.0")),
		`[]`:                                         rule.List(),
		`[1,"a",[null],{}]`:                          rule.List(rule.Int(1), rule.Text("a"), rule.List(rule.Value{}), rule.Object()),
		`{"a":{"b":1},"date":"x"}`:                   rule.Object(rule.Member{Name: "a", Value: rule.Object(rule.Member{Name: "b", Value: rule.Int(1)})}, rule.Member{Name: "date", Value: rule.Text("x")}),
		`{"date":"2026-01-31"}`:                      rule.Object(rule.Member{Name: "date", Value: rule.Text("2026-01-31")}),
		`{"$$date":5}`:                               rule.Object(rule.Member{Name: "$date", Value: rule.Int(5)}),
		`[{"$$$$x":{"$$":{}}}]`:                      rule.List(rule.Object(rule.Member{Name: "$$$x", Value: rule.Object(rule.Member{Name: "$", Value: rule.Object()})})),
		`{"$date":1,"b":2}`:                          rule.Object(rule.Member{Name: "$date", Value: rule.Int(1)}, rule.Member{Name: "b", Value: rule.Int(2)}),
		`{"object":{"time":1}}`:                      rule.Object(rule.Member{Name: "object", Value: rule.Object(rule.Member{Name: "time", Value: rule.Int(1)})}),
	}
}

func TestValueJSON(t *testing.T) {
	for text, v := range jsonValues() {
		got, err := v.MarshalJSON()
		if err != nil || string(got) != text {
			t.Errorf("writing %v: %s, %v, want %s", v, got, err, text)
		}
		var back rule.Value
		if err := json.Unmarshal([]byte(text), &back); err != nil || !back.Equal(v) {
			t.Errorf("reading %s: %v, %v, want %v", text, back, err, v)
		}
	}
	for _, v := range []rule.Value{rule.Number(math.NaN()), rule.JSON("{"), rule.List(rule.Number(math.Inf(1))), rule.Text("\xff"), rule.Date(10000, 1, 1), rule.Date(-1, 1, 1),
		rule.Time(time.Unix(math.MaxInt64, 0)), rule.Object(rule.Member{Name: "a", Value: rule.Int(1)}, rule.Member{Name: "a", Value: rule.Int(2)})} {
		if got, err := v.MarshalJSON(); err == nil {
			t.Errorf("%v was written as %s", v, got)
		}
	}
	for _, text := range []string{`{"$date":5}`, `{"$date":"2026-02-30"}`, `{"$time":"2026-01-31"}`, `{"$duration":"1"}`, `{"$duration":""}`, `{"$duration":"1.h"}`,
		`{"$fraction":"1/0"}`, `{"$fraction":"1"}`, `{"$version":"x"}`, `1e400`, `{"a":1,"a":2}`, `[1] 2`, strings.Repeat("[", 101) + strings.Repeat("]", 101)} {
		var v rule.Value
		if err := v.UnmarshalJSON([]byte(text)); err == nil {
			t.Errorf("%s was read as %v", text, v)
		}
	}
	deep := strings.Repeat("[", 100) + strings.Repeat("]", 100)
	var v rule.Value
	if err := v.UnmarshalJSON([]byte(deep)); err != nil {
		t.Errorf("100 levels: %v", err)
	}
}

func TestUpdateJSON(t *testing.T) {
	at := time.Date(2026, 1, 31, 10, 0, 0, 5, time.UTC)
	u := segment.Update{Contact: "ann", At: at, Set: map[string]rule.Value{}, Retract: []string{"e0"}, Join: []string{"l"}, Leave: []string{"m"},
		Events: []segment.Event{{ID: "e1", Name: "opened", At: at.Add(-time.Hour), Props: segment.Document(`{"n":1,"date":"2026-01-31"}`)}, {ID: "e2", Name: "x", At: at}}}
	for text, v := range jsonValues() {
		if v.Kind() != rule.KindVersion {
			u.Set[text] = v
		}
	}
	if err := u.Validate(); err != nil {
		t.Fatal(err)
	}
	roundTrip(t, u)
	roundTrip(t, segment.Update{Contact: "ann", At: at, Delete: true})
	roundTrip(t, segment.Diff{Revision: math.MaxUint64, Contact: "ann", Segment: "s", Entered: true, At: at, Cause: segment.CauseSegment})
	roundTrip(t, segment.Record{ID: "ann", Fields: u.Set, Log: u.Events, Lists: map[string]time.Time{"l": at}, Segments: []string{"s"},
		Changes: map[string][]segment.Change{"plan": {{At: at, Value: rule.Text("free")}, {At: at.Add(1), Value: rule.Value{}}}}})
	slots, err := json.Marshal(&segment.Record{ID: "bob", Layout: segment.NewLayout("a", "b.c", "d"), Slots: []rule.Value{rule.Int(1), rule.Date(2026, 1, 31)}, Fields: map[string]rule.Value{"e": rule.Int(5)}})
	if want := `{"id":"bob","fields":{"a":1,"b.c":{"$date":"2026-01-31"},"e":5}}`; err != nil || string(slots) != want {
		t.Errorf("a record with slots: %s, %v, want %s", slots, err, want)
	}
	const want = `{"contact":"ann","at":"2026-01-31T10:00:00.000000005Z","set":{"d":{"$date":"2026-01-31"}},"events":[{"id":"e","name":"n","at":"2026-01-31T10:00:00.000000005Z","props":{"a":1}}]}`
	got, err := json.Marshal(segment.Update{Contact: "ann", At: at, Set: map[string]rule.Value{"d": rule.Date(2026, 1, 31)}, Events: []segment.Event{{ID: "e", Name: "n", At: at, Props: segment.Document(`{"a":1}`)}}})
	if err != nil || string(got) != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
	if _, err := json.Marshal(segment.Diff{Cause: 9}); err == nil {
		t.Error("an unknown cause was written")
	}
	if err := new(segment.Cause).UnmarshalText([]byte("fate")); err == nil {
		t.Error("an unknown cause was read")
	}
}

// roundTrip writes and reads through encoding/json.
func roundTrip[T any](t *testing.T, v T) {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var back T
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if diff := cmp.Diff(v, back, cmp.Comparer(func(a, b *segment.Layout) bool { return a == b })); diff != "" {
		t.Errorf("%s: %s", text, diff)
	}
}

func TestDocumentJSON(t *testing.T) {
	var d segment.Document
	for _, bad := range []string{`[]`, `1`, `{"a":1,"a":2}`, `{"a":1e999}`} {
		if err := json.Unmarshal([]byte(bad), &d); err == nil {
			t.Errorf("%s was read as a document", bad)
		}
	}
	if _, err := json.Marshal(segment.Document(`{"a":`)); err == nil {
		t.Error("a document that is not JSON was written")
	}
	if err := json.Unmarshal([]byte(`null`), &d); err != nil || d != nil {
		t.Errorf("null: %s, %v", d, err)
	}
}

func TestUpdateValidate(t *testing.T) {
	at := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	bad := segment.Update{
		Set: map[string]rule.Value{"": rule.Int(1), "a/b": rule.Number(math.NaN()), "c": rule.Text("\xff"), "d": rule.List(rule.Value{}, rule.JSON("["))},
		Events: []segment.Event{{}, {ID: "e", Name: "n", At: at, Props: segment.Document(`{"a":1,"a":2}`)}, {ID: "e", Name: "n", At: at, Props: segment.Document(`[]`)},
			{ID: "e\xff", Name: "n", At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}},
		Retract: []string{"e", ""}, Join: []string{""}, Leave: []string{"\xfe"},
	}
	var got []string
	errs, _ := bad.Validate().(rule.Errors)
	for _, e := range errs {
		got = append(got, e.Path+" "+string(e.Code)+" "+e.Msg)
	}
	want := []string{
		"/contact value the contact id is empty",
		"/at value an instant is missing",
		"/set/ value the field name is empty",
		"/set/a~1b value a value that is none: NaN, an infinity, or text that is not JSON",
		"/set/c value a text is not valid UTF-8",
		"/set/d value a value that is none: NaN, an infinity, or text that is not JSON",
		"/events/0/id value the event id is empty",
		"/events/0/name value the event name is empty",
		"/events/0/at value an instant is missing",
		`/events/1/props syntax duplicate name "a"`,
		"/events/2/props syntax expected a JSON object, found a list",
		"/events/3/id value a text is not valid UTF-8",
		"/events/3/at value a time outside of the years 0 to 9999",
		"/retract/1 value the event id is empty",
		"/join/0 value the list name is empty",
		"/leave/0 value a text is not valid UTF-8",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := (segment.Update{Contact: "ann", At: at, Delete: true, Events: []segment.Event{{}}}).Validate(); err != nil {
		t.Errorf("a delete: %v", err)
	}
}
