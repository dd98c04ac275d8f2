package segmenttest

import (
	"fmt"
	"testing"
)

// Due is exact: advanced to it, something changes.
func dueIsExact(s System, h History) string {
	k := s.(Waker)
	for i, c := range h {
		call(s, c)
		due, ok := k.Due()
		if !ok || i+1 < len(h) && due.After(h[i+1].At) || i+1 == len(h) && due.After(s.Now().AddDate(0, 0, 40)) {
			continue
		}
		if i+1 < len(h) && due.Equal(h[i+1].At) {
			continue
		}
		if ds, _ := s.Advance(due, 0); len(ds) == 0 || !ds[0].At.Equal(due) {
			return fmt.Sprintf("call %d: nothing happens at %s, or earlier: %v", i+1, due, ds)
		}
	}
	return ""
}

// The reference finds changes without asking when they are due, so that one
// holds the other up.
func TestReferenceDueIsExact(t *testing.T) {
	holdsOfHistories(t, func(h History) string { return dueIsExact(Reference(), h) })
}
