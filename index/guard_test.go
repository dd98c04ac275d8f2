package index_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

// TestGuards changes fields of a few contacts under very many segments and asks
// the compiled condition of every one of them. Shortcuts from a change to the
// segments that it concerns have gone wrong in ways that show only there, where
// many ANDs share conditions about the same fields.
//
// It has 3,000 segments of each profile, 10,000 where the environment says CI,
// 1,000 in -short mode, and 100,000 with -long.
func TestGuards(t *testing.T) {
	t.Parallel()
	deadline := time.Now().Add(*long / 4)
	for i, p := range profiles {
		n, changes := 3000, 150
		switch {
		case testing.Short():
			n = 1000
		case *long > 0:
			n, changes = 100_000, 1000
		case os.Getenv("CI") != "":
			n = 10_000
		}
		t.Run(p.name, func(t *testing.T) {
			for seed := uint64(1); ; seed++ {
				guards(t, newWorkload(p, seed), n, changes)
				if t.Failed() || !time.Now().Before(deadline.Add(time.Duration(i)**long/4)) {
					return
				}
			}
		})
	}
}

// A compiledRule is a segment with its condition compiled, and what fields that reads.
type compiledRule struct {
	segment.Segment
	*segment.Program
	reads []rule.Field
}

func (r compiledRule) readsAny(set map[string]segment.Value) bool {
	return slices.ContainsFunc(r.reads, func(f rule.Field) bool { _, ok := set[string(f)]; return ok })
}

func guards(t *testing.T, w *workload, n, changes int) {
	t.Helper()
	sys := newSystem()
	contacts := make([]segment.Record, 6)
	for i := range contacts {
		contacts[i] = segment.Record{ID: fmt.Sprint("c", i), Fields: w.contact()}
		if _, err := sys.Apply(segment.Update{Contact: contacts[i].ID, At: now, Set: maps.Clone(contacts[i].Fields)}); err != nil {
			t.Fatal(err)
		}
	}
	rules := make([]compiledRule, n)
	segs := make([]segment.Segment, n)
	for i := range rules {
		segs[i] = segment.Segment{ID: fmt.Sprintf("s%06d", i), Condition: w.rule()}
		p, err := segment.Compile(segs[i].Condition)
		if err != nil {
			t.Fatal(err)
		}
		rules[i] = compiledRule{segs[i], p, rule.Reads(segs[i].Condition).Fields}
		if _, err := sys.Define(segs[i], now); err != nil {
			t.Fatal(err)
		}
	}
	matcher, err := index.NewMatcher(segs...)
	if err != nil {
		t.Fatal(err)
	}
	in := make([][]bool, len(contacts)) // by contact and rule
	for i, x := range contacts {
		in[i] = matches(rules, x)
		if got, want := slices.Collect(sys.Segments(x.ID)), idsOf(rules, in[i]); !slices.Equal(got, want) {
			t.Fatalf("%s is in %d segments, want %d", x.ID, len(got), len(want))
		}
	}
	flips := 0
	for range changes {
		i := w.r.IntN(len(contacts))
		before, set := contacts[i], w.change(contacts[i].Fields)
		contacts[i].Fields = maps.Clone(before.Fields)
		maps.Copy(contacts[i].Fields, set)
		want := changed(rules, contacts[i], set, in[i])
		flips += len(want)
		got, err := sys.Apply(segment.Update{Contact: before.ID, At: now, Set: set})
		if err != nil {
			t.Fatal(err)
		}
		if lines := flipLines(got); !slices.Equal(lines, want) {
			t.Fatalf("%s: Apply gives %d diffs, want %d, for %v\nthe first that differ: %s", w.profile.name, len(lines), len(want), set, firstDifference(want, lines))
		}
		if lines := flipLines(slices.Collect(matcher.Diff(before.ID, before, contacts[i], now))); !slices.Equal(lines, want) {
			t.Fatalf("%s: Diff gives %d diffs, want %d, for %v\nthe first that differ: %s", w.profile.name, len(lines), len(want), set, firstDifference(want, lines))
		}
	}
	for i, x := range contacts {
		if !slices.Equal(matches(rules, x), in[i]) || !slices.Equal(slices.Collect(sys.Segments(x.ID)), idsOf(rules, in[i])) {
			t.Errorf("%s at the end is not in the segments that hold", x.ID)
		}
	}
	t.Logf("%d segments, %d changes, %d flips", n, changes, flips)
	if flips < changes/10 {
		t.Errorf("hardly anything flips")
	}
}

func matches(rules []compiledRule, x segment.Record) []bool {
	is := make([]bool, len(rules))
	for i, r := range rules {
		is[i] = r.Match(&x, now)
	}
	return is
}

func idsOf(rules []compiledRule, in []bool) (ids []string) {
	for i, is := range in {
		if is {
			ids = append(ids, rules[i].ID)
		}
	}
	return ids
}

// changed is what has changed for a contact, in the order of the segments. It
// updates in.
func changed(rules []compiledRule, x segment.Record, set map[string]segment.Value, in []bool) (lines []string) {
	for i, r := range rules {
		if !r.readsAny(set) {
			continue
		}
		if is := r.Match(&x, now); is != in[i] {
			in[i] = is
			lines = append(lines, fmt.Sprintf("%s %s %v", r.ID, x.ID, is))
		}
	}
	return lines
}

func flipLines(ds []segment.Diff) (lines []string) {
	for _, d := range ds {
		lines = append(lines, fmt.Sprintf("%s %s %v", d.Segment, d.Contact, d.Entered))
	}
	return lines
}
