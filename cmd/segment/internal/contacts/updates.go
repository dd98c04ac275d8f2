package contacts

import (
	"bytes"

	"github.com/tidwall/gjson"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
)

// A log of updates is NDJSON in the form that POST /v1/import takes.

// An UpdateRow is an update, or what is wrong with it.
type UpdateRow struct {
	Line    int
	Update  segment.Update
	Problem *source.Problem
}

// Updates reads the updates of a chunk. It may be used by many goroutines at once.
func Updates(file string, c *source.Chunk) (out []UpdateRow) {
	for _, p := range c.Faults {
		out = append(out, UpdateRow{Line: p.Line, Problem: p})
	}
	for line, rest := c.Line, c.Text; len(rest) > 0; line++ {
		var text []byte
		text, rest, _ = bytes.Cut(rest, []byte("\n"))
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		row := UpdateRow{Line: line}
		row.Update, row.Problem = update(place{file, line, text})
		out = append(out, row)
	}
	return out
}

var (
	updateMembers = []string{"contact", "at", "set", "events", "retract", "join", "leave", "create", "delete"}
	eventMembers  = []string{"id", "name", "at", "props"}
)

// update reads a line.
func update(at place) (u segment.Update, problem *source.Problem) {
	if _, err := segment.NewDocument(at.text); err != nil {
		return u, at.notAnObject()
	}
	at.json().ForEach(func(key, v gjson.Result) bool {
		if problem = at.known(key, updateMembers); problem == nil && key.Str == "events" {
			v.ForEach(func(_, e gjson.Result) bool {
				e.ForEach(func(key, _ gjson.Result) bool {
					problem = at.known(key, eventMembers)
					return problem == nil
				})
				return problem == nil
			})
		}
		return problem == nil
	})
	if problem != nil {
		return u, problem
	}
	if err := u.UnmarshalJSON(at.text); err != nil {
		return u, at.broken(err)
	}
	if err := u.Validate(); err != nil {
		return u, at.broken(err)
	}
	return u, nil
}

// known refuses a member that does not exist.
func (p place) known(key gjson.Result, names []string) *source.Problem {
	for _, name := range names {
		if key.Str == name {
			return nil
		}
	}
	return p.unknown(key, names...)
}
