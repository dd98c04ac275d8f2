package tally

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/contacts"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/segmenttest"
)

// crowd is some random contacts and conditions.
func crowd(t *testing.T, seed int64) segmenttest.Crowd {
	t.Helper()
	p := gopter.DefaultGenParameters()
	p.Rng.Seed(seed)
	v, ok := segmenttest.Crowds(120, 25)(p).Retrieve()
	if !ok {
		t.Fatal("no crowd")
	}
	return v.(segmenttest.Crowd)
}

// write writes rows to a file as NDJSON.
func write(t *testing.T, name string, rows ...any) string {
	t.Helper()
	var b bytes.Buffer
	for _, r := range rows {
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(text, '\n'))
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ask runs a question over files; the chunks are small, so that there are many.
func ask(t *testing.T, q Question, people, events string, sorted bool) Result {
	t.Helper()
	open := func(path string) *source.Source {
		src, err := source.Open(path, source.Options{Chunk: 4 << 10})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { src.Close() })
		return src
	}
	in := Input{Contacts: open(people), Sorted: sorted, Watch: contacts.Watch{
		Share:   func(int64) {},
		Problem: func(p *source.Problem) error { return p },
	}}
	if events != "" {
		in.Events = open(events)
	}
	r, err := Run(context.Background(), in, q)
	if err != nil {
		t.Fatalf("%s: %v", q.Condition, err)
	}
	return r
}

func itself(c segment.Condition) segment.Condition { return c }

// TestIsEvaluate compares counts, sample and funnel with the definition, for random contacts
// with events, lists, segments and history.
func TestIsEvaluate(t *testing.T) {
	for seed := range int64(6) {
		c := crowd(t, seed)
		var rows []any
		for i := range c.Contacts {
			c.Contacts[i].Log = once(c.Contacts[i].Log)
			rows = append(rows, c.Contacts[i])
		}
		path := write(t, "contacts.ndjson", rows...)
		for _, cond := range c.Conditions {
			var want Result
			for _, p := range PartsOf(cond, itself) {
				want.Parts = append(want.Parts, index.Part{Condition: p.Text})
			}
			want.Sample = []string{}
			for i := range c.Contacts {
				x, in := &c.Contacts[i], true
				for j, p := range PartsOf(cond, itself) {
					holds := segment.Evaluate(p.Condition, x, c.At)
					if in = in && holds; holds {
						want.Parts[j].Count++
					}
					if in {
						want.Parts[j].Left++
					}
				}
				if in {
					want.Count++
					if len(want.Sample) < 5 {
						want.Sample = append(want.Sample, x.ID)
					}
				}
			}
			q := Question{Condition: cond, Parts: PartsOf(cond, itself), At: c.At, Preview: true, Sample: 5}
			got := ask(t, q, path, "", false)
			if got.Count != want.Count || got.Of != len(c.Contacts) || !cmp.Equal(got.Parts, want.Parts) || !slices.Equal(got.Sample, want.Sample) {
				t.Errorf("seed %d, %s\ngot  %+v\nwant %+v", seed, cond, got, want)
			}
			if n := ask(t, Question{Condition: cond, At: c.At}, path, "", false).Count; n != want.Count {
				t.Errorf("seed %d, %s: count is %d, and not %d", seed, cond, n, want.Count)
			}
		}
	}
}

// once leaves out events that come twice.
func once(log []segment.Event) (out []segment.Event) {
	for _, e := range log {
		if e.ID == "" || !slices.ContainsFunc(out, func(o segment.Event) bool { return o.ID == e.ID }) {
			out = append(out, e)
		}
	}
	return out
}

// TestIsPreview compares previews with those of package index, where events lie in the
// contacts, in a second file, and in one sorted by contact.
func TestIsPreview(t *testing.T) {
	for seed := range int64(4) {
		c := crowd(t, 100+seed)
		ix := index.New(index.Options{Location: c.At.Location()})
		var whole, people []any
		for i, x := range c.Contacts {
			x = segment.Record{ID: x.ID, Fields: x.Fields, Log: once(x.Log)}
			for j := range x.Log {
				x.Log[j].ID = fmt.Sprint(i, "-", j)
			}
			whole = append(whole, x)
			bare := x
			bare.Log = nil
			people = append(people, bare)
			if _, err := ix.Apply(segment.Update{Contact: x.ID, At: c.At, Set: x.Fields, Events: x.Log, Create: true}); err != nil {
				t.Fatal(err)
			}
		}
		paths := []string{write(t, "whole.ndjson", whole...), write(t, "people.ndjson", people...), eventsOf(t, c)}
		for _, cond := range c.Conditions {
			if in := rule.Reads(cond); len(in.Segments)+len(in.History) > 0 {
				continue
			}
			p, err := ix.PreviewContext(context.Background(), cond, index.PreviewOptions{Sample: 7})
			if err != nil {
				t.Fatal(err)
			}
			parts := PartsOf(cond, itself)
			q := Question{Condition: cond, Parts: parts, At: c.At, Preview: true, Sample: 7}
			for i, got := range []Result{ask(t, q, paths[0], "", false), ask(t, q, paths[1], paths[2], false), ask(t, q, paths[1], paths[2], true)} {
				if got.Count != p.Count || got.Of != p.Of || got.Missing == nil || *got.Missing != p.Missing || !slices.Equal(got.Sample, p.Sample) && p.Count > 0 || !cmp.Equal(got.Parts, p.Parts) || got.Orphans != 0 {
					t.Errorf("seed %d, way %d, %s\ngot  %+v\nwant %+v", seed, i, cond, got, p)
				}
			}
		}
	}
}

// eventsOf is the file of the events of a crowd.
func eventsOf(t *testing.T, c segmenttest.Crowd) string {
	var rows []any
	for i, x := range c.Contacts {
		for j, e := range once(x.Log) {
			e.ID = fmt.Sprint(i, "-", j)
			text, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, json.RawMessage(`{"contact":`+fmt.Sprintf("%q", x.ID)+`,`+strings.TrimPrefix(string(text), "{")))
		}
	}
	return write(t, "events.ndjson", rows...)
}
