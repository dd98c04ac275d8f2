package interop_test

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/segmenttest"
)

// The definitions of other systems in ../shared/interop, each with the rule that means the
// same, what no rule says, and for some of them who is in at which instant.

const corpusFolder = "../../shared/interop"

// A corpusCase is one definition.
type corpusCase struct {
	ID         string
	Source     string
	Definition json.RawMessage
	Rule       *string
	Exact      bool
	Missing    []string
	Check      *struct {
		History string
		Want    []string
	}
	file string
}

// corpus is the definitions of one file, or of all; the test is skipped without the folder.
func corpus(t testing.TB, pattern string) (cases []corpusCase) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(corpusFolder, pattern))
	if len(files) == 0 {
		t.Skipf("the definitions of other systems are not there: %s", corpusFolder)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var some []corpusCase
		if err := json.Unmarshal(text, &some); err != nil {
			t.Fatal(file, err)
		}
		for i := range some {
			some[i].file = strings.TrimSuffix(filepath.Base(file), ".json")
		}
		cases = append(cases, some...)
	}
	return cases
}

// system is the name under which a case is imported.
func (c corpusCase) system() string {
	if c.file == "mongo-growthbook-keila" {
		source := strings.ToLower(c.Source)
		for _, name := range []string{"growthbook", "mongodb", "keila"} {
			if strings.Contains(source, name) {
				return name
			}
		}
	}
	return c.file
}

// text is the definition as it is given to Import: of a textual system the text.
func (c corpusCase) text() []byte {
	var text string
	if json.Unmarshal(c.Definition, &text) == nil {
		return []byte(text)
	}
	return c.Definition
}

func TestCorpus(t *testing.T) {
	read := map[string]int{}
	for _, c := range corpus(t, "*.json") {
		if !slices.Contains(interop.Systems(), c.system()) {
			read["not read: "+c.system()]++
			continue
		}
		read[c.system()]++
		t.Run(c.system()+"/"+c.ID, func(t *testing.T) { c.run(t) })
	}
	for _, system := range slices.Sorted(func(yield func(string) bool) {
		for s := range read {
			if !yield(s) {
				return
			}
		}
	}) {
		t.Logf("%s: %d definitions", system, read[system])
	}
}

func (c corpusCase) run(t *testing.T) {
	s, losses, err := interop.Import(c.system(), c.text(), nil)
	if err != nil {
		t.Fatalf("%s\n%v", c.Definition, err)
	}
	for _, l := range losses {
		t.Log(l)
		if l.Needs == "" || l.What == "" || l.Kind != interop.Omitted && l.Kind != interop.Changed {
			t.Errorf("a loss that does not say what it is: %+v", l)
		}
	}
	if c.Exact && len(losses) > 0 {
		t.Errorf("%s\nis exact, and has losses: %v", c.Definition, losses)
	}
	if !c.Exact && len(losses) == 0 {
		t.Errorf("%s\nis not exact, and has no loss", c.Definition)
	}
	for _, missing := range c.Missing {
		if !slices.ContainsFunc(losses, func(l interop.Loss) bool { return l.Needs == missing }) {
			t.Errorf("%s\nhas no loss that needs %q, but %v", c.Definition, missing, losses)
		}
	}
	if c.Rule == nil {
		if s.Condition != nil && len(losses) == 0 {
			t.Errorf("%s\nis %v without a loss", c.Definition, s.Condition)
		}
		return
	}
	want, err := segment.Parse(*c.Rule)
	if err != nil {
		t.Fatal(*c.Rule, err)
	}
	if s.Condition == nil {
		t.Fatalf("%s\nhas no condition instead of %s", c.Definition, want)
	}
	sameAnswers(t, string(c.Definition), s.Condition, want)
	if c.Check != nil {
		checkHistory(t, s.Condition, c.Check.History, c.Check.Want)
	}
}

// sameAnswers checks that two conditions are equal but for their form, or answer the same for
// contacts that have to do with them, at several instants.
func sameAnswers(t testing.TB, about string, got, want segment.Condition) {
	t.Helper()
	if rule.Equal(segment.Simplify(got), segment.Simplify(want)) {
		return
	}
	r := rand.New(rand.NewSource(1))
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{
		time.Date(2026, 1, 9, 12, 0, 0, 0, time.UTC),
		time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC),
		time.Date(2025, 12, 28, 23, 30, 0, 0, berlin),
	} {
		n := censusOf(at, got, want)
		for range 1000 {
			x := n.contact(r)
			if g, w := segment.Evaluate(got, x, at), segment.Evaluate(want, x, at); g != w {
				t.Errorf("%s\nis   %v\nnot  %v\nfor  %v\nwith %v\nat   %v: %v, not %v", about, got, want, x.Fields, x.Log, at, g, w)
				return
			}
		}
	}
}

// checkHistory tells the reference a small history, and asks it who is in.
//
//	2026-01-01 ann plan="pro";seen=@2026-01-01;!opened {"campaign":"x"} @2025-12-31;+VIP
func checkHistory(t *testing.T, c segment.Condition, history string, want []string) {
	t.Helper()
	system := segmenttest.Reference()
	type step struct {
		at     time.Time
		update segment.Update
		want   string
		asks   bool
	}
	var steps []step
	for i, line := range strings.Split(history, "\n") {
		day, rest, _ := strings.Cut(line, " ")
		who, what, _ := strings.Cut(rest, " ")
		at := instantOf(t, day)
		u := segment.Update{Contact: who, At: at, Set: map[string]segment.Value{}, Create: true}
		for j, item := range items(what) {
			addItem(t, &u, item, fmt.Sprintf("e%d.%d", i, j))
		}
		steps = append(steps, step{at: at, update: u})
	}
	for _, w := range want {
		day, members, _ := strings.Cut(w, ": ")
		day = strings.TrimSuffix(day, ":")
		steps = append(steps, step{at: instantOf(t, day), want: strings.TrimSpace(members), asks: true})
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.at.Compare(b.at) })
	if _, err := system.Define(segment.Segment{ID: "s", Condition: c}, steps[0].at); err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		if !s.asks {
			if _, err := system.Apply(s.update); err != nil {
				t.Fatal(err)
			}
			continue
		}
		system.Advance(s.at, 0)
		if got := strings.Join(system.Members("s"), " "); got != s.want {
			t.Errorf("%v\nafter\n%s\nat %v holds for %q, not %q", c, history, s.at, got, s.want)
		}
	}
}

// items parts a line at its semicolons, but for those in quotes and brackets.
func items(line string) (parts []string) {
	depth, quoted, from := 0, false, 0
	for i, b := range []byte(line) {
		switch {
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{' || b == '[':
			depth++
		case b == '}' || b == ']':
			depth--
		case b == ';' && depth == 0:
			parts = append(parts, line[from:i])
			from = i + 1
		}
	}
	return append(parts, line[from:])
}

// addItem adds one thing that happened: a field, an event or a list.
func addItem(t *testing.T, u *segment.Update, item, id string) {
	t.Helper()
	switch {
	case item == "":
	case item[0] == '+':
		u.Join = append(u.Join, item[1:])
	case item[0] == '!':
		e := segment.Event{ID: id, Name: item[1:], At: u.At}
		if name, at, ok := strings.Cut(e.Name, " @"); ok {
			e.Name, e.At = name, instantOf(t, at)
		}
		if name, props, ok := strings.Cut(e.Name, " {"); ok {
			e.Name, e.Props = name, segment.Document("{"+props)
		}
		u.Events = append(u.Events, e)
	default:
		name, value, ok := strings.Cut(item, "=")
		if !ok {
			t.Fatalf("%q is no part of a history", item)
		}
		if at, ok := strings.CutPrefix(value, "@"); ok {
			u.Set[name] = rule.ReadTime(at)
			return
		}
		v, err := segment.ParseJSON([]byte(value))
		if err != nil {
			t.Fatal(item, err)
		}
		u.Set[name] = v
	}
}

// instantOf reads 2026-01-31, 2026-01-31T12:00 and RFC 3339.
func instantOf(t *testing.T, text string) time.Time {
	t.Helper()
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", time.RFC3339Nano} {
		if at, err := time.Parse(layout, text); err == nil {
			return at
		}
	}
	t.Fatalf("%q is no instant", text)
	return time.Time{}
}
