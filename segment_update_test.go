package segment

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// jsonValues are values with their JSON form.
func jsonValues() map[string]Value {
	third := ratValue(Int(1).rat().Quo(Int(1).rat(), Int(3).rat()))
	return map[string]Value{
		`null`: {}, `true`: Bool(true), `false`: Bool(false),
		`9007199254740993`: Int(9007199254740993), `18446744073709551615`: Uint(math.MaxUint64), `-9223372036854775808`: Int(math.MinInt64),
		`0.1`: Number(0.1), `0.12345678901234567890123`: number("0.12345678901234567890123"),
		`{"fraction":"1/3"}`: third,
		`"2026-01-31"`:       Text("2026-01-31"), `""`: Text(""), `"a\"\\\n\u0001é"`: Text("a\"\\\n\x01é"),
		`{"date":"2026-01-31"}`:                       Date(2026, 1, 31),
		`{"date":"0000-01-01"}`:                       Date(0, 1, 1),
		`{"time":"2026-01-31T10:00:00.000000001Z"}`:   Time(time.Date(2026, 1, 31, 10, 0, 0, 1, time.UTC)),
		`{"duration":"1h30m0s"}`:                      Duration(90 * time.Minute),
		`{"duration":"-0.000000001s"}`:                Duration(-1),
		`{"duration":"100000000h0m0s"}`:               durationValue(span{sec: 360_000_000_000}),
		`{"version":"2.10.0"}`:                        version(Text("2.10.0")),
		`[]`:                                          List(),
		`[1,"a",[null],{}]`:                           List(Int(1), Text("a"), List(Value{}), Object()),
		`{"a":{"b":1},"date":"x"}`:                    Object(Member{"a", Object(Member{"b", Int(1)})}, Member{"date", Text("x")}),
		`{"object":{"date":"2026-01-31"}}`:            Object(Member{"date", Text("2026-01-31")}),
		`{"object":{"object":{"object":{"time":1}}}}`: Object(Member{"object", Object(Member{"time", Int(1)})}),
	}
}

func TestValueJSON(t *testing.T) {
	for text, v := range jsonValues() {
		got, err := v.MarshalJSON()
		if err != nil || string(got) != text {
			t.Errorf("writing %v: %s, %v, want %s", v, got, err, text)
		}
		var back Value
		if err := json.Unmarshal([]byte(text), &back); err != nil || !back.Equal(v) {
			t.Errorf("reading %s: %v, %v, want %v", text, back, err, v)
		}
	}
	for _, v := range []Value{Number(math.NaN()), JSON("{"), List(Number(math.Inf(1))), Text("\xff"), Date(10000, 1, 1), Date(-1, 1, 1),
		Time(time.Unix(math.MaxInt64, 0)), Object(Member{"a", Int(1)}, Member{"a", Int(2)})} {
		if got, err := v.MarshalJSON(); err == nil {
			t.Errorf("%v was written as %s", v, got)
		}
	}
	for _, text := range []string{`{"date":5}`, `{"date":"2026-02-30"}`, `{"time":"2026-01-31"}`, `{"duration":"1"}`, `{"duration":""}`, `{"duration":"1.h"}`,
		`{"fraction":"1/0"}`, `{"fraction":"1"}`, `{"object":1}`, `{"version":"x"}`, `1e400`, `{"a":1,"a":2}`, `[1] 2`, strings.Repeat("[", 101) + strings.Repeat("]", 101)} {
		var v Value
		if err := v.UnmarshalJSON([]byte(text)); err == nil {
			t.Errorf("%s was read as %v", text, v)
		}
	}
	deep := strings.Repeat("[", 100) + strings.Repeat("]", 100)
	var v Value
	if err := v.UnmarshalJSON([]byte(deep)); err != nil {
		t.Errorf("100 levels: %v", err)
	}
}

func TestUpdateJSON(t *testing.T) {
	at := time.Date(2026, 1, 31, 10, 0, 0, 5, time.UTC)
	u := Update{Contact: "ann", At: at, Set: map[string]Value{}, Retract: []string{"e0"}, Join: []string{"l"}, Leave: []string{"m"},
		Events: []Event{{ID: "e1", Name: "opened", At: at.Add(-time.Hour), Props: Document(`{"n":1,"date":"2026-01-31"}`)}, {ID: "e2", Name: "x", At: at}}}
	for text, v := range jsonValues() {
		if v.Kind() != KindVersion {
			u.Set[text] = v
		}
	}
	if err := u.Validate(); err != nil {
		t.Fatal(err)
	}
	roundTrip(t, u)
	roundTrip(t, Update{Contact: "ann", At: at, Delete: true})
	roundTrip(t, Diff{Revision: math.MaxUint64, Contact: "ann", Segment: "s", Entered: true, At: at, Cause: CauseSegment})
	roundTrip(t, Record{ID: "ann", Fields: u.Set, Log: u.Events, Lists: map[string]time.Time{"l": at}, Segments: []string{"s"},
		Changes: map[string][]Change{"plan": {{at, Text("free")}, {at.Add(1), Value{}}}}})
	slots, err := json.Marshal(&Record{ID: "bob", Layout: NewLayout("a", "b.c", "d"), Slots: []Value{Int(1), Date(2026, 1, 31)}, Fields: map[string]Value{"e": Int(5)}})
	if want := `{"id":"bob","fields":{"a":1,"b.c":{"date":"2026-01-31"},"e":5}}`; err != nil || string(slots) != want {
		t.Errorf("a record with slots: %s, %v, want %s", slots, err, want)
	}
	const want = `{"contact":"ann","at":"2026-01-31T10:00:00.000000005Z","set":{"d":{"date":"2026-01-31"}},"events":[{"id":"e","name":"n","at":"2026-01-31T10:00:00.000000005Z","props":{"a":1}}]}`
	got, err := json.Marshal(Update{Contact: "ann", At: at, Set: map[string]Value{"d": Date(2026, 1, 31)}, Events: []Event{{"e", "n", at, Document(`{"a":1}`)}}})
	if err != nil || string(got) != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
	if _, err := json.Marshal(Diff{Cause: 9}); err == nil {
		t.Error("an unknown cause was written")
	}
	if err := new(Cause).UnmarshalText([]byte("fate")); err == nil {
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
	if diff := cmp.Diff(v, back, cmp.Comparer(func(a, b *Layout) bool { return a == b })); diff != "" {
		t.Errorf("%s: %s", text, diff)
	}
}

func TestDocumentJSON(t *testing.T) {
	var d Document
	for _, bad := range []string{`[]`, `1`, `{"a":1,"a":2}`, `{"a":1e999}`} {
		if err := json.Unmarshal([]byte(bad), &d); err == nil {
			t.Errorf("%s was read as a document", bad)
		}
	}
	if _, err := json.Marshal(Document(`{"a":`)); err == nil {
		t.Error("a document that is not JSON was written")
	}
	if err := json.Unmarshal([]byte(`null`), &d); err != nil || d != nil {
		t.Errorf("null: %s, %v", d, err)
	}
}

func TestUpdateValidate(t *testing.T) {
	at := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	bad := Update{
		Set: map[string]Value{"": Int(1), "a/b": Number(math.NaN()), "c": Text("\xff"), "d": List(Value{}, JSON("["))},
		Events: []Event{{}, {ID: "e", Name: "n", At: at, Props: Document(`{"a":1,"a":2}`)}, {ID: "e", Name: "n", At: at, Props: Document(`[]`)},
			{ID: "e\xff", Name: "n", At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}},
		Retract: []string{"e", ""}, Join: []string{""}, Leave: []string{"\xfe"},
	}
	var got []string
	errs, _ := bad.Validate().(Errors)
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
	if err := (Update{Contact: "ann", At: at, Delete: true, Events: []Event{{}}}).Validate(); err != nil {
		t.Errorf("a delete: %v", err)
	}
}
