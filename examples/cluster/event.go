package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A kind is what an event is about.
type kind int

// The kinds.
const (
	note    kind = iota // whatever its text says
	killed              // a process is killed
	stopped             // a worker is stopped, and knows nothing of it
	back                // a process is at work again
	taken               // partitions of a worker that was killed or stopped are taken over
	moved               // partitions are given to another worker, for a fair share
	refused             // commits of a worker that others have overtaken are refused
	paused              // all partitions go on after a broker was killed
	alarm               // something that must not be
)

// An event is what has happened. One of several partitions grows for a while.
type event struct {
	kind    kind
	at      time.Time
	changed time.Time
	who     string // the worker or broker, with what it is
	text    string
	parts   []int
	by      []string        // of taken and moved: who has each part
	after   []time.Duration // of taken: how long each part had nobody
}

// growing is how long an event may grow.
const growing = 3 * time.Second

// String says what has happened.
func (e event) String() string {
	switch e.kind {
	case killed:
		return e.who + " killed" + had(e.parts)
	case stopped:
		return e.who + " stopped" + had(e.parts)
	case taken:
		return owned(e.parts, e.by, "taken over", "by") + " after " + spanOf(e.after)
	case moved:
		return owned(e.parts, e.by, "moved", "to")
	case refused:
		return fmt.Sprintf("%s comes late: its commit to %s is refused", e.who, parts(e.parts))
	}
	return e.text
}

// had names what a worker had.
func had(ps []int) string {
	if len(ps) == 0 {
		return ""
	}
	return "; it had " + parts(ps)
}

// parts names partitions, or says how many there are.
func parts(ps []int) string {
	ps = slices.Compact(slices.Sorted(slices.Values(ps)))
	switch {
	case len(ps) == 1:
		return fmt.Sprint("partition ", ps[0])
	case len(ps) > mostNamed:
		return fmt.Sprint(len(ps), " partitions")
	}
	return "partitions " + numbers(ps)
}

// mostNamed is how many partitions are named in a line.
const mostNamed = 8

// numbers lists partitions.
func numbers(ps []int) string {
	var words []string
	for _, p := range ps {
		words = append(words, strconv.Itoa(p))
	}
	return strings.Join(words, " ")
}

// owned says who has which partitions: "partitions 1 4 taken over by a, 6 by c".
func owned(ps []int, by []string, verb, link string) string {
	of := make(map[string][]int)
	for i, p := range ps {
		of[by[i]] = append(of[by[i]], p)
	}
	var words []string
	for i, name := range slices.Sorted(maps.Keys(of)) {
		has := slices.Compact(slices.Sorted(slices.Values(of[name])))
		what := numbers(has)
		if len(ps) > mostNamed {
			what = fmt.Sprintf("(%d of %d)", len(has), len(ps))
		}
		if i == 0 {
			what += " " + verb // it holds for all of them
		}
		words = append(words, what+" "+link+" "+name)
	}
	if len(ps) == 1 {
		return "partition " + words[0]
	}
	return "partitions " + strings.Join(words, ", ")
}

// spanOf says how long it took, from the shortest to the longest.
func spanOf(ds []time.Duration) string {
	least, most := seconds(slices.Min(ds)), seconds(slices.Max(ds))
	if least == most {
		return most + " s"
	}
	return least + " to " + most + " s"
}

// seconds are a length of time with a digit behind the point.
func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) }

// grows reports whether partitions may be added to the event.
func (e event) grows() bool { return e.kind == taken || e.kind == moved || e.kind == refused }

// thousands is a number with a comma between every three digits.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
