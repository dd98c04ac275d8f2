package contacts

import (
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// Events as JSON objects. The text has been checked before.

// event reads the members of an event; others are given to other, which says whether it
// knows them. Properties are kept if the event is read.
func (n *Needs) event(object gjson.Result, at place, other func(key string, v gjson.Result) bool) (e segment.Event, keep bool, problem *source.Problem) {
	var props string
	object.ForEach(func(key, v gjson.Result) bool {
		switch key.Str {
		case "name":
			problem = at.str(v, "name", &e.Name)
		case "id":
			problem = at.str(v, "id", &e.ID)
		case "at":
			e.At, problem = at.instant(v, "at")
		case "props":
			if props = v.Raw; v.Type != gjson.Null && !v.IsObject() {
				problem = at.fail(v.Raw, segment.ErrType, "the properties of an event are an object")
			}
		default:
			if other == nil || !other(key.Str, v) {
				problem = at.unknown(key, "name", "id", "at", "props")
			}
		}
		return problem == nil
	})
	switch {
	case problem != nil:
	case e.Name == "":
		problem = at.fail(object.Raw, segment.ErrValue, "the event has no name")
	case e.At.IsZero():
		problem = at.fail(object.Raw, segment.ErrValue, "the event has no instant: at")
	}
	if problem != nil || !n.Event(e.Name) {
		return e, false, problem
	}
	if props != "" && props != "null" {
		e.Props = segment.Document(props)
	}
	return e, true, nil
}

// str reads a member that is a text.
func (p place) str(v gjson.Result, name string, out *string) *source.Problem {
	if v.Type != gjson.String {
		return p.fail(v.Raw, segment.ErrType, "expected a text as %s", name)
	}
	*out = v.Str
	return nil
}

// instant reads a member that is an instant.
func (p place) instant(v gjson.Result, name string) (time.Time, *source.Problem) {
	if v.Type == gjson.String {
		if at, err := time.Parse(time.RFC3339Nano, v.Str); err == nil && rule.Writable(segment.Time(at)) {
			return at, nil
		}
	}
	return time.Time{}, p.fail(v.Raw, segment.ErrType, "expected an instant such as 2026-01-31T10:00:00Z as %s", name)
}

// unknown is the problem of a member that does not exist.
func (p place) unknown(key gjson.Result, known ...string) *source.Problem {
	err := rule.Errorf(segment.ErrUnknown, "there is no member %q here; there are %s", key.Str, strings.Join(known, ", "))
	err.Suggestion = textset.Nearest(key.Str, known...)
	return source.ProblemAt(p.file, p.line, p.text, p.offset(key.Raw), err)
}

// log reads a list of events. The same id twice is one event: the first.
func (n *Needs) log(raw string, at place) (log []segment.Event, problem *source.Problem) {
	list := gjson.Parse(raw)
	if !list.IsArray() {
		return nil, at.fail(raw, segment.ErrType, "expected a list of events")
	}
	list.ForEach(func(_, v gjson.Result) bool {
		if !v.IsObject() {
			problem = at.fail(v.Raw, segment.ErrType, "expected an event, an object with name and at")
			return false
		}
		var e segment.Event
		var keep bool
		if e, keep, problem = n.event(v, at, nil); keep {
			log = append(log, e)
		}
		return problem == nil
	})
	return once(log), problem
}

// once leaves out events with an id that one before them has.
func once(log []segment.Event) []segment.Event {
	if len(log) < 2 {
		return log
	}
	seen := make(map[string]bool)
	out := log[:0]
	for _, e := range log {
		if e.ID != "" {
			if seen[e.ID] {
				continue
			}
			seen[e.ID] = true
		}
		out = append(out, e)
	}
	return out
}
