package index_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

var (
	month  = index.Retention{Horizon: rule.Span{N: 30, Unit: rule.UnitDay}}
	newest = index.Retention{Newest: 3}
	both   = index.Retention{Horizon: rule.Span{N: 30, Unit: rule.UnitDay}, Newest: 3}
)

func TestRetentionAllows(t *testing.T) {
	for _, c := range []struct {
		rule                string
		month, newest, both bool
	}{
		{`country = "US"`, true, true, true},
		{`COUNT(opened) >= 1 IN LAST 30 DAYS`, true, true, true},
		{`COUNT(opened) >= 1 IN LAST 31 DAYS`, false, true, true},
		{`COUNT(opened) >= 9 IN LAST 30 DAYS`, true, false, true},
		{`COUNT(opened) >= 3`, false, true, true},
		{`COUNT(opened) < 3`, false, true, true},
		{`COUNT(opened) > 3`, false, false, false},
		{`COUNT(opened) = 3`, false, false, false},
		{`COUNT(opened) BETWEEN 1 AND 2`, false, true, true},
		{`COUNT(opened) IN (0, 2)`, false, true, true},
		{`COUNT(opened) IN (0, 3)`, false, false, false},
		{`COUNT(opened) >= 1 IN LAST 1 month`, false, true, true},
		{`COUNT(opened) >= 1 THIS WEEK`, true, true, true},
		{`COUNT(opened) >= 1 PREVIOUS MONTH`, false, false, false},
		{`COUNT(opened) >= 1 PREVIOUS 40 WEEKS`, false, false, false},
		{`COUNT(opened) >= 1 BETWEEN 10 AND 20 DAYS AGO`, true, false, true},
		{`COUNT(opened WHERE a = 1) >= 1`, false, false, false},
		{`COUNT(opened | clicked) >= 1`, false, false, false},
		{`COUNT(opened) / COUNT(clicked) > 2`, false, false, false},
		{`LAST(opened) OLDER THAN 90 days`, false, true, true},
		{`LAST(opened.campaign) = "spring"`, false, true, true},
		{`FIRST(opened) > 2026-01-01`, false, false, false},
		{`SUM(purchase.amount) > 5 IN LAST 30 DAYS`, true, false, true},
		{`DID a THEN b WITHIN 2 days`, false, false, false},
		{`DID a THEN b WITHIN 2 days IN LAST 7 DAYS`, true, false, true},
		{`AT LEAST 1 OF (NOT COUNT(opened) > 3, country = "US")`, false, false, false},
	} {
		for _, k := range []struct {
			name string
			r    index.Retention
			want bool
		}{{"month", month, c.month}, {"newest", newest, c.newest}, {"both", both, c.both}} {
			ix := index.New(index.Options{Retention: k.r})
			_, err := ix.Define(segment.Segment{ID: "s", Condition: segment.MustParse(c.rule)}, day(1))
			if ok := err == nil; ok != k.want {
				t.Errorf("%s with %s: %v, want allowed %v", c.rule, k.name, err, k.want)
			}
			if err != nil && !errors.Is(err, segment.ErrLimit) {
				t.Errorf("%s with %s: %v is no limit", c.rule, k.name, err)
			}
		}
	}
}

func day(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }

func TestHistoryOfNamedFields(t *testing.T) {
	ix := index.New(index.Options{History: []string{"plan"}})
	if _, err := ix.Define(segment.Segment{ID: "s", Condition: segment.MustParse(`country CHANGED IN LAST 3 days`)}, day(1)); !errors.Is(err, segment.ErrLimit) {
		t.Errorf("a history that is not kept: %v", err)
	}
	if _, err := ix.Define(segment.Segment{ID: "s", Condition: segment.MustParse(`plan HAS BEEN "pro" FOR AT LEAST 3 days`)}, day(1)); err != nil {
		t.Fatal(err)
	}
	set := map[string]segment.Value{"plan": segment.Text("pro"), "country": segment.Text("US")}
	if _, err := ix.Apply(segment.Update{Contact: "ann", At: day(2), Set: set}); err != nil {
		t.Fatal(err)
	}
	diffs, _ := ix.Advance(day(9), 0)
	if len(diffs) != 1 || !diffs[0].At.Equal(day(5)) {
		t.Errorf("diffs %v, want one on day 5", diffs)
	}
}

// What is forgotten changes nothing that may be asked.
func TestRetentionLaw(t *testing.T) {
	t.Parallel()
	rules := map[string][]string{
		"month": {`COUNT(a) >= 4 IN LAST 7 days`, `SUM(a.n) > 20 IN LAST 30 days`, `DID a THEN b WITHIN 2 days IN LAST 20 DAYS`,
			`COUNT(a | b) = 0 IN LAST 3 days`, `DISTINCT(b.n) >= 2 THIS WEEK`},
		"newest": {`COUNT(a) >= 3`, `COUNT(a) < 2 IN LAST 9 days`, `LAST(b) OLDER THAN 5 days`, `LAST(a.n) = 1`, `COUNT(b) BETWEEN 1 AND 2 IN LAST 40 days`},
		"both":   {`COUNT(a) >= 3`, `COUNT(a) >= 7 IN LAST 10 days`, `LAST(b.n) > 2`, `SUM(b.n) > 9 IN LAST 25 days`},
	}
	kinds := map[string]index.Retention{"month": month, "newest": newest, "both": both}
	for name, texts := range rules {
		t.Run(name, func(t *testing.T) {
			forgot := int64(0)
			for seed := range uint64(6) {
				forgot += retentionCase(t, kinds[name], texts, seed)
			}
			if forgot == 0 {
				t.Error("nothing was ever forgotten")
			}
		})
	}
}

func retentionCase(t *testing.T, k index.Retention, texts []string, seed uint64) (forgot int64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	all, some := index.New(index.Options{}), index.New(index.Options{Retention: k})
	for i, text := range texts {
		s := segment.Segment{ID: fmt.Sprint("s", i), Condition: segment.MustParse(text)}
		for _, ix := range []*index.Index{all, some} {
			if _, err := ix.Define(s, day(1)); err != nil {
				t.Fatal(err)
			}
		}
	}
	now, sent := day(1), []segment.Event(nil)
	for i := range 300 {
		now = now.Add(time.Duration(r.IntN(20)) * time.Hour)
		at := now.Add(-time.Duration(r.IntN(3)*r.IntN(3)*r.IntN(400)) * time.Hour)
		if r.IntN(20) == 0 {
			at = now.Add(time.Duration(r.IntN(200)) * time.Hour)
		}
		e := segment.Event{ID: fmt.Sprint("e", i), Name: string("aab"[r.IntN(3)]), At: at,
			Props: segment.Document(fmt.Sprintf(`{"n":%d}`, r.IntN(9)))}
		if i > 0 && r.IntN(5) == 0 {
			e = sent[r.IntN(i)] // delivered again
		}
		sent = append(sent, e)
		u := segment.Update{Contact: "c", At: now, Events: []segment.Event{e}}
		want, err := all.Apply(u)
		if err != nil {
			t.Fatal(err)
		}
		got, err := some.Apply(u)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("seed %d, update %d: -all +%v\n%s", seed, i, k, d)
		}
	}
	return all.Stats().Events - some.Stats().Events
}
