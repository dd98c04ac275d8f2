package index_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// made returns an index of some contacts, all of which come to be at one instant,
// in this order.
func made(t *testing.T, order []int, more ...segment.Update) *index.Index {
	t.Helper()
	ix := index.New(index.Options{})
	for _, id := range []string{"old", "rich"} {
		if _, err := ix.Define(segment.Segment{ID: id, Condition: segment.MustParse(`visits >= 3 AND DID opened IN LAST 7 DAYS`)}, newYear); err != nil {
			t.Fatal(err)
		}
	}
	var us []segment.Update
	for _, i := range order {
		us = append(us, segment.Update{Contact: fmt.Sprint("c", i), At: newYear, Set: map[string]segment.Value{
			"visits": segment.Int(int64(i)), fmt.Sprint("own", i%3): segment.JSON(`{"a":1,"b":2}`)},
			Events: []segment.Event{{ID: "1", Name: "opened", At: newYear}}, Join: []string{"l1", "l2"}})
	}
	apply(t, ix, append(us, more...)...)
	return ix
}

func TestHashDoesNotDependOnTheOrderOfContacts(t *testing.T) {
	up := []int{0, 1, 2, 3, 4, 5, 6, 7}
	down := slices.Clone(up)
	slices.Reverse(down)
	if made(t, up).Hash() != made(t, up).Hash() {
		t.Error("the same calls give another Hash")
	}
	if made(t, up).Hash() != made(t, down).Hash() {
		t.Error("another order of contacts gives another Hash")
	}
	gone := segment.Update{Contact: "c7", At: newYear, Delete: true}
	back := segment.Update{Contact: "c7", At: newYear}
	if a, b := made(t, up, gone, back), made(t, up[:7], back); a.Hash() != b.Hash() {
		t.Error("a contact that was deleted and came back has left a trace")
	}
}

// TestHashTellsStatesApart holds the digests of states that all differ against
// each other.
func TestHashTellsStatesApart(t *testing.T) {
	u := func(u segment.Update) segment.Update {
		u.Contact, u.At = "c1", newYear
		return u
	}
	set := func(name string, v segment.Value) segment.Update {
		return u(segment.Update{Set: map[string]segment.Value{name: v}})
	}
	event := func(id, name string, at time.Time, props string) segment.Event {
		return segment.Event{ID: id, Name: name, At: at, Props: []byte(props)}
	}
	events := func(es ...segment.Event) segment.Update { return u(segment.Update{Events: es}) }
	later := newYear.Add(time.Hour)
	states := map[string]*index.Index{}
	for name, more := range map[string][]segment.Update{
		"as it is":         nil,
		"a number":         {set("visits", segment.Int(7))},
		"a text":           {set("visits", segment.Text("7"))},
		"another field":    {set("own7", segment.Int(7))},
		"null":             {set("visits", segment.Value{})},
		"a list":           {set("x", segment.List(segment.Int(1), segment.Int(2)))},
		"two lists":        {set("x", segment.List(segment.List(segment.Int(1)), segment.Int(2)))},
		"an object":        {set("x", segment.JSON(`{"a":1,"b":2}`))},
		"an event":         {events(event("2", "opened", newYear, ""))},
		"its id":           {events(event("3", "opened", newYear, ""))},
		"its name":         {events(event("2", "clicked", newYear, ""))},
		"its instant":      {events(event("2", "opened", newYear.Add(1), ""))},
		"its properties":   {events(event("2", "opened", newYear, "{}"))},
		"two events":       {events(event("2", "opened", newYear, ""), event("3", "clicked", newYear, ""))},
		"the other first":  {events(event("3", "clicked", newYear, ""), event("2", "opened", newYear, ""))},
		"no event":         {u(segment.Update{Retract: []string{"1"}})},
		"a list joined":    {u(segment.Update{Join: []string{"l3"}})},
		"a list left":      {u(segment.Update{Leave: []string{"l1"}})},
		"gone":             {u(segment.Update{Delete: true})},
		"one more":         {{Contact: "c9", At: newYear}},
		"later":            {{Contact: "c9", At: later}},
		"a history":        {{Contact: "c1", At: later, Set: map[string]segment.Value{"visits": segment.Int(7)}}},
		"a longer history": {{Contact: "c1", At: later.Add(-1), Set: map[string]segment.Value{"visits": segment.Int(6)}}, {Contact: "c1", At: later, Set: map[string]segment.Value{"visits": segment.Int(7)}}},
	} {
		states[name] = made(t, []int{1, 2, 3}, more...)
	}
	advanced := made(t, []int{1, 2, 3})
	advanced.Advance(newYear.Add(1), 0)
	states["a clock"] = advanced
	defined := made(t, []int{1, 2, 3})
	if _, err := defined.Define(segment.Segment{ID: "none", Condition: segment.MustParse(`x = 1 AND x = 2`)}, newYear); err != nil {
		t.Fatal(err)
	}
	states["a segment"] = defined
	seen := map[[32]byte]string{}
	for name, ix := range states {
		h := ix.Hash()
		if other, ok := seen[h]; ok {
			t.Errorf("%q and %q have one Hash", name, other)
		}
		seen[h] = name
		if restored, err := again(ix); err != nil || restored.Hash() != h {
			t.Errorf("%q: restored, %v", name, err)
		}
	}
}

// Properties that say the same, however they are written, are the same.
func TestHashOfPropertiesInOtherWords(t *testing.T) {
	at := time.Date(2026, 1, 31, 10, 0, 0, 0, time.UTC)
	hash := func(props string) [32]byte {
		ix := index.New(index.Options{})
		u := segment.Update{Contact: "ann", At: at, Events: []segment.Event{{ID: "1", Name: "bought", At: at, Props: segment.Document(props)}}}
		if _, err := ix.Apply(u); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := ix.Snapshot(&b); err != nil {
			t.Fatal(err)
		}
		again, err := index.Restore(&b, index.Options{})
		if err != nil || again.Hash() != ix.Hash() {
			t.Fatalf("%s: %v", props, err)
		}
		// and through the JSON of updates, which escapes some characters
		text, err := json.Marshal(u)
		if err != nil {
			t.Fatal(err)
		}
		var back segment.Update
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		other := index.New(index.Options{})
		if _, err := other.Apply(back); err != nil || other.Hash() != ix.Hash() {
			t.Errorf("%s is another state when read from JSON: %v", props, err)
		}
		return ix.Hash()
	}
	want := hash(`{"a":1,"b":{"c":"<é>","d":[1,2.5]}}`)
	for _, same := range []string{`{"a" : 1, "b":{"c":"<é>","d":[1,2.5]}}`, `{"b":{"d":[1.0,25e-1],"c":"\u003c\u00e9\u003E"},"a":1.00}`, "\n{\"a\":1,\"b\":{\"c\":\"<é>\",\"d\":[1,2.5]}}"} {
		if hash(same) != want {
			t.Errorf("%s has another hash", same)
		}
	}
	if hash(`{"a":1,"b":{"c":"<é>","d":[2.5,1]}}`) == want {
		t.Error("the order of elements does not count")
	}
}
