package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

func TestContactsBySearch(t *testing.T) {
	f := newFixture(t, 1000, Options{})
	type answer struct {
		Contacts []map[string]any
		Count    int
		Next     string
	}
	for q, count := range map[string]int{"": 1000, "ann": 500, "LEE": 250, "ee": 0, "c0001": 10, "p99": 11, "Cid <b": 250, "x\"y": 0, "%": 0} {
		var got answer
		f.ask("GET /app/contacts?q="+url.QueryEscape(q), "", &got)
		if got.Count != count || len(got.Contacts) != min(count, 100) {
			t.Errorf("%q: %d of %d, want %d", q, len(got.Contacts), got.Count, count)
		}
	}
	seen, cursor := 0, ""
	for range 20 {
		var got answer
		f.ask("GET /app/contacts?q=ann&limit=70&cursor="+cursor, "", &got)
		seen += len(got.Contacts)
		if cursor = got.Next; cursor == "" {
			break
		}
	}
	if seen != 500 {
		t.Errorf("%d on all pages", seen)
	}
	var got answer
	f.ask("GET /app/contacts?q=c00002", "", &got)
	if c := got.Contacts[0]; c["id"] != "c00002" || c["name"] != "Cid <b>Bold</b>" || c["email"] != "p2@example.com" {
		t.Errorf("%v", c)
	}
	if w := f.do("GET /app/contacts?q="+strings.Repeat("x", 300), ""); w.Code != 400 {
		t.Errorf("a long search: %d", w.Code)
	}
}

func TestContactWithAllThatIsKnown(t *testing.T) {
	f := newFixture(t, 10, Options{})
	f.clock.Advance(time.Hour)
	var us []segment.Update
	for i := range 4 {
		us = append(us, segment.Update{Contact: "zoe", Create: true, Join: []string{"VIP"}, Events: []segment.Event{{ID: string(rune('a' + i)), Name: "opened", At: noon.Add(-time.Duration(i) * time.Hour)}}})
	}
	if _, err := f.host.Apply(us...); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Fields map[string]any
		Lists  []contactList
		Events []struct {
			ID         string
			Name       string
			At         time.Time
			Properties map[string]any
		}
		EventsCount int `json:"events_count"`
		Segments    []contactSegment
	}
	f.ask("GET /app/contacts/zoe", "", &got)
	if got.EventsCount != 4 || got.Events[0].ID != "a" || got.Events[3].ID != "d" || got.Events[0].Properties == nil || len(got.Lists) != 1 || got.Lists[0].Name != "VIP" {
		t.Errorf("%+v", got)
	}
	by := make(map[string]contactSegment)
	for _, s := range got.Segments {
		by[s.ID] = s
	}
	// the third of four opens, the oldest but one, is what keeps her in
	until := noon.Add(-2*time.Hour).AddDate(0, 0, 30)
	in := by["readers"]
	if !in.Member || in.Since == nil || !in.Since.Equal(f.clock.Now()) || in.Until == nil || !in.Until.Equal(until) || !strings.Contains(in.Why, "4 so far") {
		t.Errorf("readers: %+v, until %v", in, until)
	}
	if out := by["best"]; out.Member || out.Since != nil || !strings.Contains(out.Why, `IN SEGMENT "buyers"`) || strings.Contains(out.Why, "readers") {
		t.Errorf("best: %+v", out)
	}
	f.clock.Advance(31 * 24 * time.Hour)
	got.Segments = nil
	f.ask("GET /app/contacts/zoe", "", &got)
	if out := got.Segments[2]; out.ID != "readers" || out.Member || out.Since == nil || !out.Since.Equal(until) || out.Until != nil {
		t.Errorf("a month later: %+v", out)
	}
	if w := f.do("GET /app/contacts/nobody", ""); w.Code != 404 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
