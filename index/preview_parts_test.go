package index_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// partRules are conditions that hold also where a value is missing, in several ways.
var partRules = []string{
	`plan != "pro"`, `NOT (plan = "pro" OR age > 30)`, `age <= 40 AND NOT plan CONTAINS "r"`, `NOT DID opened IN LAST 3 DAYS`,
	`NOT IN LIST "news" OR NOT age BETWEEN 10 AND 30`, `AT LEAST 2 OF (age > 20, plan != "free", NOT country = "DE")`, `nothing = 1`,
}

// TestPreviewsAddUp: the previews of indexes that share the contacts add up to that of one,
// also who is known longest, and each is of the moment at which it begins.
func TestPreviewsAddUp(t *testing.T) {
	missing := 0
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 5))
		one, parts := index.New(index.Options{}), []*index.Index{index.New(index.Options{}), index.New(index.Options{Shards: 3}), index.New(index.Options{})}
		now := newYear
		for range 120 {
			now = now.Add(time.Duration(1+r.IntN(20)) * time.Hour)
			u := segment.Update{Contact: fmt.Sprint("c", r.IntN(50)), At: now, Set: map[string]segment.Value{}}
			switch r.IntN(6) {
			case 0:
				u.Set["plan"] = segment.Text([]string{"pro", "free"}[r.IntN(2)])
			case 1:
				u.Set["age"] = segment.Int(int64(r.IntN(60)))
			case 2:
				u.Set["age"] = segment.Text("old")
			case 3:
				u.Delete = true
			case 4:
				u.Join = []string{"news"}
			case 5:
				u.Events = []segment.Event{{ID: fmt.Sprint(now), Name: "opened", At: now}}
			}
			for _, ix := range []*index.Index{one, parts[int(u.Contact[len(u.Contact)-1])%3]} {
				if _, err := ix.Apply(u); err != nil {
					t.Fatal(err)
				}
			}
		}
		one.Advance(now, -1)
		for _, ix := range parts {
			ix.Advance(now, -1)
		}
		c := segment.MustParse(partRules[r.IntN(len(partRules))])
		want, err := one.PreviewContext(context.Background(), c, index.PreviewOptions{Part: true, Sample: 7})
		if err != nil {
			t.Fatal(err)
		}
		got := index.Preview{At: want.At}
		type known struct {
			at time.Time
			id string
		}
		var all []known
		for i, ix := range parts {
			begun := 0
			opts := index.PreviewOptions{Part: true, Sample: 7, Begin: func() { begun++ }}
			p, err := ix.PreviewContext(context.Background(), c, opts)
			opts.Bare = true
			bare, failed := ix.PreviewContext(context.Background(), c, opts)
			if err != nil || failed != nil || begun != 2 || !p.At.Equal(want.At) {
				t.Fatal(err, failed, begun, p.At)
			}
			if bare.Count != p.Count || bare.Of != p.Of || !slices.Equal(bare.Sample, p.Sample) || bare.MissingIn != nil || bare.Parts != nil {
				t.Errorf("seed %d: bare is %+v, whole %+v", seed, bare, p)
			}
			if i == 0 {
				got.Parts, got.MissingIn = slices.Clone(p.Parts), slices.Clone(p.MissingIn)
				for j := range got.Parts {
					got.Parts[j].Count, got.Parts[j].Left = 0, 0
				}
				for j := range got.MissingIn {
					got.MissingIn[j].Count = 0
				}
			}
			got.Count, got.Of, got.Missing = got.Count+p.Count, got.Of+p.Of, got.Missing+p.Missing
			for j := range p.Parts {
				got.Parts[j].Count += p.Parts[j].Count
				got.Parts[j].Left += p.Parts[j].Left
			}
			for j := range p.MissingIn {
				got.MissingIn[j].Count += p.MissingIn[j].Count
			}
			for _, id := range p.Sample {
				at, ok := p.Contacts().Known(id)
				if !ok {
					t.Errorf("%s is in the sample, and not known", id)
				}
				all = append(all, known{at, id})
			}
			if _, ok := p.Contacts().Known("nobody"); ok {
				t.Error("nobody is known")
			}
		}
		slices.SortFunc(all, func(a, b known) int { return a.at.Compare(b.at) })
		for _, k := range all[:min(7, len(all))] {
			got.Sample = append(got.Sample, k.id)
		}
		if g, w := fmt.Sprintf("%+v", [5]any{got.Count, got.Of, got.Sample, got.Parts, got.MissingIn}), fmt.Sprintf("%+v", [5]any{want.Count, want.Of, want.Sample, want.Parts, want.MissingIn}); g != w || got.Missing != want.Missing {
			t.Errorf("seed %d, %s: the parts come to\n%s, and one to\n%s", seed, c, g, w)
		}
		missing += want.Missing
		whole, err := one.Preview(c)
		if err != nil || slices.ContainsFunc(whole.MissingIn, func(m index.MissingCount) bool { return m.Count == 0 }) {
			t.Errorf("seed %d: %+v, %v", seed, whole.MissingIn, err)
		}
	}
	if missing == 0 {
		t.Error("nothing was missing")
	}
	begun := false
	if _, err := index.New(index.Options{}).PreviewContext(context.Background(), segment.MustParse(`IN SEGMENT "none"`), index.PreviewOptions{Begin: func() { begun = true }}); err == nil || begun {
		t.Error("a preview begins of what is refused")
	}
}

// TestPreviewBegin: while Begin is called nothing is written, and what is written while the
// preview goes on is not in it.
func TestPreviewBegin(t *testing.T) {
	ix := index.New(index.Options{})
	write := func(n int) {
		if _, err := ix.Apply(segment.Update{Contact: fmt.Sprint(n), At: newYear.Add(time.Duration(n)), Create: true}); err != nil {
			t.Error(err)
		}
	}
	for n := range 3_000 {
		write(n)
	}
	written := make(chan bool)
	p, err := ix.PreviewContext(context.Background(), segment.MustParse(`id != "x"`), index.PreviewOptions{
		Begin: func() {
			go func() {
				write(3_000)
				close(written)
			}()
			select {
			case <-written:
				t.Error("something is written while Begin is called")
			case <-time.After(20 * time.Millisecond):
			}
		},
		Progress: func(int, int) { <-written },
	})
	<-written
	if err != nil || p.Count != 3_000 || p.Of != 3_000 || !p.At.Equal(newYear.Add(2_999)) {
		t.Errorf("%d of %d at %v, %v", p.Count, p.Of, p.At, err)
	}
}
