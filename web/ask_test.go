package web

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// Questions about rules and segments, each beside the slow answer.

func TestPreviewIsExact(t *testing.T) {
	f := newFixture(t, 1500, Options{})
	now := f.members(`Opened >= 3 emails in last 30 days`, noon)
	for _, text := range []string{`Opened >= 2 emails in last 30 days AND country != "US"`, `total > 900`, `IN SEGMENT "buyers"`, `EVERYONE`, `total > 5000`} {
		want := f.members(text, noon)
		var p previewed
		f.ask("POST /app/preview", `{"rule": `+quoted(text)+`, "id": "readers"}`, &p)
		enter, leave := 0, 0
		for _, id := range f.ids {
			if want[id] && !now[id] {
				enter++
			}
			if !want[id] && now[id] {
				leave++
			}
		}
		if p.Count != len(want) || p.Of != 1500 || p.Enter != enter || p.Leave != leave || len(p.EnterSample) != min(enter, previewSample) || len(p.LeaveSample) != min(leave, previewSample) {
			t.Errorf("%s: %+v, want %d, %d enter, %d leave", text, p, len(want), enter, leave)
		}
		for _, id := range p.EnterSample {
			if !want[id] || now[id] {
				t.Errorf("%s: %s does not enter", text, id)
			}
		}
		if last := p.Funnel[len(p.Funnel)-1]; last.Count != p.Count {
			t.Errorf("%s: the funnel ends with %+v", text, last)
		}
		f.ask("POST /app/preview", `{"rule": `+quoted(text)+`}`, &p)
		if p.Enter != len(want) || p.Leave != 0 {
			t.Errorf("%s, new: %+v", text, p)
		}
	}
	w := f.do("POST /app/preview", `{"rule": "contry = 5"}`)
	if w.Code != 400 || !strings.Contains(w.Body.String(), "`country`") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// What is said of later is what comes true.
func TestAheadComesTrue(t *testing.T) {
	f := newFixture(t, 1200, Options{})
	rules := []string{`Opened >= 2 emails in last 30 days`, `IN SEGMENT "best"`, `NOT IN SEGMENT "readers" AND spent > 20`, `ANNIVERSARY(birthday) WITHIN NEXT 7 DAYS`, `country = "US"`, `signup OLDER THAN 60 days`}
	type answer struct {
		Ahead   []aheadSize
		Sampled int
	}
	told := make(map[string]answer)
	for _, text := range rules {
		var a answer
		f.ask("POST /app/ahead", `{"rule": `+quoted(text)+`, "days": [0, 1, 30]}`, &a)
		if a.Sampled != 0 {
			t.Errorf("%s: a sample of %d", text, a.Sampled)
		}
		told[text] = a
	}
	changed := 0
	for i, days := range []int{0, 1, 30} {
		f.clock.Advance(noon.AddDate(0, 0, days).Sub(f.clock.Now()))
		for _, text := range rules {
			c, err := testSchema().Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			n, err := f.host.Count(c)
			if got := told[text].Ahead[i]; err != nil || got.Count != n || got.Days != days {
				t.Errorf("%s in %d days: %+v was told, and there are %d (%v)", text, days, got, n, err)
			}
			if n != told[text].Ahead[0].Count {
				changed++
			}
		}
	}
	if changed < 5 {
		t.Errorf("only %d sizes have changed: the test shows nothing", changed)
	}
}

func TestAheadBySample(t *testing.T) {
	f := newFixture(t, 6000, Options{Exact: 1000})
	var a struct {
		Ahead   []aheadSize
		Sampled int
		Of      int
	}
	f.ask("POST /app/ahead", `{"rule": "country = \"US\"", "days": [30]}`, &a)
	if want := len(f.members(`country = "US"`, noon)); a.Ahead[0].Count != want {
		t.Errorf("a rule without time: %+v, want %d", a, want)
	}
	f.ask("POST /app/ahead", `{"rule": "DID opened IN LAST 30 DAYS", "days": [10]}`, &a)
	want := len(f.members(`DID opened IN LAST 30 DAYS`, noon.AddDate(0, 0, 10)))
	if a.Sampled < 800 || a.Sampled > 1200 || a.Of != 6000 || math.Abs(float64(a.Ahead[0].Count-want)) > 300 {
		t.Errorf("%+v, want about %d", a, want)
	}
}

func TestOverlapOfMany(t *testing.T) {
	f := newFixture(t, 1000, Options{})
	rules := map[string]string{}
	for i := range 8 {
		id := fmt.Sprintf("s%d", i)
		rules[id] = fmt.Sprintf(`total %% %d = 0`, i+2)
		c, err := testSchema().Parse(rules[id])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.host.Define(segment.Segment{ID: id, Condition: c}); err != nil {
			t.Fatal(err)
		}
	}
	ids := slices.Sorted(maps.Keys(rules))
	want := make(map[string]int)
	for _, id := range f.ids {
		in := []string{}
		for _, s := range f.host.Segments(id) {
			if rules[s] != "" {
				in = append(in, s)
			}
		}
		if len(in) > 0 {
			want[fmt.Sprint(in)]++
		}
	}
	var got struct {
		Sets          []setSize
		Intersections []intersection
	}
	f.ask("GET /app/overlap?segments="+strings.Join(ids, "&segments="), "", &got)
	for i, x := range got.Intersections {
		if want[fmt.Sprint(x.In)] != x.Count {
			t.Errorf("%v: %d, want %d", x.In, x.Count, want[fmt.Sprint(x.In)])
		}
		if i > 0 && got.Intersections[i-1].Count < x.Count {
			t.Error("the largest are not first")
		}
	}
	if len(got.Intersections) != len(want) || len(want) < 20 {
		t.Errorf("%d intersections, want %d", len(got.Intersections), len(want))
	}
	for _, s := range got.Sets {
		if s.Size != f.host.Members(s.ID).Len() {
			t.Errorf("%+v", s)
		}
	}
	for query, status := range map[string]int{"": 400, "?segments=s0&segments=s0": 400, "?segments=s99": 404, "?segments=s0&segments=readers": 200,
		"?segments=" + strings.Join(append(ids, "readers"), "&segments="): 400} {
		if w := f.do("GET /app/overlap"+query, ""); w.Code != status {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
}

func TestSegmentsWithSizes(t *testing.T) {
	f := newFixture(t, 400, Options{})
	for range 5 {
		f.clock.Advance(24 * time.Hour)
		if _, err := f.host.Count(segment.MustParse("EVERYONE")); err != nil {
			t.Fatal(err)
		}
	}
	var got struct{ Segments []listedSegment }
	f.ask("GET /app/segments", "", &got)
	if len(got.Segments) != 3 {
		t.Fatalf("%+v", got)
	}
	for _, s := range got.Segments {
		if len(s.Sizes) != 6 || s.Sizes[5].N != s.Size || s.Size != f.host.Members(s.ID).Len() || s.Sizes[5].At != day(f.clock.Now()) {
			t.Errorf("%+v", s)
		}
		m, _ := f.host.Metrics(s.ID)
		for _, d := range m.Days {
			i := int(d.Date.Sub(day(noon)).Hours() / 24)
			if s.Sizes[i].N != d.Size {
				t.Errorf("%s on day %d: %d, want %d", s.ID, i, s.Sizes[i].N, d.Size)
			}
		}
		if s.Warnings > 1 || s.Draft || !strings.Contains(s.Name, "<i>") {
			t.Errorf("%+v", s)
		}
	}
	// 100 days later, 60 points
	f.clock.Advance(100 * 24 * time.Hour)
	f.ask("GET /app/segments", "", &got)
	if s := got.Segments[2]; len(s.Sizes) != maxSizes || s.Size != 0 || s.Sizes[maxSizes-1].N != 0 {
		t.Errorf("%+v", s)
	}
}

func TestWhy(t *testing.T) {
	f := newFixture(t, 20, Options{})
	var got struct {
		Member bool
		Text   string
	}
	f.ask("POST /app/why", `{"rule": "total >= 0 AND Opened >= 3 emails", "contact": "c00001"}`, &got)
	if !strings.Contains(got.Text, "COUNT(opened) >= 3") || got.Member != f.members(`total >= 0 AND Opened >= 3 emails`, noon)["c00001"] {
		t.Errorf("%+v", got)
	}
	if w := f.do("POST /app/why", `{"rule": "total > 5", "contact": "nobody"}`); w.Code != 404 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
