package tests

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// names are names that values of kinds which JSON lacks are written under, and
// names like them.
func names() []string {
	return []string{"date", "time", "duration", "fraction", "version", "object", "text", "span", "a", "", "$", "$x", "$$date", "$date", "$time",
		"$duration", "$fraction", "$version", "$object", "Date", "a.b", "é"}
}

// randomJSON is a JSON document with many objects of one member.
func randomJSON(r *rand.Rand, depth int) string {
	pick := func(texts ...string) string { return texts[r.IntN(len(texts))] }
	switch n := r.IntN(8); {
	case depth > 0 && n < 4:
		members := make(map[string]json.RawMessage)
		for range pick("1", "11", "111", "") {
			members[names()[r.IntN(len(names()))]] = json.RawMessage(randomJSON(r, depth-1))
		}
		text, _ := json.Marshal(members)
		return string(text)
	case depth > 0 && n < 5:
		var elements []string
		for range r.IntN(3) {
			elements = append(elements, randomJSON(r, depth-1))
		}
		return "[" + strings.Join(elements, " , ") + "]"
	}
	return pick(`"2026-01-31"`, `"10:00"`, `"2026-01-31T10:00:00Z"`, `"1h30m"`, `"1/3"`, `"2.10"`, `90`, `1.50`, `1e2`, `18446744073709551615`,
		`true`, `null`, `"\u003c\u00e9"`, `""`)
}

// marked reports whether a value has an object of one name that begins with a
// dollar sign: what data may not have as it is.
func marked(v segment.Value) bool {
	ms := v.Members()
	if len(ms) == 1 && strings.HasPrefix(ms[0].Name, "$") {
		return true
	}
	for _, m := range ms {
		if marked(m.Value) {
			return true
		}
	}
	for _, e := range v.List() {
		if marked(e) {
			return true
		}
	}
	return false
}

// Plain JSON in an update is what it is in a document, and every value comes back
// from its JSON.
func TestPlainJSONIsWhatItIs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 12))
	plain := 0
	for range 20_000 {
		text := `{"f":` + randomJSON(r, 4) + `}`
		doc, err := segment.NewDocument([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		want := doc.Field("f")
		written, err := json.Marshal(want)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		var back segment.Value
		if err := json.Unmarshal(written, &back); err != nil || !back.Equal(want) || back.Kind() != want.Kind() {
			t.Fatalf("%s is written as %s and comes back as %v, %v", text, written, back, err)
		}
		if marked(want) {
			continue
		}
		plain++
		var u segment.Update
		if err := json.Unmarshal([]byte(`{"contact":"ann","at":"2026-01-31T10:00:00Z","set":`+text+`}`), &u); err != nil || !u.Set["f"].Equal(want) {
			t.Fatalf("%s is %v in an update, %v; %v in a document", text, u.Set["f"], err, want)
		}
		if !sameSpelling(want, u.Set["f"]) {
			t.Fatalf("%s is of other kinds in an update", text)
		}
	}
	if plain < 5_000 {
		t.Errorf("only %d documents are plain", plain)
	}
}

func sameSpelling(a, b segment.Value) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

// randomValue is a value of any kind that a field may have.
func randomValue(r *rand.Rand, depth int) segment.Value {
	n := r.IntN(10)
	if depth == 0 {
		n = r.IntN(8)
	}
	switch n {
	case 0:
		return segment.Bool(r.IntN(2) == 0)
	case 1:
		return segment.Date(r.IntN(10_000), time.Month(1+r.IntN(12)), 1+r.IntN(28))
	case 2:
		return segment.Time(time.Unix(r.Int64N(253402300800), r.Int64N(1e9)))
	case 3:
		return segment.Duration(time.Duration(r.Int64() - r.Int64()))
	case 4:
		return rule.RatValue(rule.Int(r.Int64N(1000)).Rat().Quo(rule.Int(r.Int64N(1000)).Rat(), rule.Int(1+r.Int64N(99)).Rat()))
	case 5:
		return segment.Text(names()[r.IntN(len(names()))])
	case 6:
		return segment.Value{}
	case 8:
		vs := make([]segment.Value, r.IntN(4))
		for i := range vs {
			vs[i] = randomValue(r, depth-1)
		}
		return segment.List(vs...)
	case 9:
		var ms []segment.Member
		for _, i := range r.Perm(len(names()))[:r.IntN(3)] {
			ms = append(ms, segment.Member{Name: names()[i], Value: randomValue(r, depth-1)})
		}
		return segment.Object(ms...)
	}
	return segment.Uint(r.Uint64())
}

// Value, JSON, value is the identity for all kinds, and so it is in a definition.
func TestEveryValueComesBackFromJSON(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 12))
	for range 20_000 {
		v := randomValue(r, 3)
		text, err := v.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var back segment.Value
		if err := back.UnmarshalJSON(text); err != nil || !back.Equal(v) || !sameSpelling(v, back) {
			t.Fatalf("%v is written as %s and comes back as %v, %v", v, text, back, err)
		}
		c := rule.In{X: rule.Field("x"), Values: []segment.Value{v}}
		if v.IsNull() {
			continue
		}
		for _, c := range []segment.Condition{c, rule.Compare{Left: rule.Field("x"), Op: rule.OpEq, Right: v}} {
			definition, err := segment.MarshalCondition(c)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := segment.UnmarshalCondition(definition); err != nil || !rule.Equal(c, again) {
				t.Fatalf("%v is written as %s and comes back as %v, %v", c, definition, again, err)
			}
		}
		// the JSON of a value stands for it in a definition too
		if read, err := segment.UnmarshalCondition([]byte(`{"field":"x","operator":"in","value":[` + string(text) + `]}`)); err == nil && !bare(v) {
			if !rule.Equal(read, c) {
				t.Fatalf("%s is read in a definition as %v, want %v", text, read, c)
			}
		} else if err != nil && !bare(v) {
			t.Fatalf("%s in a definition: %v", text, err)
		}
	}
}

// bare reports whether a value has an object that a definition takes for a
// value of another kind.
func bare(v segment.Value) bool {
	ms := v.Members()
	if len(ms) == 1 && rule.IsMarker(ms[0].Name) {
		return true
	}
	for _, m := range ms {
		if bare(m.Value) {
			return true
		}
	}
	for _, e := range v.List() {
		if bare(e) {
			return true
		}
	}
	return false
}

// zones are some with offsets of seconds, of quarters of an hour, and that have
// skipped a day.
func zones(t *testing.T) (locs []*time.Location) {
	for _, name := range []string{"Africa/Monrovia", "America/St_Johns", "Pacific/Apia", "Europe/Amsterdam", "Asia/Kathmandu", "America/New_York", "Europe/Dublin", "UTC"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		locs = append(locs, loc)
	}
	return append(locs, time.FixedZone("odd", 3601), time.FixedZone("far", 14*3600), time.FixedZone("", -7*3600-30))
}

// instants are some around every transition of a zone, and at the ends of what
// may be written.
func instants(loc *time.Location) (all []time.Time) {
	for at := time.Date(1840, 1, 1, 0, 0, 0, 0, time.UTC).In(loc); at.Year() < 2038; {
		_, end := at.ZoneBounds()
		if end.IsZero() {
			break
		}
		at = end
		all = append(all, at.Add(-1), at, at.Add(30*time.Second+5))
	}
	ends := []time.Time{time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC), time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 0, 0, loc),
		time.Date(10000, 1, 1, 0, 0, 0, 0, loc), time.Date(0, 1, 1, 0, 0, 0, 0, loc), time.Date(-1, 12, 31, 23, 59, 0, 0, loc), time.Date(1969, 6, 1, 12, 0, 0, 0, loc)}
	for _, at := range ends {
		all = append(all, at.In(loc))
	}
	return all
}

// What Validate accepts can be written and comes back as the same instant.
func TestInstantsComeBackFromJSON(t *testing.T) {
	for _, loc := range zones(t) {
		for _, at := range instants(loc) {
			u := segment.Update{Contact: "ann", At: at, Set: map[string]segment.Value{"t": segment.Time(at)},
				Events: []segment.Event{{ID: "e", Name: "n", At: at}}}
			if err := u.Validate(); err != nil {
				continue
			}
			readsBack(t, u, func(u segment.Update) []time.Time { return []time.Time{u.At, u.Set["t"].Time(), u.Events[0].At} }, at)
			readsBack(t, &u, func(u *segment.Update) []time.Time { return []time.Time{u.At} }, at)
			readsBack(t, u.Events[0], func(e segment.Event) []time.Time { return []time.Time{e.At} }, at)
			readsBack(t, segment.Change{At: at}, func(c segment.Change) []time.Time { return []time.Time{c.At} }, at)
			readsBack(t, segment.Diff{At: at}, func(d segment.Diff) []time.Time { return []time.Time{d.At} }, at)
			readsBack(t, &segment.Explanation{Next: at}, func(e *segment.Explanation) []time.Time { return []time.Time{e.Next} }, at)
			readsBack(t, segment.Record{Lists: map[string]time.Time{"l": at}, Log: u.Events, Changes: map[string][]segment.Change{"f": {{At: at}}}},
				func(r segment.Record) []time.Time {
					return []time.Time{r.Lists["l"], r.Log[0].At, r.Changes["f"][0].At}
				}, at)
		}
	}
}

// readsBack fails unless what a value holds comes back through JSON as one instant.
func readsBack[T any](t *testing.T, v T, held func(T) []time.Time, want time.Time) {
	t.Helper()
	text, err := json.Marshal(v)
	var back T
	if err == nil {
		err = json.Unmarshal(text, &back)
	}
	if err != nil {
		t.Fatalf("%v: %s, %v", want, text, err)
	}
	for _, at := range held(back) {
		if !at.Equal(want) {
			t.Fatalf("%T of %s is written as %s and comes back as %s", v, want, text, at)
		}
	}
}

// What is wrong within an update's JSON is told with its place.
func TestUpdateJSONErrors(t *testing.T) {
	for text, want := range map[string]string{
		`{"contact":"a","at":"2026-01-31T10:00:00Z","set":{"call":{"$duration":90}}}`: `1:71: /set/call/$duration: expected a text, found a number`,
		`{"contact":"a","set":{"a/b":[1,{"$date":"2026-02-30"}]}}`:                    `1:41: /set/a~1b/1/$date: "2026-02-30" is no date; expected 2026-01-31`,
		"{\"contact\":\"a\",\n\"set\":{\"n\":1e999}}":                                 `2:12: /set/n: number out of range: 1e999`,
		`{"contact":5}`:                                       `1:12: /contact: expected a text, found 5`,
		`{"contact":"a","at":"yesterday"}`:                    `1:21: /at: expected an instant as 2026-01-31T10:00:00Z, found "yesterday"`,
		`{"contact":"a","events":[{},{"at":5}]}`:              `1:35: /events/1/at: expected an instant as 2026-01-31T10:00:00Z, found 5`,
		`{"contact":"a","events":[{"props":[1]}]}`:            `1:35: /events/0/props: expected a JSON object, found a list`,
		`{"contact":"a","events":[{"props":{"a":1,"a":2}}]}`:  `1:42: /events/0/props: duplicate name "a"`,
		`{"contact":"a","join":["x",1],"leave":{},"set":[1]}`: `1:28: /join/1: expected a text, found 1 (and 2 more)`,
		`{"contact":"a",}`:                                    `1:16: expected a name in quotes, found '}'`,
		`[]`:                                                  `1:1: expected an update, found a list`,
	} {
		var u segment.Update
		if err := u.UnmarshalJSON([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%s\n got %v\nwant %s", text, err, want)
		}
	}
	var u segment.Update
	if err := json.Unmarshal([]byte(`{"contact":"a","at":null,"set":null,"events":null,"later":{"x":1},"Join":["l"]}`), &u); err != nil || len(u.Join) != 1 {
		t.Errorf("%+v, %v", u, err)
	}
}
