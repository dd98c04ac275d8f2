package httpapi

import (
	"net/http"

	"github.com/segmentrules/segment"
)

// Changes of a part of what is known of a contact.

// patchContact changes what the body names: fields (null removes one), events, lists. All of
// it is one change. A contact that is not there is created only if the body has
// "create": true.
func (c *call) patchContact() error {
	id, err := c.path("id")
	if err != nil {
		return err
	}
	text, err := c.json(shapePatch)
	if err != nil {
		return err
	}
	u, err := readUpdate(text)
	if err != nil {
		return err
	}
	u.Contact = id
	for i := range u.Events {
		c.date(&u.Events[i])
	}
	defer c.lock(id)()
	if _, there := c.host.Contact(id); !there && !u.Create {
		return noContact(id, "id")
	}
	return c.apply(http.StatusOK, u, "", "")
}

// date gives an event that says no instant that of now.
func (c *call) date(e *segment.Event) {
	if e.At.IsZero() {
		e.At = c.host.Now()
	}
}

// postEvent takes an event. One whose id the contact has already is not taken again, so
// that a client that has had no answer may send it once more. A contact that is not there is
// created.
func (c *call) postEvent() error {
	id, err := c.path("id")
	if err != nil {
		return err
	}
	text, err := c.json(shapeEvent)
	if err != nil {
		return err
	}
	e, err := readEvent(text)
	if err != nil {
		return err
	}
	c.date(&e)
	defer c.lock(id)()
	return c.apply(http.StatusOK, segment.Update{Contact: id, Events: []segment.Event{e}}, "/events/0", "")
}

// joinList and leaveList change the lists of a contact that is there.
func (c *call) joinList() error {
	return c.list(func(list string) segment.Update { return segment.Update{Join: []string{list}} })
}

func (c *call) leaveList() error {
	return c.list(func(list string) segment.Update { return segment.Update{Leave: []string{list}} })
}

func (c *call) list(update func(list string) segment.Update) error {
	id, err := c.path("id")
	if err != nil {
		return err
	}
	list, err := c.path("list")
	if err != nil {
		return err
	}
	defer c.lock(id)()
	if _, there := c.host.Contact(id); !there {
		return noContact(id, "id")
	}
	u := update(list)
	u.Contact = id
	return c.apply(http.StatusOK, u, "/nothing", "")
}
