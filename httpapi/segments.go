package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/textset"
)

// Definitions as they are in force, to read.

// A definition is a segment as it is told: its rule as canonical text and as canonical JSON.
type definition struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Rule       string          `json:"rule"`
	Definition json.RawMessage `json:"definition"`
}

// definitionOf returns what is told of a segment, and its ETag: a hash of its definition.
func definitionOf(s segment.Segment) (d definition, tag string, err error) {
	whole, err := s.MarshalJSON()
	if err != nil {
		return d, "", err
	}
	sum := sha256.Sum256(whole)
	d = definition{ID: s.ID, Name: s.Name, Rule: ruleText(s.Condition)}
	d.Definition, err = segment.MarshalCondition(s.Condition)
	return d, `"` + hex.EncodeToString(sum[:16]) + `"`, err
}

// listSegments returns a page of all definitions. Its cost grows with the number of
// segments and the size of those on the page.
func (c *call) listSegments() error {
	p, err := c.page()
	if err != nil {
		return err
	}
	all := make(map[string]segment.Segment)
	for _, s := range c.host.Defined() {
		all[s.ID] = s
	}
	ids, cursor := p.take(maps.Keys(all))
	out := struct {
		Segments []definition `json:"segments"`
		Count    int          `json:"count"`
		Next     string       `json:"next,omitempty"`
	}{[]definition{}, len(all), cursor}
	size := 0
	for i, id := range ids {
		d, _, err := definitionOf(all[id])
		if err != nil {
			return err
		}
		out.Segments = append(out.Segments, d)
		if size += len(d.Definition) + len(d.Rule); size > maxPart && i+1 < len(ids) {
			out.Next = next(id) // definitions may be long: the rest is on the next page
			break
		}
	}
	return c.reply(http.StatusOK, out)
}

// find returns the segment with an id.
func (c *call) find(id string) (segment.Segment, bool) {
	all := c.host.Defined()
	i, ok := slices.BinarySearchFunc(all, id, func(s segment.Segment, id string) int { return strings.Compare(s.ID, id) })
	if !ok {
		return segment.Segment{}, false
	}
	return all[i], true
}

// noSegment is the problem of an id that no segment has, with the nearest that one has.
func (c *call) noSegment(id, parameter string) *problem {
	var ids []string
	for _, s := range c.host.Defined() {
		ids = append(ids, s.ID)
	}
	p := refuse(http.StatusNotFound, codeNotFound, fmt.Sprintf("there is no segment %q", id))
	p.Parameter, p.Suggestion = parameter, textset.Nearest(id, ids...)
	p.Errors = []fault{p.fault}
	return p
}

// known returns a part of the path that is the id of a segment.
func (c *call) known(parameter string) (id string, err error) {
	if id, err = c.path(parameter); err != nil {
		return "", err
	}
	if _, ok := c.host.Metrics(id); !ok {
		return "", c.noSegment(id, parameter)
	}
	return id, nil
}

// getSegment returns one definition.
func (c *call) getSegment() error {
	id, err := c.path("id")
	if err != nil {
		return err
	}
	s, ok := c.find(id)
	if !ok {
		return c.noSegment(id, "id")
	}
	d, tag, err := definitionOf(s)
	if err != nil {
		return err
	}
	c.w.Header().Set("ETag", tag)
	c.w.Header().Set("Cache-Control", "private, no-cache") // kept, and asked for again each time
	if matches(c.r.Header.Get("If-None-Match"), tag) {
		c.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return c.reply(http.StatusOK, d)
}

// matches reports whether a list of ETags, as a header has it, has this one.
func matches(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == "*" || one == tag {
			return true
		}
	}
	return false
}
