package contacts

// Contacts as lines of NDJSON. A scan over a line checks it and finds the fields that the rules
// read; the other parts are only taken apart if a rule reads them.

import (
	"bytes"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
	"github.com/segmentrules/segment/internal/document"
	"github.com/segmentrules/segment/rule"
)

// A lines reads contacts as NDJSON. One pass over a line checks it and finds what is needed.
type lines struct {
	file  string
	needs Needs
	id    string // the member of a line without "fields" that holds the id
	tree  *document.PathTree
	cells map[string]int // of the paths, joined by dots as no name has them: see key
	count int

	nameless bool // the id may be missing
}

// The parts of a contact that has "fields".
var parts = []string{"id", "fields", "events", "log", "lists", "segments", "changes"}

func newLines(file string, n Needs, id string) *lines {
	l := &lines{file: file, needs: n, id: id, cells: make(map[string]int)}
	var paths [][]string
	add := func(path ...string) {
		key := path[0]
		if len(path) > 1 {
			key += "\x00" + path[1]
		}
		if _, ok := l.cells[key]; !ok {
			l.cells[key] = len(paths)
			paths = append(paths, path)
		}
	}
	for _, p := range parts {
		add(p)
	}
	add(id)
	for _, name := range n.names {
		add(name)
		add("fields", name)
	}
	l.tree, l.count = document.NewPathTree(paths), len(paths)
	return l
}

// parse is the [Parser].
func (l *lines) parse(c *source.Chunk) (out Rows) {
	out.Problems = append(out.Problems, c.Faults...)
	s := &document.Scanner{}
	cells := make([]document.Cell, l.count)
	n := bytes.Count(c.Text, []byte("\n")) + 1
	out.Rows = make([]Row, 0, n)
	records := make([]segment.Record, n)
	values := make([]segment.Value, n*len(l.needs.names))
	for line, rest := c.Line, c.Text; len(rest) > 0; line++ {
		var text []byte
		text, rest, _ = bytes.Cut(rest, []byte("\n"))
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		at := place{l.file, line, text}
		clear(cells)
		i := len(out.Rows)
		r := &records[i]
		r.Layout, r.Slots = l.needs.Layout, values[i*len(l.needs.names):(i+1)*len(l.needs.names)]
		if problem := l.row(r, s, cells, at); problem != nil {
			out.Problems = append(out.Problems, problem)
			continue
		}
		out.Rows = append(out.Rows, Row{line, r})
	}
	return out
}

// One reads a text as one contact, which may go over several lines, and may lack an id.
func One(file string, text []byte, n Needs, id string) (*segment.Record, *source.Problem) {
	l := newLines(file, n, id)
	l.nameless = true
	r := &segment.Record{Layout: n.Layout, Slots: make([]segment.Value, len(n.names))}
	problem := l.row(r, &document.Scanner{}, make([]document.Cell, l.count), place{file, 1, text})
	return r, problem
}

// row reads a line.
func (l *lines) row(r *segment.Record, s *document.Scanner, cells []document.Cell, at place) *source.Problem {
	if !s.Document(at.text, l.tree, cells) {
		return at.notAnObject()
	}
	return l.contact(r, s, cells, at)
}

// contact fills a record with what a line holds.
func (l *lines) contact(r *segment.Record, s *document.Scanner, cells []document.Cell, at place) (problem *source.Problem) {
	raw := func(key string) string { return cells[l.cells[key]].Raw }
	whole := raw("fields") != "" && raw("fields")[0] == '{'
	id, prefix := l.id, ""
	if whole {
		id, prefix = "id", "fields\x00"
		if problem = l.members(at); problem != nil {
			return problem
		}
	}
	if raw(id) != "" || !l.nameless {
		if r.ID, problem = at.id(raw(id), id); problem != nil {
			return problem
		}
	}
	for i, name := range l.needs.names {
		r.Slots[i] = segment.Value{}
		if text := raw(prefix + name); text != "" {
			if r.Slots[i], problem = value(s, text, whole, at); problem != nil {
				return problem
			}
		}
	}
	if !whole {
		return nil
	}
	return l.rest(r, raw, at)
}

// value reads a field. In a contact with parts it is written as package segment writes it,
// where {"$date": "2026-01-31"} is a date.
func value(s *document.Scanner, raw string, marked bool, at place) (v segment.Value, problem *source.Problem) {
	if !marked || !strings.Contains(raw, `"$`) {
		return s.RawValue(raw), nil
	}
	if err := v.UnmarshalJSON([]byte(raw)); err != nil {
		return v, at.fail(raw, segment.ErrValue, "%s", rule.ErrorsOf(err)[0].Msg)
	}
	return v, nil
}

// rest reads the other parts of a contact, if they are needed.
func (l *lines) rest(r *segment.Record, raw func(string) string, at place) (problem *source.Problem) {
	given := func(part string) bool { return problem == nil && raw(part) != "" && raw(part) != "null" }
	for _, part := range []string{"events", "log"} {
		if given(part) && l.needs.Events() {
			var log []segment.Event
			log, problem = l.needs.log(raw(part), at)
			r.Log = append(r.Log, log...)
		}
	}
	if given("lists") && l.needs.Lists {
		r.Lists, problem = at.lists(raw("lists"))
	}
	if given("segments") && l.needs.Segments {
		r.Segments, problem = at.segments(raw("segments"))
	}
	if given("changes") && l.needs.History {
		r.Changes, problem = at.changes(raw("changes"))
	}
	return problem
}

// members refuses parts of a contact that do not exist, so that a slip in a name is told.
func (l *lines) members(at place) (problem *source.Problem) {
	at.json().ForEach(func(key, _ gjson.Result) bool {
		for _, p := range parts {
			if key.Str == p {
				return true
			}
		}
		problem = at.unknown(key, parts...)
		return false
	})
	return problem
}

// id reads the id of a contact, a text or an integer.
func (p place) id(raw, name string) (string, *source.Problem) {
	v := gjson.Parse(raw)
	switch {
	case raw == "":
		return "", p.fail("", segment.ErrValue, "the contact has no %q; --id names the member or column that is its id", name)
	case v.Type == gjson.String && v.Str != "":
		return v.Str, nil
	case v.Type == gjson.Number && strings.Trim(raw, "-0123456789") == "":
		return raw, nil
	}
	return "", p.fail(raw, segment.ErrType, "the id of a contact is a text or an integer")
}
