package httpapi

import (
	"cmp"
	"fmt"
	"iter"
	"net/http"
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// Definitions that change. Requests that change one come one after another, so that what
// If-Match says still holds when the change is made; changes that are not made through this
// handler it does not see.

// A change is who enters and who leaves a segment.
type change struct {
	Segment string `json:"segment"`
	Entered some   `json:"entered"`
	Left    some   `json:"left"`
}

// A some is a number of contacts, with the first of them.
type some struct {
	Count    int      `json:"count"`
	Contacts []string `json:"contacts"`
}

// add counts a contact.
func (s *some) add(id string, limit int) {
	if s.Count++; len(s.Contacts) < limit {
		s.Contacts = append(s.Contacts, id)
	}
}

// someOf returns how many contacts there are, and the first of them.
func someOf(all index.Contacts, limit int) some {
	s := some{Count: all.Len(), Contacts: []string{}}
	if limit == 0 {
		return s
	}
	for id := range all.All() {
		if s.Contacts = append(s.Contacts, id); len(s.Contacts) == limit {
			break
		}
	}
	return s
}

// A defined is what PUT and DELETE of a segment return. Changes are of the segment itself,
// and then of others of which somebody enters or leaves, ordered by id.
type defined struct {
	DryRun   bool        `json:"dry_run"`
	Revision uint64      `json:"revision"` // of the last diff
	Segment  *definition `json:"segment,omitempty"`
	Changes  []change    `json:"changes"`
}

// changesOf sums up diffs by segment, with so many contacts of each.
func changesOf(first string, diffs iter.Seq[segment.Diff], limit int) []change {
	by := make(map[string]*change)
	add := func(id string) *change {
		if by[id] == nil {
			by[id] = &change{Segment: id, Entered: some{Contacts: []string{}}, Left: some{Contacts: []string{}}}
		}
		return by[id]
	}
	add(first)
	for d := range diffs {
		if ch := add(d.Segment); d.Entered {
			ch.Entered.add(d.Contact, limit)
		} else {
			ch.Left.add(d.Contact, limit)
		}
	}
	var all []change
	for _, ch := range by {
		all = append(all, *ch)
	}
	slices.SortFunc(all, func(a, b change) int {
		if (a.Segment == first) != (b.Segment == first) {
			if a.Segment == first {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Segment, b.Segment)
	})
	return all
}

// precondition refuses a request whose If-Match or If-None-Match does not hold for what is
// defined, and reports whether anything is.
func (c *call) precondition(id string) (exists bool, err error) {
	if err := c.r.Context().Err(); err != nil { // other definitions took long
		return false, err
	}
	s, exists := c.find(id)
	ifMatch, ifNone := c.r.Header.Get("If-Match"), c.r.Header.Get("If-None-Match")
	if ifMatch == "" && ifNone == "" {
		return exists, nil
	}
	tag := ""
	if exists {
		if _, tag, err = definitionOf(s); err != nil {
			return exists, err
		}
	}
	if ifMatch != "" && !(exists && matches(ifMatch, tag)) || ifNone != "" && exists && matches(ifNone, tag) {
		return exists, refuse(http.StatusPreconditionFailed, codePrecondition,
			fmt.Sprintf("segment %q is not as the request supposes: get it again", id))
	}
	return exists, nil
}

// putSegment defines a segment or replaces it; with dry_run it only tells who would enter
// and leave.
func (c *call) putSegment() error {
	id, err := c.path("id")
	if err != nil {
		return err
	}
	dry, err := c.flag("dry_run")
	if err != nil {
		return err
	}
	limit, err := c.number("limit", 20, 0, maxPageSize)
	if err != nil {
		return err
	}
	s, err := c.segment(id)
	if err != nil {
		return err
	}
	if dry {
		return c.dryRun(s, limit)
	}
	c.defining.Lock()
	defer c.defining.Unlock()
	exists, err := c.precondition(id)
	if err != nil {
		return err
	}
	diffs, err := c.host.Define(s)
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if exists {
		status = http.StatusOK
	}
	return c.changed(status, id, diffs, limit)
}

// changed answers with what a change of definitions has done.
func (c *call) changed(status int, id string, diffs []segment.Diff, limit int) error {
	out := defined{Revision: c.revision(diffs), Changes: changesOf(id, slices.Values(diffs), limit)}
	if s, ok := c.find(id); ok {
		d, tag, err := definitionOf(s) // as the schema has resolved it
		if err != nil {
			return err
		}
		c.w.Header().Set("ETag", tag)
		out.Segment = &d
	}
	return c.reply(status, out)
}

// revision is that of the last diff of a call, or of the last there is.
func (c *call) revision(diffs []segment.Diff) uint64 {
	if len(diffs) > 0 {
		return diffs[len(diffs)-1].Revision
	}
	return c.host.Revision()
}

// dryRun tells what a definition would do.
func (c *call) dryRun(s segment.Segment, limit int) error {
	if _, err := c.precondition(s.ID); err != nil {
		return err
	}
	outcomes, err := c.host.DryRunAll(s)
	if err != nil {
		return err
	}
	d, _, err := definitionOf(s)
	if err != nil {
		return err
	}
	out := defined{DryRun: true, Revision: c.host.Revision(), Segment: &d, Changes: []change{}}
	for _, o := range outcomes {
		out.Changes = append(out.Changes, change{o.Segment, someOf(o.Entered, limit), someOf(o.Left, limit)})
	}
	return c.reply(http.StatusOK, out)
}

// deleteSegment drops a segment. One that others refer to stays.
func (c *call) deleteSegment() error {
	id, err := c.path("id")
	if err != nil {
		return err
	}
	limit, err := c.number("limit", 20, 0, maxPageSize)
	if err != nil {
		return err
	}
	c.defining.Lock()
	defer c.defining.Unlock()
	exists, err := c.precondition(id)
	switch {
	case err != nil:
		return err
	case !exists:
		return c.noSegment(id, "id")
	}
	diffs, err := c.host.Drop(id)
	if faults := faultsOf(err); len(faults) > 0 && faults[0].Code == string(segment.ErrValue) {
		return refuse(http.StatusConflict, codeConflict, faults[0].Detail) // another refers to it
	}
	if err != nil {
		return err
	}
	return c.changed(http.StatusOK, id, diffs, limit)
}
