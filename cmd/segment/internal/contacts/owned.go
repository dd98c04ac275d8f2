package contacts

// Events that lie in a file of their own, each with the contact that it is of: lines of NDJSON
// and rows of CSV.

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// An Owned is an event with the contact that it is of.
type Owned struct {
	Line    int
	Contact string
	segment.Event
}

// EventRows are the events of a chunk: those that are needed. Others are read and let go.
type EventRows struct {
	Events   []Owned
	Problems []*source.Problem
	Misfits  int
}

// An EventParser reads the events of a chunk. It may be used by many goroutines at once.
type EventParser func(*source.Chunk) EventRows

// NewEventParser returns what reads the events of a file.
func NewEventParser(src *source.Source, n Needs, s *segment.Schema) (EventParser, error) {
	if src.Format != "csv" {
		return func(c *source.Chunk) EventRows { return eventLines(src.Name, n, c) }, nil
	}
	t, err := newTable(src, func(name string) (f schema.FieldType, ok bool) {
		if s == nil {
			return f, false
		}
		for _, e := range s.Events { // a property may be of several events: of one kind, or guessed
			if t, there := e.Props[name]; there {
				if ok && t.Kind != f.Kind {
					return schema.FieldType{}, false
				}
				f, ok = t, true
			}
		}
		return f, ok
	})
	if err != nil {
		return nil, err
	}
	return newEventTable(t, n)
}

// eventLines reads events as NDJSON.
func eventLines(file string, n Needs, c *source.Chunk) (out EventRows) {
	out.Problems = append(out.Problems, c.Faults...)
	for line, rest := c.Line, c.Text; len(rest) > 0; line++ {
		var text []byte
		text, rest, _ = bytes.Cut(rest, []byte("\n"))
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		at := place{file, line, text}
		if _, err := segment.NewDocument(text); err != nil {
			out.Problems = append(out.Problems, at.notAnObject())
			continue
		}
		if problem := n.eventLine(at, &out); problem != nil {
			out.Problems = append(out.Problems, problem)
		}
	}
	return out
}

// eventLine reads a line: an event, or an update with events.
func (n *Needs) eventLine(at place, out *EventRows) *source.Problem {
	whole := at.json()
	contact := ""
	owner := func(key string, v gjson.Result) bool {
		if key == "contact" {
			contact = v.Str
			if v.Type == gjson.Number {
				contact = v.Raw
			}
		}
		return key == "contact"
	}
	if v := whole.Get("name"); !v.Exists() && (whole.Get("events").Exists() || whole.Get("at").Exists()) {
		owner("contact", whole.Get("contact"))
		if contact == "" {
			return at.fail("", segment.ErrValue, "the update has no contact")
		}
		if !whole.Get("events").Exists() {
			return nil
		}
		log, problem := n.log(whole.Get("events").Raw, at)
		for _, e := range log {
			out.Events = append(out.Events, Owned{at.line, contact, e})
		}
		return problem
	}
	e, keep, problem := n.event(whole, at, owner)
	switch {
	case problem != nil:
		return problem
	case contact == "":
		return at.fail("", segment.ErrValue, "the event has no contact")
	case keep:
		out.Events = append(out.Events, Owned{at.line, contact, e})
	}
	return nil
}

// An eventTable reads events as CSV.
type eventTable struct {
	*table
	needs                 Needs
	contact, name, at, id int // columns; id is -1 if there is none
}

func newEventTable(t *table, n Needs) (EventParser, error) {
	e := &eventTable{table: t, needs: n, id: -1}
	for name, i := range map[string]*int{"contact": &e.contact, "name": &e.name, "at": &e.at} {
		var err error
		if *i, err = t.of(name); err != nil {
			return nil, err
		}
	}
	if i, err := t.of("id"); err == nil {
		e.id = i
	}
	return e.parse, nil
}

func (t *eventTable) parse(c *source.Chunk) (out EventRows) {
	out.Problems = append(out.Problems, c.Faults...)
	problems := t.each(c, func(row []string, at place) *source.Problem {
		e := Owned{Line: at.line, Contact: row[t.contact]}
		if e.Event.Name = row[t.name]; t.id >= 0 {
			e.Event.ID = row[t.id]
		}
		when := timeOf(schema.FieldType{}, row[t.at])
		for i, empty := range map[int]bool{t.contact: e.Contact == "", t.name: e.Event.Name == "", t.at: when.IsNull()} {
			if empty {
				problem := at.fail("", segment.ErrValue, "the event has no %s, or one that cannot be read: %q", t.columns[i].name, row[i])
				problem.Column = -1 - i
				return problem
			}
		}
		if e.Event.At = instantOf(when); !t.needs.Event(e.Event.Name) {
			return nil
		}
		var problem *source.Problem
		if e.Event.Props, problem = t.props(row, at, &out.Misfits); problem != nil {
			return problem
		}
		out.Events = append(out.Events, e)
		return nil
	})
	out.Problems = append(out.Problems, problems...)
	return out
}

// instantOf is an instant, or the first of a date.
func instantOf(v segment.Value) time.Time {
	if v.Kind() == rule.KindDate {
		y, m, d := v.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return v.Time()
}

// props are the properties: all other columns.
func (t *eventTable) props(row []string, at place, misfits *int) (segment.Document, *source.Problem) {
	var members []segment.Member
	var seen []string
	for _, c := range t.columns {
		if top := c.path[0]; !slices.Contains(append(seen, "contact", "name", "at", "id"), top) {
			seen = append(seen, top)
			var columns []int
			for i, c := range t.columns {
				if c.path[0] == top {
					columns = append(columns, i)
				}
			}
			v, problem := t.value(row, columns, 0, at, misfits)
			if problem != nil {
				return nil, problem
			}
			if !v.IsNull() {
				members = append(members, segment.Member{Name: strings.Clone(top), Value: v})
			}
		}
	}
	if len(members) == 0 {
		return nil, nil
	}
	return segment.Document(rule.AppendObject(nil, segment.Object(members...))), nil
}
