package httpapi

import (
	"encoding/json"
	"hash/fnv"
	"net/http"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/textset"
)

// Contacts, whole: to read, to put, to delete. What changes a contact holds its lock, so
// that what was read of it before is still so; other handlers over the same host are not
// held up by it.

// A contact is what is told of one. Events are not: there may be any number.
type contact struct {
	ID       string                   `json:"id"`
	Fields   map[string]segment.Value `json:"fields"`
	Lists    []joined                 `json:"lists"`    // by name
	Segments []string                 `json:"segments"` // by id
}

// A joined is a list with the instant at which the contact joined it.
type joined struct {
	List     string    `json:"list"`
	JoinedAt time.Time `json:"joined_at"`
}

// An outcome is what a change of a contact has brought about.
type outcome struct {
	Revision uint64         `json:"revision"` // of the last diff
	Diffs    []segment.Diff `json:"diffs"`
}

// lock holds up other changes of a contact until what it returns is called.
func (c *call) lock(id string) (unlock func()) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	mu := &c.writing[h.Sum32()%uint32(len(c.writing))]
	mu.Lock()
	return mu.Unlock
}

// record returns all that is known of a contact.
func (c *call) record(id string) (r segment.Record, err error) {
	x, ok := c.host.Contact(id)
	if !ok {
		return r, noContact(id, "id")
	}
	m, ok := x.(json.Marshaler)
	if !ok {
		return segment.Record{ID: id}, nil
	}
	text, err := m.MarshalJSON()
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(text, &r)
}

// getContact returns the fields, lists and segments of a contact.
func (c *call) getContact() error {
	id, err := c.path("id")
	if err != nil {
		return err
	}
	r, err := c.record(id)
	if err != nil {
		return err
	}
	out := contact{ID: id, Fields: r.Fields, Lists: []joined{}, Segments: listed(c.host.Segments(id))}
	if out.Fields == nil {
		out.Fields = map[string]segment.Value{}
	}
	for _, name := range textset.SortedKeys(r.Lists) {
		out.Lists = append(out.Lists, joined{name, r.Lists[name].UTC()})
	}
	return c.reply(http.StatusOK, out)
}

// putContact creates a contact, or replaces its fields: those that the body does not name
// are removed. Its events, lists and history stay.
func (c *call) putContact() error {
	id, err := c.path("id")
	if err != nil {
		return err
	}
	text, err := c.json(shapeFields)
	if err != nil {
		return err
	}
	fields, err := readFields(text)
	if err != nil {
		return err
	}
	defer c.lock(id)()
	status := http.StatusCreated
	if _, there := c.host.Contact(id); there {
		status = http.StatusOK
		r, err := c.record(id)
		if err != nil {
			return err
		}
		for name := range r.Fields {
			if _, stays := fields[name]; !stays {
				fields[name] = segment.Value{}
			}
		}
	}
	return c.apply(status, segment.Update{Contact: id, Set: fields, Create: true}, "/set", "/fields")
}

// deleteContact forgets a contact, which leaves all segments.
func (c *call) deleteContact() error {
	id, err := c.path("id")
	if err != nil {
		return err
	}
	defer c.lock(id)()
	if _, there := c.host.Contact(id); !there {
		return noContact(id, "id")
	}
	return c.apply(http.StatusOK, segment.Update{Contact: id, Delete: true}, "", "")
}

// apply applies an update and answers with what it has brought about. What is wrong with it
// below one place is told as being below another, where the body has it.
func (c *call) apply(status int, u segment.Update, from, to string) error {
	if err := c.r.Context().Err(); err != nil { // others had the lock for long
		return err
	}
	diffs, err := c.host.Apply(u)
	if err != nil {
		return moved(err, from, to)
	}
	return c.reply(status, outcome{c.revision(diffs), listed(diffs)})
}
