package sample

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"
)

// get makes a call that has to succeed, and reads its answer.
func get(t *testing.T, s *Shop, method, path, body string, to any) {
	t.Helper()
	a := s.Call(method, path, body, map[string]string{"Content-Type": "application/json"})
	if a.Status != http.StatusOK {
		t.Fatalf("%s %s: %d %s", method, path, a.Status, a.Body)
	}
	if err := json.Unmarshal([]byte(a.Body), to); err != nil {
		t.Fatal(err)
	}
}

type row struct {
	ID         string
	Size       int
	Sizes      []struct{ N int }
	EnteredDay int `json:"entered_day"`
}

func open(t *testing.T) *Shop {
	t.Helper()
	var made bytes.Buffer
	if err := Make(&made); err != nil {
		t.Fatal(err)
	}
	s, err := Open(&made)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// Every segment has members, but not everybody, and a past; two shops are the same.
func TestShop(t *testing.T) {
	var first, second struct{ Segments []row }
	get(t, open(t), "GET", "/app/segments", "", &first)
	get(t, open(t), "GET", "/app/segments", "", &second)
	if len(first.Segments) != len(segments) {
		t.Fatalf("%d segments, want %d", len(first.Segments), len(segments))
	}
	for i, s := range first.Segments {
		if s.Size == 0 || s.Size >= Customers || len(s.Sizes) < 30 {
			t.Errorf("%s: size %d, %d days", s.ID, s.Size, len(s.Sizes))
		}
		if second.Segments[i].Size != s.Size || second.Segments[i].ID != s.ID {
			t.Errorf("%s: size %d, and %d the second time", s.ID, s.Size, second.Segments[i].Size)
		}
	}
}

// The clock stands until it is pushed; then members enter and leave.
func TestClock(t *testing.T) {
	s := open(t)
	var info struct {
		Now                   string
		Simulated, Playground bool
		Contacts              int
	}
	get(t, s, "GET", "/app/info", "", &info)
	if info.Now != "2026-03-02T09:00:00Z" || !info.Simulated || !info.Playground || info.Contacts != Customers {
		t.Errorf("%+v", info)
	}
	var pushed struct {
		Now   string
		Diffs int
	}
	get(t, s, "POST", "/app/clock", `{"advance":"720h"}`, &pushed)
	if pushed.Now != "2026-04-01T09:00:00Z" || pushed.Diffs == 0 {
		t.Errorf("%+v", pushed)
	}
}

// Headers reach the handler, answers keep theirs, and what is wrong is an answer too.
func TestCall(t *testing.T) {
	s := open(t)
	a := s.Call("PUT", "/app/drafts/mine", `{"name":"Mine","rule":"points > 5"}`, map[string]string{"Content-Type": "application/json", "If-None-Match": "*"})
	if a.Status != http.StatusCreated || a.Headers["etag"] != `"1"` {
		t.Errorf("saving: %d %v %s", a.Status, a.Headers, a.Body)
	}
	if a := s.Call("GET", "/app/contacts/c0001?", "", nil); a.Status != http.StatusOK {
		t.Errorf("a contact: %d %s", a.Status, a.Body)
	}
	for path, want := range map[string]int{"/app/contacts/nobody": 404, "/nothing": 404, "%%": 400} {
		if a := s.Call("GET", path, "", nil); a.Status != want {
			t.Errorf("%s: %d, want %d", path, a.Status, want)
		}
	}
}
