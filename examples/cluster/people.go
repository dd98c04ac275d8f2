package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

var (
	plans     = []string{"free", "basic", "pro"}
	countries = []string{"PT", "DE", "US", "BR", "IN"}
	pages     = []string{"home", "pricing", "docs", "blog"}
)

// A crowd is the contacts of one partition, and makes up what they do: what, and in which
// order, is a function of the seed.
type crowd struct {
	*rand.Rand
	ids  []string
	met  int // so many of them have been sent with their fields
	made int // events, which numbers their ids
}

// crowds are contacts, by their partition.
func crowds(contacts, partitions int, seed uint64) []*crowd {
	all := make([]*crowd, partitions)
	for p := range all {
		all[p] = &crowd{Rand: rand.New(rand.NewPCG(seed, uint64(p)))}
	}
	for i := range contacts {
		id := "c" + strconv.Itoa(i)
		c := all[cluster.Partition(id, partitions)]
		c.ids = append(c.ids, id)
	}
	return all
}

// atOnce is how many contacts a message brings at first.
const atOnce = 20

// call makes up what is sent in one message: at first contacts with their fields, and then
// what one to three of them do.
func (c *crowd) call(now time.Time) (us []segment.Update) {
	for ; c.met < len(c.ids) && len(us) < atOnce; c.met++ {
		us = append(us, c.contact(c.ids[c.met]))
	}
	for n := 1 + c.IntN(3); len(us) < n; {
		us = append(us, c.deed(c.pick(), now))
	}
	return us
}

// pick takes a contact, the first ones more often than the last ones.
func (c *crowd) pick() string {
	return c.ids[int(c.Float64()*c.Float64()*float64(len(c.ids)))]
}

// contact is the update with which a contact comes to be known.
func (c *crowd) contact(id string) segment.Update {
	u := segment.Update{Contact: id, Create: true, Set: map[string]segment.Value{
		"plan":    segment.Text(plans[c.IntN(len(plans))]),
		"country": segment.Text(countries[c.IntN(len(countries))]),
		"score":   segment.Int(int64(c.IntN(101))),
	}}
	if c.IntN(3) == 0 {
		u.Join = []string{"news"}
	}
	return u
}

// deed is what a contact does: mostly an event, of which some are told late.
func (c *crowd) deed(id string, now time.Time) segment.Update {
	u := segment.Update{Contact: id}
	switch k := c.IntN(100); {
	case k < 8:
		u.Set = map[string]segment.Value{"plan": segment.Text(plans[c.IntN(len(plans))])}
	case k < 16:
		u.Set = map[string]segment.Value{"score": segment.Int(int64(c.IntN(101)))}
	case k < 18:
		u.Join = []string{"news"}
	case k < 20:
		u.Leave = []string{"news"}
	default:
		u.Events = []segment.Event{c.event(id, now.Add(-time.Duration(c.ExpFloat64()*float64(300*time.Millisecond))))}
	}
	return u
}

// event is an event of a contact.
func (c *crowd) event(id string, at time.Time) segment.Event {
	c.made++
	e := segment.Event{ID: id + "-" + strconv.Itoa(c.made), Name: "visit", At: at.UTC()}
	switch k := c.IntN(10); {
	case k < 2:
		e.Name = "purchase"
		e.Props = segment.Document(fmt.Sprintf(`{"amount": %d}`, 5+c.IntN(95)))
	case k < 4:
		e.Name = "cart"
	default:
		e.Props = segment.Document(fmt.Sprintf(`{"page": %q}`, pages[c.IntN(len(pages))]))
	}
	return e
}
