package main

import (
	"strings"
	"testing"
	"time"
)

// TestEvents: who had what, who has it now, and for how long nobody had it.
func TestEvents(t *testing.T) {
	s := time.Second
	for want, e := range map[string]event{
		"worker b killed; it had partitions 1 4 6":                       {kind: killed, who: "worker b", parts: []int{1, 4, 6}},
		"worker b killed; it had 10 partitions":                          {kind: killed, who: "worker b", parts: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}},
		"partitions (6 of 9) taken over by a, (3 of 9) by c after 1.0 s": {kind: taken, parts: []int{0, 1, 2, 3, 4, 5, 6, 7, 8}, by: strings.Split("aaaaaaccc", ""), after: []time.Duration{s}},
		"broker n2 killed":                                                {kind: killed, who: "broker n2"},
		"partition 3 taken over by a after 2.4 s":                         {kind: taken, parts: []int{3}, by: []string{"a"}, after: []time.Duration{2400 * time.Millisecond}},
		"partitions 1 4 taken over by a, 6 by c after 2.0 to 3.0 s":       {kind: taken, parts: []int{4, 6, 1}, by: []string{"a", "c", "a"}, after: []time.Duration{2 * s, 3 * s, 2 * s}},
		"partitions 2 5 moved to b":                                       {kind: moved, parts: []int{5, 2}, by: []string{"b", "b"}},
		"worker c comes late: its commit to partition 3 is refused":       {kind: refused, who: "worker c", parts: []int{3, 3}},
		"a process has ended by itself":                                   {kind: alarm, text: "a process has ended by itself"},
		"partitions 1 taken over by a, 2 by b, 3 by c after 1.0 to 3.0 s": {kind: taken, parts: []int{1, 2, 3}, by: []string{"a", "b", "c"}, after: []time.Duration{s, 2 * s, 3 * s}},
		"worker a stopped; it had partition 7":                            {kind: stopped, who: "worker a", parts: []int{7}},
	} {
		if got := e.String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
