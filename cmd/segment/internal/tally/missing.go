package tally

// Who matches only because a value is missing, an index decides; this makes indexes of the
// contacts that match, and adds up what their previews say.

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/contacts"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

// Missing counts who matches only because a value is missing, through an index that holds
// some contacts at a time.
type Missing struct {
	Known bool // false if the rule asks for former values within objects, which no update sets by themselves
	Count int
	In    map[string]int

	q     Question
	held  []contacts.Row
	ids   map[string]bool
	names []string // of fields
	segs  []string // that the rule names
}

// mostHeld is how many contacts an index is made of.
const mostHeld = 2048

func newMissing(q Question, n contacts.Needs) *Missing {
	m := &Missing{Known: true, In: make(map[string]int), q: q, ids: make(map[string]bool), names: n.Fields()}
	in := rule.Reads(q.Condition)
	for _, f := range in.History {
		m.Known = m.Known && len(f.Names()) == 1
	}
	m.segs = in.Segments
	return m
}

// add takes contacts that match.
func (m *Missing) add(ctx context.Context, rows []contacts.Row) error {
	if !m.Known {
		return nil
	}
	for _, r := range rows {
		if len(m.held) >= mostHeld || m.ids[r.ID] {
			if err := m.flush(ctx); err != nil {
				return err
			}
		}
		m.held = append(m.held, r)
		m.ids[r.ID] = true
	}
	return nil
}

// flush asks an index of the contacts that are held.
func (m *Missing) flush(ctx context.Context) error {
	if len(m.held) == 0 {
		return nil
	}
	ix := index.New(index.Options{Location: m.q.At.Location()})
	if _, err := ix.Apply(m.updates()...); err != nil {
		return err
	}
	for _, id := range m.segs {
		if _, err := ix.Define(segment.Segment{ID: id, Condition: rule.InList(listOf(id))}, m.q.At); err != nil {
			return err
		}
	}
	for done := false; !done; {
		_, done = ix.Advance(m.q.At, 1<<20)
	}
	p, err := ix.PreviewContext(ctx, m.q.Condition, index.PreviewOptions{Sample: 1})
	if err != nil {
		return err
	}
	m.Count += p.Missing
	for _, in := range p.MissingIn {
		m.In[in.Condition] += in.Count
	}
	clear(m.held)
	clear(m.ids)
	m.held = m.held[:0]
	return nil
}

// listOf is the list that stands for being in a segment, of which only the membership is
// known.
func listOf(id string) string { return "in the segment " + id }

// updates bring the contacts that are held, with what happened to them in the order of time.
func (m *Missing) updates() (us []segment.Update) {
	var now []segment.Update
	for _, r := range m.held {
		last := segment.Update{Contact: r.ID, At: m.q.At, Set: make(map[string]segment.Value), Events: r.Log, Create: true}
		for i, name := range m.names {
			if v := r.Slots[i]; !v.IsNull() {
				last.Set[name] = v
			}
		}
		for i := range last.Events {
			if last.Events[i].ID == "" {
				last.Events = slices.Clone(r.Log)
				break
			}
		}
		for i := range last.Events {
			if last.Events[i].ID == "" {
				last.Events[i].ID = "event " + time.Duration(i).String()
			}
		}
		for list, joined := range r.Lists {
			us = append(us, segment.Update{Contact: r.ID, At: m.past(joined), Join: []string{list}, Create: true})
		}
		for _, id := range r.Segments {
			last.Join = append(last.Join, listOf(id))
		}
		for path, changes := range r.Changes {
			for _, c := range changes {
				us = append(us, segment.Update{Contact: r.ID, At: m.past(c.At), Set: map[string]segment.Value{rule.Field(path).Names()[0]: c.Value}})
			}
		}
		now = append(now, last)
	}
	slices.SortStableFunc(us, func(a, b segment.Update) int { return a.At.Compare(b.At) })
	return append(us, now...)
}

// past is an instant that is not ahead: that of joining may be, and does not make a value
// missing. The zero instant, which stands for one that is not known, is the first.
func (m *Missing) past(at time.Time) time.Time {
	if first := time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC); at.Before(first) {
		return first
	}
	if at.After(m.q.At) {
		return m.q.At
	}
	return at
}

// in is the tests with their counts, the most frequent first.
func (m *Missing) in() []index.MissingCount {
	out := []index.MissingCount{}
	for c, n := range m.In {
		out = append(out, index.MissingCount{Condition: c, Count: n})
	}
	slices.SortFunc(out, func(a, b index.MissingCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Condition, b.Condition))
	})
	return out
}
