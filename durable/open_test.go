package durable

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// TestSchemaOfAStoreGrows: definitions in the log are what the schema of their time made.
func TestSchemaOfAStoreGrows(t *testing.T) {
	path := t.TempDir()
	fold := func(f bool) Options {
		return Options{Index: index.Options{Schema: &segment.Schema{Fields: map[string]schema.FieldType{"plan": {Kind: rule.KindText, Fold: f}}}}}
	}
	s := opened(t, path, fold(true))
	if _, err := s.Define(pro, start); err != nil {
		t.Fatal(err)
	}
	dead := opened(t, killed(t, path), fold(false))
	if ds, err := dead.Apply(setPlan("a", "PRO", start)); err != nil || len(ds) != 1 {
		t.Errorf("%v %v", ds, err)
	}
	if err := dead.SetSchema(&segment.Schema{Fields: map[string]schema.FieldType{"seats": {Kind: rule.KindNumber}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := dead.Define(segment.Segment{ID: "seats", Condition: segment.MustParse("seats > 2")}, start); err != nil {
		t.Error(err)
	}
	if _, err := dead.Define(segment.Segment{ID: "old", Condition: segment.MustParse("plan = 2")}, start); !errors.Is(err, segment.ErrUnknown) {
		t.Error(err)
	}
}

// TestOpenRefuses what it cannot go on with, by name.
func TestOpenRefuses(t *testing.T) {
	path := t.TempDir()
	s := opened(t, path, Options{})
	if _, err := s.Apply(setPlan("a", "pro", start)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{}); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), path) {
		t.Errorf("twice: %v", err)
	}
	if _, err := Open(t.TempDir(), Options{ReadOnly: true}); !errors.Is(err, ErrNoStore) {
		t.Errorf("nothing to read: %v", err)
	}
	if _, err := Open(filepath.Join(path, "none", "of"), Options{ReadOnly: true}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no directory: %v", err)
	}
	if _, err := Open(killed(t, path), Options{Index: index.Options{Retention: index.Retention{Newest: 3}}}); !errors.Is(err, segment.ErrValue) || !strings.Contains(err.Error(), "Retention.Newest is 3, and in the snapshot 0") {
		t.Errorf("other Options: %v", err)
	}
	r := opened(t, killed(t, path), Options{ReadOnly: true})
	if _, err := r.Apply(setPlan("b", "pro", start)); !errors.Is(err, ErrReadOnly) || r.Index().Stats().Contacts != 1 {
		t.Errorf("to read only: %v", err)
	}
	broken := killed(t, path)
	logs, err := filepath.Glob(filepath.Join(broken, "*.snap"))
	if err != nil || len(logs) != 1 {
		t.Fatal(logs, err)
	}
	b, err := os.ReadFile(logs[0])
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 4
	if err := os.WriteFile(logs[0], b, 0o600); err != nil {
		t.Fatal(err)
	}
	var damage *CorruptError
	if _, err := Open(broken, Options{}); !errors.As(err, &damage) || damage.File != filepath.Base(logs[0]) {
		t.Errorf("damage: %v", err)
	}
	if c, err := Verify(broken); err != nil || len(c.Damaged) != 1 || !errors.As(c.Damaged[0], &damage) {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err := Verify(killed(t, path)); err != nil || len(c.Damaged) != 0 || c.Records != 2 || c.Snapshots != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}

// TestOtherEnvironment: calls of another environment are not made again, unless told to.
func TestOtherEnvironment(t *testing.T) {
	path := t.TempDir()
	s := opened(t, path, Options{})
	if _, err := s.Apply(setPlan("a", "pro", start)); err != nil {
		t.Fatal(err)
	}
	was := s.c.env
	was.Zones = "another"
	s.mu.Lock()
	_, err := s.c.submit(&call{kind: kindBegin, env: was})
	s.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(setPlan("b", "pro", start)); err != nil {
		t.Fatal(err)
	}
	var env *EnvironmentError
	if _, err := Open(killed(t, path), Options{}); !errors.As(err, &env) || !strings.Contains(err.Error(), "zone database") {
		t.Errorf("%v", err)
	}
	all := opened(t, killed(t, path), Options{OtherEnvironment: true})
	if all.Index().Stats().Contacts != 2 || !strings.Contains(all.Opened().Environment, "zone database") {
		t.Errorf("%+v", all.Opened())
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	clean := opened(t, path, Options{}) // nothing is made again
	if !strings.Contains(clean.Opened().Environment, "zone database") || clean.Index().Stats().Contacts != 2 {
		t.Errorf("%+v", clean.Opened())
	}
}

// TestDivergence: a call that comes to something else is an error that says which.
func TestDivergence(t *testing.T) {
	path := t.TempDir()
	s := opened(t, path, Options{})
	if _, err := s.Define(pro, start); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	s.c.buf, _ = (&call{kind: kindApply, updates: []segment.Update{setPlan("a", "pro", start)}}).append(nil)
	s.c.buf, _ = appendResult(s.c.buf, 0, nil) // as if it had brought nothing
	_, err := s.c.j.Append(s.c.buf)
	s.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Consumer("x"); err != nil {
		t.Fatal(err)
	}
	var d *DivergedError
	if _, err := Open(killed(t, path), Options{}); !errors.As(err, &d) || d.Record != 3 || !strings.Contains(err.Error(), `an update of "a", came to something else`) || !strings.Contains(err.Error(), "+ pro a") {
		t.Errorf("%v", err)
	}
	s.c.j.Poison(io.ErrUnexpectedEOF) // so that Close makes no snapshot of it
}

// TestReplayCounts: what making calls again takes counts towards the next snapshot, so that
// a store that is killed over and over, after a few calls each, does not have more and more
// of them.
func TestReplayCounts(t *testing.T) {
	path := t.TempDir()
	s := opened(t, path, Options{})
	for i := range 50 {
		if _, err := s.Apply(setPlan(fmt.Sprint("c", i), "pro", start)); err != nil {
			t.Fatal(err)
		}
	}
	o := Options{RecoveryTarget: time.Nanosecond}
	dead := opened(t, killed(t, path), o)
	if dead.Opened().Replayed < 50 || dead.c.spent <= 0 {
		t.Fatalf("%+v, %v", dead.Opened(), dead.c.spent)
	}
	if err := s.Snapshot(); err != nil {
		t.Fatal(err)
	}
	if clean := opened(t, killed(t, path), o); clean.Opened().Replayed != 0 || clean.c.spent != 0 {
		t.Errorf("%+v, %v", clean.Opened(), clean.c.spent)
	}
}
