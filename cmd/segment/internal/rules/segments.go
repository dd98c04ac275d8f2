package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

// A file of segments holds definitions as JSON: one, a list, an object with the list as
// "segments", or one after another (NDJSON). Each has an id, or a name that stands for it.

// A Part is a definition within a file.
type Part struct {
	Text
	from int // where it begins in the file
}

// Split returns the definitions within a text of JSON.
func Split(t Text) ([]Part, error) {
	var parts []Part
	d := json.NewDecoder(strings.NewReader(t.Text))
	for {
		var raw json.RawMessage
		err := d.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return parts, nil
		}
		if err != nil { // say where, in the words of the library
			if faulty := rule.CheckJSON([]byte(t.Text), rule.Limits{}.WithDefaults()); faulty != nil {
				err = faulty
			}
			return nil, err
		}
		start := int(d.InputOffset()) - len(raw)
		for _, p := range within(t, raw, start) {
			parts = append(parts, p)
		}
	}
}

// within are the definitions of a JSON value: its elements, those of its member segments, or
// itself.
func within(t Text, raw json.RawMessage, start int) (parts []Part) {
	var holder struct {
		Segments json.RawMessage `json:"segments"`
	}
	if raw[0] == '{' && json.Unmarshal(raw, &holder) == nil && len(holder.Segments) > 0 && holder.Segments[0] == '[' {
		return within(t, holder.Segments, start+bytes.Index(raw, holder.Segments))
	}
	var list []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &list) != nil {
		return []Part{{Text{t.Name, t.Path, string(raw), true}, start}}
	}
	at := 0
	for _, e := range list {
		at += bytes.Index(raw[at:], e)
		parts = append(parts, Part{Text{t.Name, t.Path, string(e), true}, start + at})
		at += len(e)
	}
	return parts
}

// Place gives errors about a definition their places in the file that it is in.
func (p Part) Place(err error, file Text) error {
	if err == nil || !file.IsJSON {
		return err
	}
	es := rule.ErrorsOf(err)
	for _, e := range es {
		if e.Line > 0 {
			e.LocateJSON([]byte(file.Text), p.from+e.Offset)
		}
	}
	return es.ErrorOrNil()
}

// Segments reads a file of segments against a schema. They may refer to each other; a cycle
// and a segment that does not exist are errors. What they return is resolved, and stands in
// an order in which each comes behind those that it refers to.
func Segments(t Text, s *segment.Schema) ([]segment.Segment, error) {
	parts, err := Split(t)
	if err != nil {
		return nil, err
	}
	var segs []segment.Segment
	var errs segment.Errors
	seen := make(map[string]bool)
	for _, p := range parts {
		seg, err := Read(p.Text, s)
		if err != nil {
			errs = append(errs, rule.ErrorsOf(p.Place(err, t))...)
			continue
		}
		if seg.ID == "" {
			seg.ID = seg.Name
		}
		switch {
		case seg.ID == "":
			err = rule.Errorf(segment.ErrValue, "the segment has neither id nor name")
		case seen[seg.ID]:
			err = rule.Errorf(segment.ErrValue, "there are two segments %q", seg.ID)
		}
		if err != nil {
			e := rule.ErrorsOf(err)[0]
			e.LocateJSON([]byte(t.Text), p.from)
			errs = append(errs, e)
			continue
		}
		seen[seg.ID] = true
		segs = append(segs, seg)
	}
	if err := errs.ErrorOrNil(); err != nil {
		return nil, err
	}
	if len(segs) == 0 {
		return nil, errors.New("there is no segment in it")
	}
	if _, err := index.NewMatcher(segs...); err != nil { // cycles, and references to nothing
		return nil, err
	}
	return inOrder(segs), nil
}

// inOrder puts segments behind those that they refer to; there is no cycle.
func inOrder(segs []segment.Segment) (out []segment.Segment) {
	done := make(map[string]bool)
	for len(out) < len(segs) {
		before := len(out)
		for _, seg := range segs {
			waits := slices.ContainsFunc(rule.Reads(seg.Condition).Segments, func(id string) bool { return !done[id] })
			if !done[seg.ID] && !waits {
				done[seg.ID] = true
				out = append(out, seg)
			}
		}
		if len(out) == before {
			panic(fmt.Sprintf("segments in a circle: %d of %d are in order", len(out), len(segs)))
		}
	}
	return out
}
