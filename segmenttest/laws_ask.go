package segmenttest

import (
	"fmt"
	"slices"
	"time"

	"github.com/segmentrules/segment"
)

// Laws of what only some systems can be asked. They hold of all others.

// Time alone changes nothing before Due. Between two calls, the clock stops
// right before each instant that Due names.
func nothingBeforeDue(s, _ System, h History) string {
	k, ok := s.(Waker)
	if !ok {
		return ""
	}
	for i, c := range h {
		if s.Now().IsZero() {
			call(s, c)
			continue
		}
		for last := s.Now(); s.Now().Before(c.At); last = s.Now() {
			due, ok := k.Due()
			if !ok || due.After(c.At) {
				due = c.At
			}
			if !due.After(last) {
				return fmt.Sprintf("call %d: at %s, due at %s", i+1, last, due)
			}
			if ds, _ := s.Advance(due.Add(-1), 0); len(ds) > 0 {
				return fmt.Sprintf("call %d: at %s, due at %s, but %s before", i+1, last, due, ds[0])
			}
			if due.Equal(c.At) {
				break
			}
			s.Advance(due, 0)
		}
		call(s, c)
	}
	return ""
}

// A dry run changes nothing, and says what Define then does, or refuses it too.
func dryRunIsDefine(s, _ System, h History) string {
	d, ok := s.(DryRunner)
	if !ok {
		return ""
	}
	ref := Reference()
	for i, c := range h {
		want, wantErr := call(ref, c)
		var entered, left []string
		var dryErr error
		if c.Segment.ID != "" {
			entered, left, dryErr = d.DryRun(c.Segment, c.At)
		}
		got, err := call(s, c)
		if (err == nil) != (wantErr == nil) || c.Segment.ID != "" && (err == nil) != (dryErr == nil) {
			return fmt.Sprintf("call %d: errors %v, %v in the dry run, want %v", i+1, err, dryErr, wantErr)
		}
		if diff := difference(want, got); diff != "" {
			return fmt.Sprintf("call %d, after a dry run: -want +got\n%s", i+1, diff)
		}
		if c.Segment.ID == "" {
			continue
		}
		in, out := changed(got, c.Segment.ID, c.At)
		if !slices.Equal(in, entered) || !slices.Equal(out, left) {
			return fmt.Sprintf("call %d: the dry run says %v enter and %v leave; they are %v and %v", i+1, entered, left, in, out)
		}
	}
	return ""
}

// A dry run tells what becomes of the segments that depend on the one defined, too. What
// time brings at the very instant is left aside: it is no part of a dry run.
func dryRunTellsDependents(s, _ System, h History) string {
	f, ok := s.(Foreteller)
	if !ok {
		return ""
	}
	ref := Reference().(*naive)
	for i, c := range h {
		if c.Segment.ID == "" {
			call(s, c)
			call(ref, c)
			continue
		}
		got, dryErr := f.DryRunAll(c.Segment, c.At)
		moves := ref.clone().moves(c.At.In(ref.calendar))
		quiet := len(moves) == 0 || moves[len(moves)-1].at.Before(c.At)
		_, err := call(s, c)
		want, _ := call(ref, c)
		if (err == nil) != (dryErr == nil) {
			return fmt.Sprintf("call %d: error %v, %v in the dry run", i+1, err, dryErr)
		}
		if err != nil || !quiet {
			continue
		}
		if out := outcomesOf(want, c.Segment.ID, c.At); fmt.Sprint(out) != fmt.Sprint(got) {
			return fmt.Sprintf("call %d: the dry run says %v; it is %v", i+1, got, out)
		}
	}
	return ""
}

// changed returns who entered and left a segment at an instant.
func changed(ds []segment.Diff, id string, at time.Time) (entered, left []string) {
	for _, d := range ds {
		switch {
		case d.Segment != id || !d.At.Equal(at):
		case d.Entered:
			entered = append(entered, d.Contact)
		default:
			left = append(left, d.Contact)
		}
	}
	return entered, left
}

// The segments of a contact are those that it is a member of, a contact that
// is in one is there, and a system finds no fault with itself.
func answersAgree(s, _ System, h History) string {
	for i, c := range h {
		call(s, c)
		for _, contact := range []string{"ann", "bob"} {
			var in []string
			for _, id := range []string{"s1", "s2", "s3"} {
				if slices.Contains(s.Members(id), contact) {
					in = append(in, id)
				}
			}
			if l, ok := s.(Lister); ok {
				if got := slices.Collect(l.Segments(contact)); !slices.Equal(got, in) {
					return fmt.Sprintf("call %d: the segments of %s are %v, and it is a member of %v", i+1, contact, got, in)
				}
			}
			if k, ok := s.(Keeper); ok && len(in) > 0 {
				if _, there := k.Contact(contact); !there {
					return fmt.Sprintf("call %d: %s is in %v and not there", i+1, contact, in)
				}
			}
		}
	}
	if c, ok := s.(Checker); ok {
		for err := range c.Check() {
			return "at the end: " + err.Error()
		}
	}
	return ""
}
