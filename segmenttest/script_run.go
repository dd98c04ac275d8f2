package segmenttest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
)

// RunScript runs the stories of a script, each as a subtest with a fresh system.
// README.md of this package has the language.
func RunScript(t *testing.T, fresh func(*testing.T) System, script string) {
	t.Helper()
	stories, err := readStories(script)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			newTeller(t, fresh(t)).tell(s)
		})
	}
}

// A teller tells a story to a system.
type teller struct {
	t   *testing.T
	sys System
	clockwork
	diffs  []segment.Diff // that no `expect diffs` has seen
	err    error          // of the last command; `expect error` takes it
	events int
	line   int
	// rewritten, if not nil, is told what an expectation should have been.
	rewritten func(c command, rest string, block []string)
}

func newTeller(t *testing.T, sys System) *teller {
	return &teller{t: t, sys: sys, clockwork: clockwork{zone: time.UTC}}
}

func (w *teller) tell(s story) {
	w.t.Helper()
	for _, c := range s.commands {
		if w.err != nil && !(c.word == "expect" && strings.HasPrefix(c.rest, "error")) {
			break
		}
		w.line = c.line
		if c.word == "expect" {
			w.expect(c)
			continue
		}
		if err := w.do(c); err != nil {
			w.err = err
		}
	}
	if w.err != nil {
		w.t.Errorf("line %d: %v", w.line, w.err)
	}
}

// do carries out what is no expectation.
func (w *teller) do(c command) error {
	switch c.word {
	case "zone":
		loc, err := time.LoadLocation(c.rest)
		w.zone = loc
		return err
	case "at":
		to, err := w.instant(c.rest)
		return w.advance(to, err)
	case "after":
		to, err := w.moved(c.rest, 1)
		return w.advance(to, err)
	case "define":
		return w.define(c)
	case "drop":
		ds, err := w.sys.Drop(c.rest, w.now)
		w.diffs = append(w.diffs, ds...)
		return err
	case "restart":
		if r, ok := w.sys.(Restarter); ok {
			sys, err := r.Restart()
			w.sys = sys
			return err
		}
		return nil
	}
	return w.apply(c)
}

func (w *teller) advance(to time.Time, err error) error {
	if err != nil {
		return err
	}
	if to.Before(w.now) {
		return fmt.Errorf("the clock cannot go back to %s", to.Format(time.RFC3339Nano))
	}
	w.now = to
	ds, done := w.sys.Advance(to, 0)
	if !done {
		return fmt.Errorf("Advance without a limit was not done")
	}
	w.diffs = append(w.diffs, ds...)
	return nil
}

func (w *teller) define(c command) error {
	id, rule, ok := strings.Cut(c.text(), ":")
	if !ok {
		return fmt.Errorf("a colon is missing behind the segment's id")
	}
	cond, err := segment.Parse(strings.TrimSpace(rule))
	if err != nil {
		return err
	}
	id = strings.TrimSpace(id)
	ds, err := w.sys.Define(segment.Segment{ID: id, Name: id, Condition: cond}, w.now)
	w.diffs = append(w.diffs, ds...)
	return err
}

// apply applies the updates of a command in one call.
func (w *teller) apply(c command) error {
	var us []segment.Update
	for _, c := range append([]command{c}, c.also...) {
		u, err := w.update(c)
		if err != nil {
			return err
		}
		u.At = w.now
		us = append(us, u)
	}
	ds, err := w.sys.Apply(us...)
	w.diffs = append(w.diffs, ds...)
	return err
}

func (w *teller) update(c command) (u segment.Update, err error) {
	text := c.text()
	if c.word == "event" {
		var e segment.Event
		u.Contact, e, err = w.event(text)
		if w.events++; e.ID == "" {
			e.ID = fmt.Sprintf("event %d", w.events)
		}
		u.Events = []segment.Event{e}
		return u, err
	}
	u.Contact, text = cutWord(text)
	switch c.word {
	case "contact":
		u.Set, err = w.assignments(text)
	case "retract":
		u.Retract = words(text)
	case "join":
		u.Join = words(text)
	case "leave":
		u.Leave = words(text)
	case "delete":
		u.Delete = true
	default:
		err = fmt.Errorf("unknown command %q", c.word)
	}
	return u, err
}

// expect checks one expectation.
func (w *teller) expect(c command) {
	w.t.Helper()
	what, rest := cutWord(c.rest)
	switch what {
	case "members":
		id, want, _ := strings.Cut(rest, ":")
		got := strings.Join(w.sys.Members(strings.TrimSpace(id)), " ")
		if got == "" {
			got = "nobody"
		}
		w.compare(c, strings.TrimSpace(want), got, "members "+strings.TrimSpace(id)+": "+got, nil)
	case "diffs", "no":
		var got []string
		for _, d := range w.diffs {
			got = append(got, d.String()+" "+d.Cause.String())
		}
		w.diffs = nil
		line := "diffs"
		if got == nil {
			line = "no diffs"
		}
		w.compare(c, strings.Join(c.block, "\n"), strings.Join(got, "\n"), line, got)
	case "error":
		got := "nothing"
		if w.err != nil {
			got = w.err.Error()
		}
		w.err = nil
		if !strings.Contains(got, strings.TrimSpace(rest)) || rest == "" {
			w.compare(c, rest, got, "error "+got, nil)
		}
	case "match":
		w.expectMatch(c, rest)
	case "explain":
		w.expectExplain(c, rest)
	case "due":
		w.expectDue(c, rest)
	default:
		w.err = fmt.Errorf("unknown expectation %q", what)
	}
}

// compare reports a difference, or rewrites the expectation.
func (w *teller) compare(c command, want, got, line string, block []string) {
	w.t.Helper()
	if want == got {
		return
	}
	if w.rewritten != nil {
		w.rewritten(c, line, block)
		return
	}
	diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n"))
	w.t.Errorf("line %d: expect %s (at %s): -want +got\n%s", c.line, c.rest, w.now.Format(time.RFC3339Nano), diff)
}

// expectMatch previews a rule: `match 2: country = "US"`.
func (w *teller) expectMatch(c command, rest string) {
	w.t.Helper()
	p, ok := w.sys.(Previewer)
	if !ok {
		return
	}
	want, rule, _ := strings.Cut(rest, ":")
	rule = strings.TrimSpace(strings.Join(append([]string{rule}, c.block...), "\n"))
	cond, err := segment.Parse(rule)
	if err != nil {
		w.err = err
		return
	}
	n, err := p.Count(cond)
	if err != nil {
		w.err = err
		return
	}
	w.compare(c, strings.TrimSpace(want), fmt.Sprint(n), fmt.Sprintf("match %d: %s", n, rule), nil)
}

func (w *teller) expectExplain(c command, rest string) {
	w.t.Helper()
	e, ok := w.sys.(Explainer)
	if !ok {
		return
	}
	contact, id := cutWord(rest)
	got, err := e.Explain(contact, id)
	if err != nil {
		w.err = err
		return
	}
	lines := strings.Split(strings.TrimRight(got.String(), "\n"), "\n")
	w.compare(c, strings.Join(c.block, "\n"), strings.Join(lines, "\n"), "explain "+rest, lines)
}

func (w *teller) expectDue(c command, rest string) {
	w.t.Helper()
	k, ok := w.sys.(Waker)
	if !ok {
		return
	}
	got := "never"
	if at, ok := k.Due(); ok {
		got = at.UTC().Format(time.RFC3339Nano)
	}
	if t, err := w.instant(rest); err == nil {
		rest = t.UTC().Format(time.RFC3339Nano)
	}
	w.compare(c, rest, got, "due "+got, nil)
}

// rewrite returns the script with what its expectations should have been.
func rewrite(t *testing.T, fresh func(*testing.T) System, script string) string {
	stories, err := readStories(script)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(script, "\n")
	var edits []func()
	for _, s := range stories {
		w := newTeller(t, fresh(t))
		w.rewritten = func(c command, rest string, block []string) {
			edits = append(edits, func() {
				lines = replaceExpectation(lines, c, rest, block)
			})
		}
		w.tell(s)
	}
	for _, edit := range slices.Backward(edits) {
		edit() // from the last on, so that numbers of lines stay right
	}
	return strings.Join(lines, "\n")
}

func replaceExpectation(lines []string, c command, rest string, block []string) []string {
	end := c.line
	for range c.block {
		end++
	}
	out := []string{"expect " + rest}
	for _, b := range block {
		out = append(out, "  "+b)
	}
	return slices.Replace(lines, c.line-1, end, out...)
}
