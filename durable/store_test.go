package durable

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func opened(t testing.TB, path string, o Options) *Store {
	t.Helper()
	s, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil && !errors.Is(err, ErrPoisoned) {
			t.Error(err)
		}
	})
	return s
}

func setPlan(contact, plan string, at time.Time) segment.Update {
	return segment.Update{Contact: contact, At: at, Set: map[string]segment.Value{"plan": segment.Text(plan)}}
}

var pro = segment.Segment{ID: "pro", Name: "Pro", Condition: segment.MustParse(`plan = "pro"`)}

// killed is a copy of a store's directory as it is now: what a process that is killed leaves.
func killed(t testing.TB, path string) string {
	t.Helper()
	to := t.TempDir()
	files, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(path, f.Name()))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, f.Name()), b, 0o600)
		}
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	return to
}

func TestStoreComesBack(t *testing.T) {
	path := t.TempDir()
	s := opened(t, path, Options{})
	if r := s.Opened(); !r.Created || r.Replayed != 0 || r.Environment != "" {
		t.Errorf("%+v", r)
	}
	if _, err := s.Define(pro, start); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		ds, err := s.Apply(setPlan(fmt.Sprint("c", i), "pro", start))
		if err != nil || len(ds) != 1 || ds[0].Step != ds[0].Revision {
			t.Fatal(ds, err)
		}
	}
	if ds, done, err := s.Advance(start.AddDate(0, 0, 1), 0); len(ds) > 0 || !done || err != nil {
		t.Error(ds, done, err)
	}
	dead := opened(t, killed(t, path), Options{})
	if r := dead.Opened(); r.Created || r.Replayed != 21 {
		t.Errorf("%+v", r)
	}
	if n := dead.Index().Members("pro").Len(); n != 20 || dead.Index().Revision() != 20 {
		t.Errorf("%d members", n)
	}
	want := s.Index().Hash()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := opened(t, path, Options{Index: index.Options{Shards: 3}})
	if r := again.Opened(); r.Replayed != 0 || again.Index().Hash() != want || again.ID() != s.ID() {
		t.Errorf("%+v", r)
	}
	if _, err := s.Apply(setPlan("x", "pro", start)); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// TestRefusedCallsLeaveNoTrace: the errors are those of the index.
func TestRefusedCallsLeaveNoTrace(t *testing.T) {
	s := opened(t, t.TempDir(), Options{Index: index.Options{Schema: &segment.Schema{Fields: map[string]schema.FieldType{"plan": {Kind: rule.KindText}}}, Strict: true}})
	ix := index.New(index.Options{Schema: s.c.given.Schema, Strict: true})
	late := start.AddDate(1, 0, 0)
	for _, us := range [][]segment.Update{
		{setPlan("a", "pro", late)},
		{setPlan("a", "pro", start)},
		{setPlan("", "pro", late)},
		{setPlan("a", "pro", late), setPlan("\xff", "pro", late)},
		{{Contact: "a", At: late, Set: map[string]segment.Value{"plam": segment.Text("x")}}},
		{{Contact: "a", At: late, Events: []segment.Event{{ID: "1", Name: "e", At: late, Props: segment.Document(`{`)}}}},
		{},
	} {
		before := s.c.j.LSN()
		_, want := ix.Apply(us...)
		_, err := s.Apply(us...)
		if fmt.Sprint(err) != fmt.Sprint(want) {
			t.Errorf("%v: %v, want %v", us, err, want)
		}
		if err != nil && s.c.j.LSN() != before {
			t.Errorf("%v: refused and logged", us)
		}
	}
	for _, seg := range []segment.Segment{{ID: "s"}, {ID: "s", Condition: segment.MustParse("plam = 1")}, {Condition: rule.Everyone{}}, {ID: "s", Condition: rule.InSegment("s")}, {ID: "s", Condition: rule.InSegment("none")}} {
		_, want := ix.Define(seg, late)
		if _, err := s.Define(seg, late); fmt.Sprint(err) != fmt.Sprint(want) || err == nil {
			t.Errorf("%v: %v, want %v", seg, err, want)
		}
	}
	if _, err := s.Drop("none", late); !errors.Is(err, segment.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if s.Err() != nil || s.Index().Hash() != ix.Hash() {
		t.Errorf("another state, or %v", s.Err())
	}
	for _, name := range []string{"", "\xff"} {
		if _, err := s.ApplyOnce(name, 1); err == nil {
			t.Errorf("producer %q", name)
		}
		if _, err := s.Consumer(name); err == nil {
			t.Errorf("consumer %q", name)
		}
	}
}

// TestManyCallsAreLogged: ApplyCalls is the calls, one by one, also after a restart.
func TestManyCallsAreLogged(t *testing.T) {
	path := t.TempDir()
	s := opened(t, path, Options{Index: index.Options{Shards: 2}})
	ix := index.New(index.Options{})
	for _, define := range []func(segment.Segment, time.Time) ([]segment.Diff, error){s.Define, ix.Define} {
		if _, err := define(pro, start); err != nil {
			t.Fatal(err)
		}
	}
	var calls [][]segment.Update
	for i := range 40 {
		switch i % 8 {
		case 3:
			calls = append(calls, nil)
		case 5:
			calls = append(calls, []segment.Update{setPlan("\xff", "pro", start)})
		case 6:
			calls = append(calls, []segment.Update{setPlan("old", "pro", start.AddDate(-1, 0, 0))})
		default:
			calls = append(calls, []segment.Update{setPlan(fmt.Sprint("c", i), "pro", start), setPlan(fmt.Sprint("c", i/2), "free", start)})
		}
	}
	for i, got := range s.ApplyCalls(calls) {
		ds, err := ix.Apply(calls[i]...)
		if fmt.Sprint(err) != fmt.Sprint(got.Err) || len(ds)+len(got.Diffs) > 0 && cmp.Diff(ds, got.Diffs) != "" {
			t.Errorf("call %d: %v %v, want %v %v", i, got.Diffs, got.Err, ds, err)
		}
	}
	dead := opened(t, killed(t, path), Options{})
	if dead.Index().Hash() != ix.Hash() || dead.Index().Hash() != s.Index().Hash() {
		t.Error("another state")
	}
}
