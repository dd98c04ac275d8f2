package tests

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/segmentrules/segment"
)

// What is wrong with a value in the JSON of an update names its field.
func TestUpdateValueErrorsNameTheField(t *testing.T) {
	for text, want := range map[string]string{
		`{"contact":"a","at":"2026-01-31T10:00:00Z","set":{"n":1,"big":1e400}}`:                                                          "/set/big",
		`{"contact":"a","at":"2026-01-31T10:00:00Z","set":{"a/b":{"x":1,"x":2}}}`:                                                        "/set/a~1b",
		`{"contact":"a","at":"2026-01-31T10:00:00Z","set":{"list":[1,{"n":1e400}]}}`:                                                     "/set/list",
		`{"contact":"a","at":"2026-01-31T10:00:00Z","events":[{"id":"1","name":"e","at":"2026-01-31T10:00:00Z","props":[1]}]}`:           "/events/0/props",
		`{"contact":"a","at":"2026-01-31T10:00:00Z","events":[{"id":"1","name":"e","at":"2026-01-31T10:00:00Z","props":{"a":1,"a":2}}]}`: "/events/0/props",
	} {
		var u segment.Update
		err := json.Unmarshal([]byte(text), &u)
		var e *segment.Error
		if !errors.As(err, &e) || len(e.Path) < len(want) || e.Path[:len(want)] != want || e.Line != 1 {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		`{"contact":5}`:           "1:12: /contact: expected a text, found 5",
		`{"join":"vip"}`:          "1:9: /join: expected a list, found a text",
		`{"delete":"yes"}`:        "1:11: /delete: expected true or false, found \"yes\"",
		`{"set":[1]}`:             "1:8: /set: expected an object, found a list",
		`{"events":[{"name":5}]}`: "1:20: /events/0/name: expected a text, found 5",
		`[]`:                      "1:1: expected an update, found a list",
	} {
		if err := json.Unmarshal([]byte(text), new(segment.Update)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	for _, text := range []string{`{"contact":5}`, `{"contact":"a","at":"x"}`, `{`, `7`} {
		if err := json.Unmarshal([]byte(text), new(segment.Update)); err == nil {
			t.Errorf("%s was read", text)
		}
	}
}
