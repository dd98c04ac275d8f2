package segmenttest

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

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
	schema *segment.Schema // nil: rules are read without one
	diffs  []segment.Diff  // that no `expect diffs` has seen
	done   bool            // of the last Advance
	err    error           // of the last command; `expect error` takes it
	passed bool            // the last expectation was left out
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
		if err := w.do(c); err != nil {
			w.err = err
		}
	}
	if w.err != nil {
		w.t.Errorf("line %d: %v", w.line, w.err)
	}
	if c, ok := w.sys.(Checker); ok {
		for err := range c.Check() {
			w.t.Errorf("at the end: %v", err)
		}
	}
}

func (w *teller) do(c command) error {
	w.t.Helper()
	switch c.word {
	case "expect":
		what, rest := cutWord(c.rest)
		w.passed = w.passed && what == "error"
		return expectations[what](w, c, rest)
	case "zone":
		loc, err := time.LoadLocation(c.rest)
		w.zone = loc
		return err
	case "schema":
		return w.configure(c)
	case "at":
		to, err := w.instant(c.rest)
		return w.advance(to, 0, err)
	case "after":
		to, err := w.moved(c.rest, 1)
		return w.advance(to, 0, err)
	case "advance":
		return w.advanceSome(c)
	case "define":
		return w.define(c)
	case "drop":
		ds, err := w.sys.Drop(c.rest, w.now)
		w.diffs = append(w.diffs, ds...)
		return err
	case "restart":
		if r, ok := w.sys.(Restarter); ok {
			sys, err := r.Restart()
			if err == nil {
				w.sys = sys
			}
			return err
		}
		return nil
	}
	return w.apply(c)
}

func (w *teller) advance(to time.Time, limit int, err error) error {
	if err != nil {
		return err
	}
	if to.Before(w.now) {
		return fmt.Errorf("the clock cannot go back to %s", to.Format(time.RFC3339Nano))
	}
	var ds []segment.Diff
	ds, w.done = w.sys.Advance(to, limit)
	w.diffs = append(w.diffs, ds...)
	w.now = to
	switch {
	case !w.done && limit == 0:
		return fmt.Errorf("Advance without a limit was not done")
	case !w.done:
		w.now = w.sys.Now()
	}
	return nil
}

// advanceSome reads `2 diffs to 2026-03-01`.
func (w *teller) advanceSome(c command) error {
	number, rest := cutWord(c.rest)
	limit, err := strconv.Atoi(number)
	noun, rest := cutWord(rest)
	text, ok := strings.CutPrefix(rest, "to ")
	if err != nil || limit < 1 || strings.TrimSuffix(noun, "s") != "diff" || !ok {
		return fmt.Errorf("`advance 2 diffs to INSTANT` is expected")
	}
	to, err := w.instant(text)
	return w.advance(to, limit, err)
}

// configure begins anew with a schema.
func (w *teller) configure(c command) error {
	s := new(segment.Schema)
	if err := json.Unmarshal([]byte(c.text()), s); err != nil {
		return err
	}
	w.schema = s
	configurer, ok := w.sys.(Configurer)
	switch {
	case !w.sys.Now().IsZero():
		return fmt.Errorf("a schema comes before all else")
	case ok:
		sys, err := configurer.Configure(s)
		if err == nil {
			w.sys = sys
		}
		return err
	case s.Zone != "" && s.Zone != "UTC":
		w.t.Skipf("line %d: the system cannot have the calendar of %s", c.line, s.Zone)
	}
	return nil
}

// condition reads a rule, by the schema if there is one.
func (w *teller) condition(rule string) (segment.Condition, error) {
	if w.schema == nil {
		return segment.Parse(rule)
	}
	return w.schema.Parse(rule)
}

func (w *teller) segment(text string) (s segment.Segment, err error) {
	id, rule, ok := strings.Cut(text, ":")
	if !ok {
		return s, fmt.Errorf("a colon is missing behind the segment's id")
	}
	s.ID = strings.TrimSpace(id)
	s.Name = s.ID
	s.Condition, err = w.condition(strings.TrimSpace(rule))
	return s, err
}

func (w *teller) define(c command) error {
	s, err := w.segment(c.text())
	if err != nil {
		return err
	}
	ds, err := w.sys.Define(s, w.now)
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
		u.Join, u.Create = words(text), true
	case "leave":
		u.Leave = words(text)
	case "delete":
		u.Delete = true
	default:
		err = fmt.Errorf("unknown command %q", c.word)
	}
	return u, err
}
