package index_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/segmenttest"
)

var long = flag.Duration("long", 0, "how long TestLaws goes on with new histories, and TestGuards with new rules")

// TestLaws holds an index to every law at once over random histories, each of
// which the reference plays once: 60, and 200 where the environment says CI.
func TestLaws(t *testing.T) {
	n, workers := 60, 2
	switch {
	case testing.Short():
		n = 10
	case os.Getenv("CI") != "":
		n = 200
	}
	deadline := time.Now().Add(*long)
	for w := range workers {
		t.Run(fmt.Sprint(w), func(t *testing.T) {
			t.Parallel()
			histories, diffs := 0, 0
			for seed := int64(w + 1); histories < n/workers || time.Now().Before(deadline); seed += int64(workers) {
				params := gopter.DefaultTestParametersWithSeed(seed)
				params.MinSuccessfulTests = min(n/workers, 200)
				result := prop.ForAll(func(h segmenttest.History) string {
					msg, n := lawful(h, uint64(seed))
					diffs += n
					if msg != "" {
						msg += "\n" + h.String()
					}
					return msg
				}, segmenttest.Histories()).Check(params)
				histories += result.Succeeded
				if !result.Passed() {
					t.Fatalf("seed %d: after %d histories: %v %v %s\n%s", seed, histories, result.Status, result.Labels, result.Error, result.ErrorStack)
				}
			}
			t.Logf("%d histories, %d diffs", histories, diffs)
			if diffs < histories {
				t.Errorf("%d histories with %d diffs: hardly anything happens in them", histories, diffs)
			}
		})
	}
}

// lawful plays a history in several ways and says what law is broken.
func lawful(h segmenttest.History, seed uint64) (broken string, diffs int) {
	r := rand.New(rand.NewPCG(seed, uint64(len(h))))
	plain, err := record(newSystem(), h)
	if err != "" {
		return err, 0
	}
	for _, ds := range plain.diffs {
		diffs += len(ds)
	}
	want, _ := record(segmenttest.Reference(), h)
	for i := range h {
		if (plain.errs[i] == nil) != (want.errs[i] == nil) {
			return fmt.Sprintf("call %d: error %v, want %v", i+1, plain.errs[i], want.errs[i]), diffs
		}
		if d := cmp.Diff(numbered(want.diffs[i]), numbered(plain.diffs[i])); d != "" {
			return fmt.Sprintf("call %d: -want +got\n%s", i+1, d), diffs
		}
	}
	for name, law := range map[string]func() string{
		"conditions": func() string { return byConditions(plain, h) },
		"unrelated":  func() string { return unrelated(plain, h) },
		"confluence": func() string { return confluent(plain, h, r) },
		"revert":     func() string { return reverted(h, r) },
		"due":        func() string { return dueIsGood(h) },
	} {
		if msg := law(); msg != "" {
			return name + ": " + msg, diffs
		}
	}
	return "", diffs
}

// byConditions: the index answers the same whatever timers are set by.
func byConditions(plain recording, h segmenttest.History) string {
	sys := newSystem()
	sys.ByConditions()
	got, err := record(sys, h)
	if err != "" {
		return err
	}
	return cmp.Diff(plain.diffs, got.diffs)
}

// A recording is what a system answered to a history, call by call.
type recording struct {
	sys   segmenttest.System
	diffs [][]segment.Diff
	errs  []error
}

// record plays a history and checks that what each call says is how the members
// have changed: nobody enters who is in or leaves who is not.
func record(sys segmenttest.System, h segmenttest.History) (r recording, broken string) {
	r.sys = sys
	in := make(map[string]bool)
	for i, c := range h {
		ds, err := call(sys, c)
		r.diffs, r.errs = append(r.diffs, ds), append(r.errs, err)
		for _, d := range ds {
			key := d.Segment + " " + d.Contact
			if in[key] == d.Entered {
				return r, fmt.Sprintf("call %d: %s says what was so already", i+1, d)
			}
			if in[key] = d.Entered; !d.Entered {
				delete(in, key)
			}
		}
		if got := memberships(sys); len(got) != len(in) || slices.ContainsFunc(got, func(key string) bool { return !in[key] }) {
			return r, fmt.Sprintf("call %d: members are %v, the diffs make %v", i+1, got, in)
		}
	}
	return r, ""
}

func call(s segmenttest.System, c segmenttest.Call) (ds []segment.Diff, err error) {
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

func memberships(sys segmenttest.System) (keys []string) {
	for _, id := range []string{"s1", "s2", "s3"} {
		for _, contact := range sys.Members(id) {
			keys = append(keys, id+" "+contact)
		}
	}
	return keys
}

func numbered(ds []segment.Diff) (lines []string) {
	for _, d := range ds {
		lines = append(lines, fmt.Sprintf("%d %s %s", d.Revision, d, d.Cause))
	}
	return lines
}

// plainLines are the diffs without revisions: they count all diffs.
func plainLines(ds []segment.Diff) (lines []string) {
	for _, d := range ds {
		lines = append(lines, d.String()+" "+d.Cause.String())
	}
	return lines
}

// strangers are segments that read what those of histories read, by the same
// names, and are none of their business.
var strangers = []string{
	`plan = "pro"`, `n > 1`, `n BETWEEN 1 AND 2`, `plan IN ("pro", "free") AND country = "US"`, `seen WITHIN LAST 7 DAYS`,
	`COUNT(opened) >= 1 IN LAST 3 DAYS`, `COUNT(*) >= 2`, `NOT IN LIST "vip"`, `MONTH(TODAY) IN (1, 3, 6)`, `IN SEGMENT "u1" OR n = 2`,
	`SUM(purchase.amount) > 1 IN LAST 30 DAYS`, `born = TODAY`, `tags CONTAINS "pro" AND n IS SET`,
}

// unrelated: other segments and other contacts change no diff. The contacts are
// doubles of ann.
func unrelated(plain recording, h segmenttest.History) string {
	sys := newSystem()
	for i, text := range strangers {
		s := segment.Segment{ID: fmt.Sprint("u", i+1), Condition: segment.MustParse(text)}
		if i%2 == 1 {
			s.ID = fmt.Sprint("r", i+1) // some sort before s1, some after
		}
		if i == 0 {
			s.ID = "u1"
		}
		if _, err := sys.Define(s, h[0].At); err != nil {
			return err.Error()
		}
	}
	for i, c := range h {
		c.Updates = slices.Clone(c.Updates)
		for _, u := range slices.Backward(c.Updates) {
			for _, double := range []string{"abe", "zed"} {
				if u.Contact != "ann" {
					break
				}
				at := slices.IndexFunc(c.Updates, func(v segment.Update) bool { return v.At.Equal(u.At) })
				u := u
				u.Contact = double
				c.Updates = slices.Insert(c.Updates, at, u)
			}
		}
		ds, err := call(sys, c)
		if (err == nil) != (plain.errs[i] == nil) {
			return fmt.Sprintf("call %d: error %v, alone %v", i+1, err, plain.errs[i])
		}
		ds = slices.DeleteFunc(ds, func(d segment.Diff) bool {
			return d.Contact == "abe" || d.Contact == "zed" || !strings.HasPrefix(d.Segment, "s")
		})
		if d := cmp.Diff(plainLines(plain.diffs[i]), plainLines(ds)); d != "" {
			return fmt.Sprintf("call %d: -alone +among others\n%s", i+1, d)
		}
	}
	return ""
}

// confluent: what happens to several contacts at one instant may come in any
// order, in one batch or one by one.
func confluent(plain recording, h segmenttest.History, r *rand.Rand) string {
	mixed, single := newSystem(), newSystem()
	for i, c := range h {
		c.Updates = shuffled(c.Updates, r)
		ds, _ := call(mixed, c)
		if d := cmp.Diff(numbered(plain.diffs[i]), numbered(ds)); d != "" {
			return fmt.Sprintf("call %d: -as it was +in another order\n%s", i+1, d)
		}
		if len(c.Updates) == 0 || plain.errs[i] != nil {
			call(single, c)
			continue
		}
		for _, u := range c.Updates {
			if _, err := single.Apply(u); err != nil {
				return err.Error()
			}
		}
		if got, want := memberships(single), memberships(mixed); !slices.Equal(got, want) {
			return fmt.Sprintf("call %d: one by one the members are %v, in a batch %v", i+1, got, want)
		}
	}
	return ""
}

// shuffled mixes updates of one instant, but leaves those of each contact in
// their order.
func shuffled(us []segment.Update, r *rand.Rand) []segment.Update {
	us = slices.Clone(us)
	for range 2 * len(us) {
		i := r.IntN(len(us))
		if i > 0 && us[i].Contact != us[i-1].Contact && us[i].At.Equal(us[i-1].At) {
			us[i], us[i-1] = us[i-1], us[i]
		}
	}
	return us
}

// reverted: a change and its contrary at one instant are none, in one call or in
// two, and leave nothing behind for later.
func reverted(h segmenttest.History, r *rand.Rand) string {
	sys, alone := newSystem(), newSystem()
	for i, c := range h {
		ds, err := call(sys, c)
		want, _ := call(alone, c)
		if d := cmp.Diff(plainLines(want), plainLines(ds)); d != "" {
			return fmt.Sprintf("call %d: after changes that were taken back: -want +got\n%s", i+1, d)
		}
		if err != nil || sys.Now().IsZero() {
			continue
		}
		do, undo := change(sys, r)
		if ds, err := sys.Apply(do, undo); err != nil || len(ds) > 0 {
			return fmt.Sprintf("after call %d: %+v and %+v at once give %v %v", i+1, do, undo, ds, err)
		}
		there, err1 := sys.Apply(do)
		back, err2 := sys.Apply(undo)
		if err1 != nil || err2 != nil || !contrary(there, back) {
			return fmt.Sprintf("after call %d: %+v gives %v, and %+v %v (%v, %v)", i+1, do, there, undo, back, err1, err2)
		}
		if c.Segment.ID != "" {
			if ds, err := sys.Define(c.Segment, sys.Now()); err != nil || len(ds) > 0 {
				return fmt.Sprintf("call %d again gives %v %v", i+1, ds, err)
			}
		}
	}
	return ""
}

// change makes an update of ann, and the one that takes it back.
func change(sys system, r *rand.Rand) (do, undo segment.Update) {
	do, undo = segment.Update{Contact: "ann", At: sys.Now()}, segment.Update{Contact: "ann", At: sys.Now()}
	ann, ok := sys.Contact("ann")
	if !ok {
		do.Set = map[string]segment.Value{"plan": segment.Text("pro"), "n": segment.Int(2)}
		undo.Delete = true
		return do, undo
	}
	if _, on := ann.List("vip"); !on {
		do.Join, undo.Leave = []string{"vip"}, []string{"vip"}
	}
	do.Events = []segment.Event{{ID: "extra", Name: "opened", At: sys.Now().Add(-time.Duration(r.IntN(200)) * time.Hour)}}
	undo.Retract = []string{"extra"}
	do.Set, undo.Set = make(map[string]segment.Value), make(map[string]segment.Value)
	for name, v := range map[string]segment.Value{"plan": segment.Text("pro"), "n": segment.Int(int64(r.IntN(3))), "seen": segment.Time(sys.Now()), "zone": segment.Text("Europe/Berlin")} {
		past := slices.Collect(ann.History(name))
		if len(past) > 0 && past[0].At.Equal(sys.Now()) {
			continue // of what it was before at this instant nothing is known
		}
		do.Set[name], undo.Set[name] = v, ann.Field(name)
	}
	return do, undo
}

// contrary reports whether some diffs take back others.
func contrary(there, back []segment.Diff) bool {
	if len(there) != len(back) {
		return false
	}
	for i, d := range there {
		b := back[i]
		if d.Contact != b.Contact || d.Segment != b.Segment || d.Entered == b.Entered {
			return false
		}
	}
	return true
}

// mostStops is how often at most time may have to stop in the 40 days at the end
// of a history: an hour is 960 of them, in zones with half hours and two contacts.
const mostStops = 4000

// dueIsGood: nothing flips before Due, and Due does not name so many instants
// that a host would only be busy waking.
func dueIsGood(h segmenttest.History) string {
	sys := newSystem()
	for _, c := range h[:len(h)-1] {
		call(sys, c)
	}
	end := h[len(h)-1].At
	if sys.Now().IsZero() {
		return ""
	}
	for stops := 0; ; stops++ {
		due, ok := sys.Due()
		if !ok || due.After(end) {
			break
		}
		if stops == mostStops {
			return fmt.Sprintf("%d stops up to %s of %s", stops, due, end)
		}
		if !due.After(sys.Now()) {
			return fmt.Sprintf("at %s, due at %s", sys.Now(), due)
		}
		if ds, _ := sys.Advance(due.Add(-1), 0); len(ds) > 0 {
			return fmt.Sprintf("due at %s, but %s before", due, ds[0])
		}
		sys.Advance(due, 0)
	}
	if ds, _ := sys.Advance(end, 0); len(ds) > 0 {
		return fmt.Sprintf("nothing is due up to %s, but %s", end, ds[0])
	}
	return ""
}
