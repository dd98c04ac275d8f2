package suites

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/segmenttest"
)

// Stories of other projects over time: events arrive, time passes, and at some steps the
// suite says who must be in which segment. Tell plays one to a system.

// A Story is what happens over time, and who must be in which segment when.
type Story struct {
	ID     string
	Title  string
	Policy string // what the suite means otherwise, in words; mostly empty
	Steps  []Step
}

// A Step is one thing that happens in a story at an instant of its clock.
type Step struct {
	Do       string // define, events, advance or expect
	At       time.Time
	Note     string
	Segments []struct {
		Name string
		Rule json.RawMessage
	}
	Events  []Arrival
	Members []struct {
		Contact, Segment string
		In               bool
	}
	Counts map[string]int
}

// An Arrival is something that a contact did or had done to it. It arrives at
// the instant of its step; Time is when it was, and may lie earlier.
type Arrival struct {
	ID, Contact string
	Time        time.Time
	Set         map[string]json.RawMessage
	Event       string
	Properties  json.RawMessage
	Subscribe   string
	Unsubscribe string
	ListAdd     string `json:"list_add"`
	ListRemove  string `json:"list_remove"`
	Delete      string // the id of an arrival that never was
}

// Stories reads all stories of the files scenarios_*.json in a folder.
func Stories(dir string) (all []Story, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "scenarios_*.json"))
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var file struct{ Scenarios []Story }
		if err := json.Unmarshal(text, &file); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, file.Scenarios...)
	}
	return all, nil
}

// Tell lets a story happen to a system and returns how many of its
// expectations it checked, and a line for each that failed.
func (s Story) Tell(sys segmenttest.System, p Policy) (checked int, wrong []string, err error) {
	l := listener{sys: sys, policy: p, sets: make(map[string][]Arrival)}
	for i, step := range s.Steps {
		switch step.Do {
		case "define":
			err = l.define(step)
		case "events":
			err = l.arrive(step)
		case "advance":
			sys.Advance(step.At, 0)
		case "expect":
			n, failed := l.expect(step)
			checked, wrong = checked+n, append(wrong, failed...)
		default:
			err = fmt.Errorf("unknown step %q", step.Do)
		}
		if err != nil {
			return checked, wrong, fmt.Errorf("%s, step %d: %w", s.ID, i, err)
		}
	}
	return checked, wrong, nil
}

// A listener hands a story on to a system. It keeps the fields that were set,
// because those that arrive late do not override newer ones.
type listener struct {
	sys    segmenttest.System
	policy Policy
	sets   map[string][]Arrival // by contact, in order of time, then of arrival
}

func (l *listener) define(step Step) error {
	for _, s := range step.Segments {
		rule, err := ParseRule(s.Rule)
		if err != nil {
			return err
		}
		c, err := rule.Condition(l.policy)
		if err != nil {
			return err
		}
		if _, err := l.sys.Define(segment.Segment{ID: s.Name, Name: s.Name, Condition: c}, step.At); err != nil {
			return err
		}
	}
	return nil
}

func (l *listener) arrive(step Step) error {
	for _, a := range step.Events {
		u, err := l.update(a)
		if err != nil {
			return err
		}
		u.Contact, u.At = a.Contact, step.At
		if _, err := l.sys.Apply(u); err != nil {
			return err
		}
	}
	return nil
}

func (l *listener) update(a Arrival) (u segment.Update, err error) {
	u.Create = true // whoever something arrives about is there
	switch {
	case a.Set != nil:
		l.sets[a.Contact] = append(l.sets[a.Contact], a)
		slices.SortStableFunc(l.sets[a.Contact], func(a, b Arrival) int { return a.Time.Compare(b.Time) })
		u.Set, err = l.fields(a)
	case a.Event != "":
		props := segment.Document(a.Properties)
		u.Events = []segment.Event{{ID: a.ID, Name: a.Event, At: a.Time, Props: props}}
	case a.Subscribe != "" || a.Unsubscribe != "":
		in, out := Subscribed(cmp.Or(a.Subscribe, a.Unsubscribe))
		if a.Subscribe == "" {
			in, out = out, in
		}
		u.Join, u.Leave = []string{in}, []string{out}
	case a.ListAdd != "":
		u.Join = []string{a.ListAdd}
	case a.ListRemove != "":
		u.Leave = []string{a.ListRemove}
	case a.Delete != "":
		u.Retract = []string{a.Delete}
		sets := l.sets[a.Contact]
		if i := slices.IndexFunc(sets, func(b Arrival) bool { return b.ID == a.Delete }); i >= 0 {
			gone := sets[i]
			l.sets[a.Contact] = slices.Delete(sets, i, i+1)
			u.Set, err = l.fields(gone)
		}
	default:
		err = fmt.Errorf("event %s does nothing", a.ID)
	}
	return u, err
}

// fields returns the values that the fields of an arrival have now.
func (l *listener) fields(a Arrival) (map[string]segment.Value, error) {
	set := make(map[string]segment.Value)
	for name := range a.Set {
		set[name] = segment.Value{}
		for _, s := range l.sets[a.Contact] {
			if text, ok := s.Set[name]; ok {
				v, err := segment.ParseJSON(text)
				if err != nil {
					return nil, err
				}
				set[name] = v
			}
		}
	}
	return set, nil
}

func (l *listener) expect(step Step) (checked int, wrong []string) {
	l.sys.Advance(step.At, 0)
	for _, m := range step.Members {
		checked++
		if slices.Contains(l.sys.Members(m.Segment), m.Contact) != m.In {
			wrong = append(wrong, fmt.Sprintf("%s: %s in %s: want %v (%s)", step.At.Format(time.RFC3339Nano), m.Contact, m.Segment, m.In, step.Note))
		}
	}
	for id, n := range step.Counts {
		checked++
		if got := len(l.sys.Members(id)); got != n {
			wrong = append(wrong, fmt.Sprintf("%s: %d in %s, want %d (%s)", step.At.Format(time.RFC3339Nano), got, id, n, step.Note))
		}
	}
	return checked, wrong
}
