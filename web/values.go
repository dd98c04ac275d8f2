package web

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

// What contacts have in fact: which values a field takes most, and, where no schema says it,
// which fields, events and lists there are. It is found by looking at a sample of contacts, and
// kept for a while.

// The bounds of the look.
const (
	lookedAt   = 1_000 // contacts
	lookedFor  = time.Minute
	lookedDeep = 4   // objects within objects
	mostValues = 30  // that are offered for a field
	mostKinds  = 200 // of different values: a field with more is one of names, and none are offered
	mostLength = 80  // bytes of a value that is offered
)

// values keeps what the last look has found.
type values struct {
	mu    sync.Mutex
	found *found
	at    time.Time
}

// A found is what a look has found.
type found struct {
	fields map[string]*seenField
	events map[string]map[string]segment.Kind // properties by event
	lists  map[string]bool
}

// A seenField is a field with its kind, and how often it has which text.
type seenField struct {
	kind  segment.Kind // KindNull if there are several
	texts map[string]int
}

// look returns what a sample of contacts has.
func (a *app) look(ctx context.Context) (*found, error) {
	a.seen.mu.Lock()
	defer a.seen.mu.Unlock()
	if a.seen.found != nil && time.Since(a.seen.at) < lookedFor {
		return a.seen.found, nil
	}
	p, err := a.host.Preview(ctx, rule.Everyone{}, index.PreviewOptions{Sample: 1})
	if err != nil {
		return nil, err
	}
	f := &found{make(map[string]*seenField), make(map[string]map[string]segment.Kind), make(map[string]bool)}
	for id := range sampled(p.Contacts(), lookedAt) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f.add(a.host, id)
	}
	a.seen.found, a.seen.at = f, time.Now()
	return f, nil
}

// add notes what a contact has.
func (f *found) add(host httpapi.Host, id string) {
	x, ok := host.Contact(id)
	m, readable := x.(json.Marshaler)
	if !ok || !readable {
		return
	}
	text, err := m.MarshalJSON()
	var rec segment.Record
	if err != nil || json.Unmarshal(text, &rec) != nil {
		return
	}
	for name, v := range rec.Fields {
		f.field(nil, name, v)
	}
	for _, e := range rec.Log {
		props := f.events[e.Name]
		if props == nil {
			props = make(map[string]segment.Kind)
			f.events[e.Name] = props
		}
		for _, p := range e.Props.Value().Members() {
			props[p.Name] = p.Value.Kind()
		}
	}
	for name := range rec.Lists {
		f.lists[name] = true
	}
}

// field notes a value of a field, and those within it.
func (f *found) field(in []string, name string, v segment.Value) {
	names := append(slices.Clip(in), name)
	if v.Kind() == segment.KindObject && len(names) < lookedDeep {
		for _, m := range v.Members() {
			f.field(names, m.Name, m.Value)
		}
		return
	}
	if v.IsNull() {
		return
	}
	path := string(rule.Path(names...))
	s := f.fields[path]
	switch {
	case s == nil:
		s = &seenField{v.Kind(), make(map[string]int)}
		f.fields[path] = s
	case s.kind != v.Kind():
		s.kind = segment.KindNull
	}
	s.value(v)
	for _, e := range v.List() {
		s.value(e)
	}
}

// value counts a text.
func (s *seenField) value(v segment.Value) {
	if v.Kind() == segment.KindText && len(v.Text()) <= mostLength && len(s.texts) <= mostKinds {
		s.texts[v.Text()]++
	}
}

// common are the values that a field takes most, in order of how often; none if nearly every
// contact has one of its own.
func (s *seenField) common() []string {
	all := []string{}
	if s == nil || len(s.texts) > mostKinds {
		return all
	}
	for text := range s.texts {
		all = append(all, text)
	}
	slices.SortFunc(all, func(a, b string) int {
		return cmp.Or(cmp.Compare(s.texts[b], s.texts[a]), cmp.Compare(a, b))
	})
	return all[:min(len(all), mostValues)]
}
