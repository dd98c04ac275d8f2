package httpapi

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/segmentrules/segment"
)

// Who is in a segment, and why.

// members returns a page of the members, ordered by id. Each page is of the members of now:
// nobody stands on two, and who enters between two pages may be on none. The cost of a page
// grows with the number of members.
func (c *call) members() error {
	id, err := c.known("id")
	if err != nil {
		return err
	}
	p, err := c.page()
	if err != nil {
		return err
	}
	all, revision, err := c.host.MembersAt(c.r.Context(), id)
	if err != nil {
		return err
	}
	ids, cursor := p.take(all.All())
	return c.reply(http.StatusOK, struct {
		Segment  string   `json:"segment"`
		Revision uint64   `json:"revision"`
		Count    int      `json:"count"`
		Members  []string `json:"members"`
		Next     string   `json:"next,omitempty"`
	}{id, revision, all.Len(), ids, cursor})
}

// An explained is what GET /v1/segments/{id}/explain/{contact} returns. Text is the
// explanation for people, one line for each part of the rule.
type explained struct {
	Segment     string               `json:"segment"`
	Contact     string               `json:"contact"`
	Member      bool                 `json:"member"`
	Explanation *segment.Explanation `json:"explanation"`
	Text        string               `json:"text"`
}

// explain says why a contact is a member, or is not.
func (c *call) explain() error {
	id, err := c.known("id")
	if err != nil {
		return err
	}
	contact, err := c.path("contact")
	if err != nil {
		return err
	}
	e, err := c.host.Explain(contact, id)
	if errors.Is(err, segment.ErrNotFound) {
		return noContact(contact, "contact") // the segment was there just now
	}
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, explained{id, contact, e.Holds, e, e.String()})
}

// overlap says how many contacts are members of both of two segments.
func (c *call) overlap() error {
	var ids [2]string
	var sizes [2]int
	for i, name := range [2]string{"a", "b"} {
		if !c.query.Has(name) {
			return badParameter(name, "", "the parameter %s, the id of a segment, is missing", name)
		}
		ids[i] = c.query.Get(name)
		m, ok := c.host.Metrics(ids[i])
		if !ok {
			return c.noSegment(ids[i], name)
		}
		sizes[i] = m.Size
	}
	return c.reply(http.StatusOK, struct {
		A     string `json:"a"`
		B     string `json:"b"`
		SizeA int    `json:"size_a"`
		SizeB int    `json:"size_b"`
		Both  int    `json:"both"`
	}{ids[0], ids[1], sizes[0], sizes[1], c.host.Overlap(ids[0], ids[1])})
}

// noContact is the problem of an id that no contact has.
func noContact(id, parameter string) *problem {
	p := refuse(http.StatusNotFound, codeNotFound, fmt.Sprintf("there is no contact %q", id))
	p.Parameter = parameter
	p.Errors = []fault{p.fault}
	return p
}
