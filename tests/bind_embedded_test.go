package tests

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"testing"

	"github.com/segmentrules/segment"
)

type (
	deepX   struct{ X string }
	viaX    struct{ deepX }
	nearX   struct{ X string }
	otherX  struct{ X string }
	taggedX struct {
		Y string `json:"X"`
	}
	leftX  struct{ nearX }
	rightX struct{ nearX }
	selfX  struct {
		*selfX
		X string
	}
)

// boundAndJSON are the field X of a struct as Bind and SetOf have it, and as its JSON
// does; "" if there is none.
func boundAndJSON[T any](t *testing.T, v *T) (bound, inJSON string) {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var members struct{ X string }
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	bound = segment.Bind(v).Field("X").Text()
	if set := segment.SetOf(v)["X"].Text(); set != bound {
		t.Errorf("%T: X is %q to Bind and %q to SetOf", v, bound, set)
	}
	_, err = segment.NewBinder[T]()
	_, known := segment.SchemaOf[T]().Fields["X"]
	if known != (err == nil) {
		t.Errorf("%T: the schema knows X: %v, and NewBinder says %v", v, known, err)
	}
	var one *segment.Error
	if (members.X == "") != (err != nil) || err != nil && (!errors.As(err, &one) || one.Path != "/X") {
		t.Errorf("%T: X is %q in JSON, and NewBinder says %v", v, members.X, err)
	}
	return bound, members.X
}

// A name means the field of the embedded structs that encoding/json takes for it, and
// nothing where that takes none.
func TestBindEmbeddedNames(t *testing.T) {
	check := func(bound, inJSON string) {
		t.Helper()
		if bound != inJSON {
			t.Errorf("X is %q, and in JSON %q", bound, inJSON)
		}
	}
	check(boundAndJSON(t, &struct {
		viaX
		nearX
	}{viaX{deepX{"deep"}}, nearX{"near"}}))
	check(boundAndJSON(t, &struct {
		*viaX
		*nearX
	}{&viaX{deepX{"deep"}}, &nearX{"near"}}))
	check(boundAndJSON(t, &struct {
		nearX
		otherX
	}{nearX{"a"}, otherX{"b"}}))
	check(boundAndJSON(t, &struct { // two as near hide the deeper one too
		viaX
		nearX
		otherX
	}{viaX{deepX{"deep"}}, nearX{"a"}, otherX{"b"}}))
	check(boundAndJSON(t, &struct {
		nearX
		taggedX
	}{nearX{"a"}, taggedX{"tagged"}}))
	check(boundAndJSON(t, &struct {
		leftX
		rightX
	}{leftX{nearX{"a"}}, rightX{nearX{"b"}}}))
	check(boundAndJSON(t, &struct {
		nearX
		X string
	}{nearX{"near"}, "own"}))
	check(boundAndJSON(t, &selfX{&selfX{nil, "inner"}, "own"}))
}

// What SetOf gives fits what SchemaOf says, also where a nested struct has a field that
// cannot be read.
func TestSetOfLeavesOutNestedUnreadable(t *testing.T) {
	type page struct {
		Home  url.URL
		Links []url.URL
		By    map[string]url.URL
		Notes struct {
			Text string
			Done chan int
		}
		Queues []chan int
	}
	at, err := url.Parse("https://ann:secret@example.com/a")
	if err != nil {
		t.Fatal(err)
	}
	v := page{Home: *at, Links: []url.URL{*at}, By: map[string]url.URL{"a": *at}, Queues: []chan int{nil}}
	v.Notes.Text = "x"
	set := segment.SetOf(&v)
	for _, m := range set["Home"].Members() {
		if m.Name == "User" {
			t.Error("a field that cannot be read is a member")
		}
	}
	if got := set["Home"].Member("Host"); got.Text() != "example.com" {
		t.Errorf("the host is %v", got)
	}
	if names := memberNames(set["Notes"]); !slices.Equal(names, []string{"Text"}) {
		t.Errorf("notes have %q", names)
	}
	if err := segment.SchemaOf[page]().CheckUpdate(segment.Update{Contact: "a", Set: set}); err != nil {
		t.Error(err)
	}
}

func memberNames(v segment.Value) (names []string) {
	for _, m := range v.Members() {
		names = append(names, m.Name)
	}
	return names
}
