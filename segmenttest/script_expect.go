package segmenttest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment/rule"
)

// expectations by their first word. What a system cannot do is not expected of
// it. An error is one of the expectation itself, and ends the story.
var expectations = map[string]func(w *teller, c command, rest string) error{
	"members":  (*teller).expectMembers,
	"segments": (*teller).expectSegments,
	"diffs":    (*teller).expectDiffs,
	"no":       (*teller).expectNone,
	"contact":  (*teller).expectContact,
	"error":    (*teller).expectError,
	"match":    (*teller).expectMatch,
	"dry":      (*teller).expectDryRun,
	"explain":  (*teller).expectExplain,
	"due":      (*teller).expectDue,
	"now":      (*teller).expectNow,
	"more":     (*teller).expectMore,
	"done":     (*teller).expectDone,
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

// pass leaves out an expectation, and the `expect error` that may follow it.
func (w *teller) pass() error {
	w.passed = true
	return nil
}

// idsOr is a list of ids in words.
func idsOr(none string, ids []string) string {
	if len(ids) == 0 {
		return none
	}
	return strings.Join(ids, " ")
}

func (w *teller) expectMembers(c command, rest string) error {
	w.t.Helper()
	id, want, _ := strings.Cut(rest, ":")
	got := idsOr("nobody", w.sys.Members(strings.TrimSpace(id)))
	w.compare(c, strings.TrimSpace(want), got, "members "+strings.TrimSpace(id)+": "+got, nil)
	return nil
}

func (w *teller) expectSegments(c command, rest string) error {
	w.t.Helper()
	contact, want, _ := strings.Cut(rest, ":")
	if l, ok := w.sys.(Lister); ok {
		got := idsOr("none", slices.Collect(l.Segments(strings.TrimSpace(contact))))
		w.compare(c, strings.TrimSpace(want), got, "segments "+strings.TrimSpace(contact)+": "+got, nil)
	}
	return nil
}

func (w *teller) expectDiffs(c command, _ string) error {
	w.t.Helper()
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
	return nil
}

// expectNone reads `no diffs` and `no contact ann`.
func (w *teller) expectNone(c command, rest string) error {
	w.t.Helper()
	what, id := cutWord(rest)
	switch what {
	case "diffs":
		return w.expectDiffs(c, "")
	case "contact":
		if k, ok := w.sys.(Keeper); ok {
			if _, there := k.Contact(id); there {
				w.compare(c, "", id, "contact "+id, nil)
			}
		}
		return nil
	}
	return fmt.Errorf("`no diffs` or `no contact ID` is expected")
}

// expectContact compares the fields that are named.
func (w *teller) expectContact(c command, rest string) error {
	w.t.Helper()
	k, ok := w.sys.(Keeper)
	if !ok {
		return w.pass()
	}
	id, text := cutWord(strings.TrimSpace(rest + "\n" + strings.Join(c.block, "\n")))
	want, err := w.assignments(text)
	if err != nil {
		return err
	}
	x, there := k.Contact(id)
	if !there {
		w.compare(c, id, "", "no contact "+id, nil)
		return nil
	}
	for name, v := range want {
		if got := x.Field(string(rule.Path(name))); !got.Equal(v) {
			w.t.Errorf("line %d: %s of %s is %v, want %v", c.line, name, id, got, v)
		}
	}
	return nil
}

func (w *teller) expectError(c command, rest string) error {
	w.t.Helper()
	if w.passed {
		return nil
	}
	got := "nothing"
	if w.err != nil {
		got = w.err.Error()
	}
	w.err = nil
	if !strings.Contains(got, strings.TrimSpace(rest)) || rest == "" {
		w.compare(c, rest, got, "error "+got, nil)
	}
	return nil
}

// expectMatch previews a rule: `match 2: country = "US"`.
func (w *teller) expectMatch(c command, rest string) error {
	w.t.Helper()
	p, ok := w.sys.(Previewer)
	if !ok {
		return w.pass()
	}
	want, rule, _ := strings.Cut(rest, ":")
	rule = strings.TrimSpace(strings.Join(append([]string{rule}, c.block...), "\n"))
	cond, err := w.condition(rule)
	if err != nil {
		return err
	}
	n, err := p.Count(cond)
	if err != nil {
		return err
	}
	w.compare(c, strings.TrimSpace(want), fmt.Sprint(n), fmt.Sprintf("match %d: %s", n, rule), nil)
	return nil
}

// expectDryRun reads `dry run id: rule`; who would enter and leave stands below.
func (w *teller) expectDryRun(c command, rest string) error {
	w.t.Helper()
	d, ok := w.sys.(DryRunner)
	if !ok {
		return w.pass()
	}
	run, text := cutWord(rest)
	s, err := w.segment(text)
	if run != "run" || err != nil {
		return fmt.Errorf("`dry run id: rule` is expected: %v", err)
	}
	entered, left, err := d.DryRun(s, w.now)
	if err != nil {
		return err
	}
	var got []string
	for _, id := range entered {
		got = append(got, "+ "+id)
	}
	for _, id := range left {
		got = append(got, "- "+id)
	}
	w.compare(c, strings.Join(c.block, "\n"), strings.Join(got, "\n"), c.rest, got)
	return nil
}

func (w *teller) expectExplain(c command, rest string) error {
	w.t.Helper()
	e, ok := w.sys.(Explainer)
	if !ok {
		return w.pass()
	}
	contact, id := cutWord(rest)
	got, err := e.Explain(contact, id)
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimRight(got.String(), "\n"), "\n")
	w.compare(c, strings.Join(c.block, "\n"), strings.Join(lines, "\n"), "explain "+rest, lines)
	return nil
}

func (w *teller) expectDue(c command, rest string) error {
	w.t.Helper()
	k, ok := w.sys.(Waker)
	if !ok {
		return w.pass()
	}
	got := "never"
	if at, ok := k.Due(); ok {
		got = at.UTC().Format(time.RFC3339Nano)
	}
	if rest != "never" {
		t, err := w.instant(rest)
		if err != nil {
			return err
		}
		rest = t.UTC().Format(time.RFC3339Nano)
	}
	w.compare(c, rest, got, "due "+got, nil)
	return nil
}

func (w *teller) expectNow(c command, rest string) error {
	w.t.Helper()
	t, err := w.instant(rest)
	if err != nil {
		return err
	}
	got := w.sys.Now().UTC().Format(time.RFC3339Nano)
	w.compare(c, t.UTC().Format(time.RFC3339Nano), got, "now "+got, nil)
	return nil
}

func (w *teller) expectMore(c command, _ string) error { return w.expectProgress(c, false) }
func (w *teller) expectDone(c command, _ string) error { return w.expectProgress(c, true) }

func (w *teller) expectProgress(c command, done bool) error {
	w.t.Helper()
	words := map[bool]string{false: "more", true: "done"}
	w.compare(c, words[done], words[w.done], words[w.done], nil)
	return nil
}
