package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment/index"
)

// A small world lives for as many updates as fill some days, and all of it is
// right afterwards: recomputed here as well, by the check of the index.
func TestSmallWorld(t *testing.T) {
	size := Size{contacts: 2_000, events: 20_000, segments: 100, updates: 1_000, checked: 20, life: time.Hour}
	var out bytes.Buffer
	w, err := newWorld(&Screen{w: &out}, size)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []func() error{w.load, w.live, w.look, w.check} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	s := w.Stats()
	if s.Contacts != 2_000 || s.Segments != 100 || s.Events <= 20_000 || w.update.n != 1_000 {
		t.Errorf("%+v after %d updates", s, w.update.n)
	}
	if w.entered == 0 || w.left == 0 || w.byTime == 0 || w.checked != 20*100 {
		t.Errorf("%d entered, %d left, %d because time passed; %d checked", w.entered, w.left, w.byTime, w.checked)
	}
	if want := start.Add(1_000 * (past / 20_000)); !w.Now().Equal(want) {
		t.Errorf("the clock stands at %v, want %v", w.Now(), want)
	}
	for err := range w.Check() {
		t.Fatal(err)
	}
	w.table(&out)
	if !strings.Contains(out.String(), "2,000 with ") || !strings.Contains(out.String(), "none wrong") {
		t.Errorf("the table says:\n%s", &out)
	}
}

// The same world is made at every run.
func TestCrowdIsTheSame(t *testing.T) {
	a, b := newCrowd(1, start, past), newCrowd(1, start, past)
	for i := range 10 {
		x, y := a.contact(i, 5), b.contact(i, 5)
		if len(x.Set) != 26 || len(x.Events) != 5 {
			t.Errorf("contact %d has %d fields and %d events", i, len(x.Set), len(x.Events))
		}
		ax, bx := index.New(index.Options{}), index.New(index.Options{})
		if _, err := ax.Apply(x); err != nil {
			t.Fatal(err)
		}
		if _, err := bx.Apply(y); err != nil {
			t.Fatal(err)
		}
		p, _ := ax.Contact(name(i))
		q, _ := bx.Contact(name(i))
		for field, v := range x.Set {
			if !v.Equal(p.Field(field)) || !v.Equal(q.Field(field)) {
				t.Errorf("contact %d: %s is %v and %v", i, field, p.Field(field), q.Field(field))
			}
		}
	}
}

func TestRulesAreRules(t *testing.T) {
	all, err := rules(200)
	if err != nil || len(all) != 200 {
		t.Fatalf("%d rules, %v", len(all), err)
	}
	distinct := map[string]bool{}
	for _, s := range all {
		distinct[s.Condition.String()] = true
	}
	if len(distinct) < 180 {
		t.Errorf("only %d of 200 rules are distinct", len(distinct))
	}
}

func TestMeter(t *testing.T) {
	var m Meter
	for i := 1; i <= 1000; i++ {
		m.add(time.Duration(i) * time.Microsecond)
	}
	for of, want := range map[float64]time.Duration{0.5: 500 * time.Microsecond, 0.99: 990 * time.Microsecond, 1: time.Millisecond} {
		if got := m.share(of); got < want || got > want*103/100 {
			t.Errorf("share %v is %v, want %v and up to 3 %% more", of, got, want)
		}
	}
	if m.mean() != 500500*time.Nanosecond || m.most != time.Millisecond {
		t.Errorf("mean %v, most %v", m.mean(), m.most)
	}
}

func TestBadSizes(t *testing.T) {
	if err := run(&bytes.Buffer{}, false, Size{}); err == nil {
		t.Error("a world without contacts is no error")
	}
}
