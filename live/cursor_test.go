package live_test

import (
	"encoding/json"
	"expvar"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/segmentrules/segment/live"
)

func TestFileCursor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crm.cursor")
	c := live.FileCursor(path)
	if n, err := c.Load(); n != 0 || err != nil {
		t.Error(n, err)
	}
	for _, n := range []uint64{1, 12_345, 1<<64 - 1, 7} {
		if err := c.Save(n); err != nil {
			t.Fatal(err)
		}
		if got, err := c.Load(); got != n || err != nil {
			t.Error(got, err)
		}
	}
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
		t.Errorf("%d files", len(files))
	}
	// whatever is wrong with the file is an error that names it, never another revision
	c.Save(12_345)
	good, _ := os.ReadFile(path)
	for i := range good {
		for bit := range 8 {
			bad := []byte(string(good))
			bad[i] ^= 1 << bit
			check(t, c, bad)
		}
		check(t, c, good[:i])
		check(t, c, append([]byte("x"), good...))
		check(t, c, append([]byte(string(good)), good...))
	}
	if err := live.FileCursor(filepath.Join(t.TempDir(), "none", "x")).Save(1); err == nil {
		t.Error("saved in a folder that is not there")
	}
}

func check(t *testing.T, c live.FileCursor, bad []byte) {
	t.Helper()
	if err := os.WriteFile(string(c), bad, 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Load(); err == nil || !strings.Contains(err.Error(), string(c)) {
		t.Errorf("%q: %d, %v", bad, n, err)
	}
}

func TestCounters(t *testing.T) {
	c := new(live.Counters)
	var v expvar.Var = c
	if v.String() != "{}" {
		t.Error(v)
	}
	h, _, _ := host(t, live.Options{Metrics: c})
	must(t)(h.Define(rule("active", "DID opened")))
	enter(t, h, 0, 3)
	h.Apply(opened("", "1", newYear))
	var all map[string]int64
	if err := json.Unmarshal([]byte(v.String()), &all); err != nil {
		t.Fatal(err)
	}
	if all[live.MeterCalls] != 5 || all[live.MeterRefused] != 1 || all[live.MeterDiffs] != 3 || all[live.MeterRevision] != 3 || c.Get(live.MeterUpdates) != 3 {
		t.Error(v)
	}
}
