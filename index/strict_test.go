package index_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// A strict index refuses what does not fit the schema, all or none; one that is told
// applies it.
func TestStrict(t *testing.T) {
	s := &segment.Schema{}
	if err := s.UnmarshalJSON([]byte(`{"fields":{"country":{"kind":"text"},"score":{"kind":"number","coerce":true}},"events":{"visit":{}},"lists":["trial"]}`)); err != nil {
		t.Fatal(err)
	}
	right := segment.Update{Contact: "ann", At: newYear, Set: map[string]segment.Value{"country": segment.Text("US"), "score": segment.Text("5")}, Join: []string{"trial"},
		Events: []segment.Event{{ID: "1", Name: "visit", At: newYear}}}
	wrong := segment.Update{Contact: "bob", At: newYear, Set: map[string]segment.Value{"contry": segment.Text("US")}}
	for _, shards := range []int{1, 3} {
		ix := index.New(index.Options{Schema: s, Strict: true, Shards: shards})
		before := ix.Hash()
		_, err := ix.Apply(right, wrong)
		var at *index.UpdateError
		var one *segment.Error
		if !errors.As(err, &at) || at.Index != 1 || !errors.As(err, &one) || one.Path != "/set/contry" || one.Suggestion != "country" || one.Code != segment.ErrUnknown {
			t.Fatalf("%v", err)
		}
		if ix.Hash() != before || !ix.Now().IsZero() {
			t.Error("an update that is refused has changed something")
		}
		if _, err := ix.Apply(right); err != nil {
			t.Error(err)
		}
		if x, _ := ix.Contact("ann"); !x.Field("score").Equal(segment.Int(5)) || right.Set["score"].Kind() != segment.KindText {
			t.Errorf("the score is %v", x.Field("score"))
		}
		var b bytes.Buffer
		if err := ix.Snapshot(&b); err != nil {
			t.Fatal(err)
		}
		again, err := index.Restore(&b, index.Options{Schema: s, Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := again.Apply(wrong); err == nil {
			t.Error("after Restore anything goes")
		}

		var told []string
		ix = index.New(index.Options{Schema: s, Strict: true, Shards: shards, Unfit: func(u segment.Update, err error) { told = append(told, fmt.Sprint(u.Contact, " ", err)) }})
		if _, err := ix.Apply(right, wrong, right, wrong); err != nil {
			t.Fatal(err)
		}
		if want := `bob /set/contry: unknown field "contry"; did you mean country?`; !slices.Equal(told, []string{want, want}) {
			t.Errorf("told %q", told)
		}
		if x, ok := ix.Contact("bob"); !ok || x.Field("contry").Text() != "US" {
			t.Error("an update that somebody is told of is not applied")
		}
	}
}
