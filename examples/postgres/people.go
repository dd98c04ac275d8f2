package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/segmentrules/segment"
)

// A town makes up people and what they do. The same seed makes the same.
type town struct {
	*rand.Rand
	people int
	events int
}

func newTown() *town { return &town{Rand: rand.New(rand.NewPCG(1, 2))} }

func lists() []string { return []string{"newsletter", "vip", "unsubscribed"} }

func pick[T any](t *town, from ...T) T { return from[t.IntN(len(from))] }

// ago is an instant within so many days before at. Fractions of a second are
// left out, and with them what a timestamptz cannot hold.
func (t *town) ago(at time.Time, days int) time.Time {
	return at.Add(-time.Duration(t.IntN(days*86400)) * time.Second)
}

// person is a new contact with a past.
func (t *town) person(at time.Time) segment.Update {
	t.people++
	u := segment.Update{Contact: fmt.Sprintf("c%05d", t.people), At: at, Set: map[string]segment.Value{
		"email":      t.email(),
		"country":    segment.Text(pick(t, "US", "US", "CA", "DE", "FR", "BR")),
		"plan":       segment.Text(pick(t, "free", "free", "pro", "team")),
		"subscribed": segment.Bool(t.IntN(4) > 0),
		"spent":      t.money(400),
		"birth":      segment.Date(1950+t.IntN(55), time.Month(1+t.IntN(12)), 1+t.IntN(28)),
		"custom":     segment.JSON(fmt.Sprintf(`{"seats": %d, "team": "t%d"}`, t.IntN(40), t.IntN(9))),
	}}
	if t.IntN(2) == 0 {
		u.Set["trial_ends"] = segment.Time(at.Add(time.Duration(t.IntN(30*86400)) * time.Second))
	}
	for range t.IntN(20) {
		u.Events = append(u.Events, t.event(t.ago(at, 60)))
	}
	for _, l := range lists() {
		if t.IntN(5) == 0 {
			u.Join = append(u.Join, l)
		}
	}
	return u
}

func (t *town) email() segment.Value {
	name, company := pick(t, "ann", "bob", "eve", "Zoë", "kim"), pick(t, "acme.com", "globex.io", "example.org")
	return segment.Text(fmt.Sprintf("%s%d@%s", name, t.people, company))
}

func (t *town) money(most int) segment.Value {
	return segment.JSON(fmt.Sprintf("%d.%02d", t.IntN(most), t.IntN(100)))
}

// event is something that a contact does: mostly it opens what it is sent.
func (t *town) event(at time.Time) segment.Event {
	t.events++
	e := segment.Event{ID: fmt.Sprintf("e%07d", t.events), At: at}
	e.Name = pick(t, "opened", "opened", "opened", "clicked", "clicked", "cart_add", "purchase")
	if e.Name == "purchase" {
		e.Props = segment.Document(fmt.Sprintf(`{"amount": %s}`, t.money(200)))
	}
	return e
}

// happening is the next thing that happens, to anybody.
func (t *town) happening(at time.Time) segment.Update {
	if t.IntN(40) == 0 {
		return t.person(at)
	}
	u := segment.Update{Contact: fmt.Sprintf("c%05d", 1+t.IntN(t.people)), At: at}
	switch n := t.IntN(20); {
	case n < 12:
		u.Events = []segment.Event{t.event(at)}
	case n < 13:
		u.Events = []segment.Event{t.event(t.ago(at, 10))} // told late
	case n < 15:
		u.Set = map[string]segment.Value{"plan": segment.Text(pick(t, "free", "pro", "team")), "spent": t.money(400)}
	case n < 16:
		u.Set = map[string]segment.Value{pick(t, "country", "birth", "custom", "trial_ends"): {}} // no longer known
	case n < 18:
		u.Join = []string{pick(t, lists()...)}
	case n < 19:
		u.Leave = []string{pick(t, lists()...)}
	default:
		u.Delete = true
	}
	return u
}
