package index_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/segmenttest"
)

var updateSnapshots = flag.Bool("update-snapshots", false, "write testdata/snapshots anew: only for a version of the format that is not released")

// golden is where the snapshots of the version lie. When the version grows, the
// files of the older ones stay, and must still be read.
const golden = "testdata/snapshots"

// goldenStories are those of package segmenttest whose last state is kept.
var goldenStories = []string{"calculated", "changed", "delete", "limited_advance", "lists", "nested", "sequences", "sums"}

// A recorder remembers the index that a story works on.
type recorder struct {
	system
	last **index.Index
}

func (k recorder) Configure(s *segment.Schema) (segmenttest.System, error) {
	sys, err := k.system.Configure(s)
	if err != nil {
		return nil, err
	}
	*k.last = sys.(system).Index
	return recorder{sys.(system), k.last}, nil
}

func (k recorder) Restart() (segmenttest.System, error) { return k, nil }

// endOf is the state at the end of a story.
func endOf(t *testing.T, story string) *index.Index {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../segmenttest/testdata/stories", story+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	var last *index.Index
	t.Run(story, func(t *testing.T) {
		segmenttest.RunScript(t, func(*testing.T) segmenttest.System {
			last = index.New(index.Options{})
			return recorder{system{last}, &last}
		}, string(text))
	})
	return last
}

// TestGoldenSnapshots restores what earlier code has written: it must be the same
// state, and go on in the same way.
func TestGoldenSnapshots(t *testing.T) {
	if *updateSnapshots {
		writeGolden(t)
	}
	files, err := filepath.Glob(filepath.Join(golden, "*.snapshot"))
	if err != nil || len(files) <= len(goldenStories) {
		t.Fatalf("%d snapshots in %s: %v", len(files), golden, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(strings.TrimSuffix(file, ".snapshot") + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		for _, shards := range []int{0, 1, 3} {
			ix, err := restoreInto(shards, bytes.NewReader(b), index.Options{Verify: true})
			if err != nil {
				t.Errorf("%s, %d shards: %v", file, shards, err)
				continue
			}
			if diff := cmp.Diff(string(want), tale(t, ix)); diff != "" {
				t.Errorf("%s, %d shards: %s", file, shards, diff)
			}
		}
	}
}

// tale is the Hash of an index and what happens when it goes on: as text.
func tale(t *testing.T, ix keeper) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "hash %x\n", ix.Hash())
	ds, _ := ix.Advance(ix.Now().AddDate(0, 0, 3), 1)
	more, _ := ix.Advance(ix.Now().AddDate(0, 0, 12), 0)
	ds = append(ds, more...)
	for i, id := range []string{"ann", "bob", "new"} {
		more, err := ix.Apply(segment.Update{Contact: id, At: ix.Now().AddDate(0, 0, i), Set: map[string]segment.Value{"plan": segment.Text("pro"), "age": segment.Int(44)},
			Events: []segment.Event{{ID: "golden", Name: "opened", At: ix.Now()}, {ID: "golden 2", Name: "purchase", At: ix.Now(), Props: []byte(`{"amount":12.5}`)}},
			Join:   []string{"trial"}})
		if err != nil {
			t.Fatal(err)
		}
		ds = append(ds, more...)
	}
	more, _ = ix.Advance(ix.Now().AddDate(0, 0, 12), 0)
	for _, d := range append(ds, more...) {
		fmt.Fprintf(&b, "%d %v %v\n", d.Revision, d, d.Cause)
	}
	fmt.Fprintf(&b, "hash %x\n", ix.Hash())
	return b.String()
}

// writeGolden writes the snapshots, and what becomes of the indexes that were
// never stopped.
func writeGolden(t *testing.T) {
	write := func(name string, ix keeper) {
		b := snapshot(t, ix)
		for file, b := range map[string][]byte{name + ".snapshot": b, name + ".txt": []byte(tale(t, ix))} {
			if err := os.WriteFile(filepath.Join(golden, file), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.MkdirAll(golden, 0o755); err != nil {
		t.Fatal(err)
	}
	write("4-eventful", eventful(t))
	sharded, err := restoreInto(3, bytes.NewReader(snapshot(t, eventful(t))), index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	write("4-sharded", sharded)
	for _, story := range slices.Sorted(slices.Values(goldenStories)) {
		write("4-"+story, endOf(t, story))
	}
}
