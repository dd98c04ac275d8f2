package segmenttest

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/segmentrules/segment"
)

// runLaws checks the laws of systems over random histories: 30, and 300 where
// the environment says CI.
func runLaws(t *testing.T, fresh func(*testing.T) System) {
	t.Helper()
	for name, broken := range map[string]func(a, b System, h History) string{
		"LawSameAsReference":        sameAsReference,
		"LawDiffsMakeMembers":       diffsMakeMembers,
		"LawAdvanceInSteps":         advanceInSteps,
		"LawOneByOneIsAllAtOnce":    oneByOne,
		"LawRetractedNeverHappened": retractedNeverHappened,
		"LawRestartChangesNothing":  restartChangesNothing,
		"LawNothingBeforeDue":       nothingBeforeDue,
		"LawDryRunIsDefine":         dryRunIsDefine,
		"LawDryRunTellsDependents":  dryRunTellsDependents,
		"LawAnswersAgree":           answersAgree,
	} {
		t.Run(name, func(t *testing.T) {
			holdsOfHistories(t, func(h History) string { return broken(fresh(t), fresh(t), h) })
		})
	}
}

func holdsOfHistories(t *testing.T, broken func(History) string) {
	t.Helper()
	params := gopter.DefaultTestParametersWithSeed(1)
	params.MinSuccessfulTests = 30
	if os.Getenv("CI") != "" && !testing.Short() {
		params.MinSuccessfulTests = 100
	}
	result := prop.ForAll(func(h History) string {
		if msg := broken(h); msg != "" {
			return msg + "\n" + h.String()
		}
		return ""
	}, Histories()).Check(params)
	if !result.Passed() {
		t.Errorf("after %d histories: %v %v %s\n%s", result.Succeeded, result.Status, result.Labels, result.Error, result.ErrorStack)
	}
}

// call makes one call.
func call(s System, c Call) (ds []segment.Diff, err error) {
	switch {
	case c.Segment.ID != "":
		return s.Define(c.Segment, c.At)
	case c.Drop != "":
		return s.Drop(c.Drop, c.At)
	case len(c.Updates) > 0:
		return s.Apply(c.Updates...)
	}
	ds, _ = s.Advance(c.At, 0)
	return ds, nil
}

// play makes all calls and returns the diffs. What is refused is no diff.
func play(s System, h History) (ds []segment.Diff) {
	for _, c := range h {
		more, _ := call(s, c)
		ds = append(ds, more...)
	}
	return ds
}

// difference compares diffs of the same calls; with their steps and the versions of
// definitions if the system tells these at all.
func difference(want, got []segment.Diff) string { return differ(want, got, true) }

// otherCalls compares diffs of calls that end elsewhere, and so have other steps.
func otherCalls(want, got []segment.Diff) string { return differ(want, got, false) }

func differ(want, got []segment.Diff, steps bool) string {
	whole := len(got) > 0 && got[0].Step != 0
	lines := func(ds []segment.Diff) (out []string) {
		for _, d := range ds {
			out = append(out, fmt.Sprintf("%d %s %s", d.Revision, d, d.Cause))
			if whole {
				out[len(out)-1] += fmt.Sprintf(" definition %d", d.Definition)
			}
			if whole && steps {
				out[len(out)-1] += fmt.Sprintf(" step %d", d.Step)
			}
		}
		return out
	}
	return cmp.Diff(lines(want), lines(got))
}

func membersDiffer(a, b System) string {
	for _, id := range []string{"s1", "s2", "s3"} {
		if diff := cmp.Diff(a.Members(id), b.Members(id)); diff != "" && len(a.Members(id))+len(b.Members(id)) > 0 {
			return "members of " + id + ": " + diff
		}
	}
	return ""
}

// Every call answers what the reference answers.
func sameAsReference(s, _ System, h History) string {
	ref := Reference()
	for i, c := range h {
		want, wantErr := call(ref, c)
		got, err := call(s, c)
		if (err == nil) != (wantErr == nil) {
			return fmt.Sprintf("call %d: error %v, want %v", i+1, err, wantErr)
		}
		if diff := difference(want, got); diff != "" {
			return fmt.Sprintf("call %d: -want +got\n%s", i+1, diff)
		}
		if diff := membersDiffer(ref, s); diff != "" {
			return fmt.Sprintf("call %d: %s", i+1, diff)
		}
		if !s.Now().Equal(ref.Now()) {
			return fmt.Sprintf("call %d: the clock is %v, want %v", i+1, s.Now(), ref.Now())
		}
	}
	return ""
}

// The members are those who entered and have not left. Nobody enters who is in,
// or leaves who is out; instants and revisions only grow.
func diffsMakeMembers(s, _ System, h History) string {
	in := make(map[string]map[string]bool)
	var last segment.Diff
	for _, d := range play(s, h) {
		if in[d.Segment] == nil {
			in[d.Segment] = make(map[string]bool)
		}
		if in[d.Segment][d.Contact] == d.Entered {
			return fmt.Sprintf("%s says what was so already", d)
		}
		if d.Entered {
			in[d.Segment][d.Contact] = true
		} else {
			delete(in[d.Segment], d.Contact)
		}
		if d.Revision != last.Revision+1 || d.At.Before(last.At) {
			return fmt.Sprintf("%s, revision %d, comes after %s, revision %d", d, d.Revision, last, last.Revision)
		}
		last = d
	}
	for _, id := range []string{"s1", "s2", "s3"} {
		got, want := s.Members(id), slices.Sorted(maps.Keys(in[id]))
		if !slices.Equal(got, want) {
			return fmt.Sprintf("members of %s are %v; the diffs make %v", id, got, want)
		}
	}
	return ""
}

// Advance(a) then Advance(b) is Advance(b), and so is Advance(b) diff by diff.
func advanceInSteps(a, b System, h History) string {
	var want, got []segment.Diff
	for i, c := range h {
		ds, _ := call(a, c)
		want = append(want, ds...)
		if now := b.Now(); !now.IsZero() && now.Before(c.At) {
			ds, _ := b.Advance(now.Add(c.At.Sub(now)/2), 0)
			got = append(got, ds...)
			for done := false; !done; {
				if ds, done = b.Advance(c.At.Add(-1), 1); !done && len(ds) == 0 {
					return fmt.Sprintf("call %d: Advance with a limit of 1 gives no diff and is not done", i+1)
				}
				got = append(got, ds...)
			}
		}
		ds, _ = call(b, c)
		got = append(got, ds...)
	}
	return otherCalls(want, got)
}

// Updates at different instants in one call are as good as in several.
func oneByOne(a, b System, h History) string {
	var want, got []segment.Diff
	for _, c := range h {
		ds, err := call(a, c)
		want = append(want, ds...)
		if err != nil {
			continue
		}
		for _, part := range apart(c) {
			ds, err := call(b, part)
			if err != nil {
				return fmt.Sprintf("all at once is accepted, one by one is not: %v", err)
			}
			got = append(got, ds...)
		}
	}
	return otherCalls(want, got)
}

// apart splits a call of Apply by instants.
func apart(c Call) (parts []Call) {
	if len(c.Updates) == 0 {
		return []Call{c}
	}
	for _, u := range c.Updates {
		if n := len(parts); n > 0 && parts[n-1].At.Equal(u.At) {
			parts[n-1].Updates = append(parts[n-1].Updates, u)
			continue
		}
		parts = append(parts, Call{At: u.At, Updates: []segment.Update{u}})
	}
	return parts
}

// An event that comes and is retracted leaves no trace: the members at the end
// are the same, and everything that comes after the end.
func retractedNeverHappened(a, b System, h History) string {
	with := make(History, len(h)) // the same, and the event
	var open string               // the contact whose event is still to be retracted
	for i, c := range h {
		c.Updates = slices.Clone(c.Updates)
		for j := range c.Updates {
			u := &c.Updates[j]
			switch {
			case u.Contact == open && u.Delete:
				open = ""
			case u.Contact == open:
				u.Retract = append(slices.Clone(u.Retract), "extra")
				open = ""
			case open == "" && u.Creates(): // with the event it would be created in any case
				e := segment.Event{ID: "extra", Name: "opened", At: u.At.Add(-time.Hour)}
				u.Events = append(slices.Clone(u.Events), e)
				open = u.Contact
			}
		}
		with[i] = c
	}
	play(a, h)
	play(b, with)
	last := a.Now()
	if last.IsZero() {
		return ""
	}
	if open != "" {
		for _, s := range []System{a, b} {
			if _, err := s.Apply(segment.Update{Contact: open, At: last, Retract: []string{"extra"}}); err != nil {
				return err.Error()
			}
		}
	}
	if diff := membersDiffer(a, b); diff != "" {
		return diff
	}
	a.Advance(last.AddDate(0, 0, 40), 0)
	b.Advance(last.AddDate(0, 0, 40), 0)
	return membersDiffer(a, b)
}

// A system that is stopped and started goes on as if nothing had happened.
func restartChangesNothing(a, b System, h History) string {
	var want, got []segment.Diff
	for i, c := range h {
		ds, _ := call(a, c)
		want = append(want, ds...)
		ds, _ = call(b, c)
		got = append(got, ds...)
		if r, ok := b.(Restarter); ok && i%3 == 1 {
			restarted, err := r.Restart()
			if err != nil {
				return err.Error()
			}
			b = restarted
		}
	}
	return difference(want, got)
}
