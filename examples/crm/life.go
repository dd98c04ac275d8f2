package main

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/segmentrules/segment"
)

// What contacts do in the 120 days before the first start. The first 90 are there from the
// beginning, the last 30 are played day by day, so that segments have a past when somebody first
// looks at them.

const (
	pastDays   = 120
	playedDays = 30
)

// A kind is what a deed is.
type kind uint8

// The kinds.
const (
	opened kind = iota
	clicked
	visit
	purchase
	signsUp
	upgrades
	unsubscribes
)

var kindNames = [...]string{"opened", "clicked", "visit", "purchase"}

// A deed is something that a contact does, small enough that many fit into memory.
type deed struct {
	contact uint32
	at      uint32 // seconds from the beginning of the past
	number  uint16 // of the deeds of the contact
	kind    kind
	salt    uint8 // of which the rest is made
}

// rates are how often a contact of middling keenness does what, in all the past.
var rates = [...]float64{opened: 6, clicked: 1.8, visit: 3.4, purchase: 0.7}

// deeds adds what a contact does from the beginning of the past on, in no order.
func (c crowd) deeds(i int, p person, to []deed) []deed {
	r := c.chance(i, wayLife)
	past := uint32(pastDays * 24 * 3600)
	from := c.start()
	since := uint32(max(0, p.signup.Sub(from).Seconds()))
	add := func(k kind, at uint32) {
		to = append(to, deed{uint32(i), at, uint16(len(to)), k, uint8(r.IntN(256))})
	}
	if p.signup.After(from) {
		add(signsUp, since)
	}
	part := float64(past-since) / float64(past)
	for k, rate := range rates {
		for n := poisson(r, rate*p.keen*part); n > 0; n-- {
			add(kind(k), since+1+uint32(r.Float64()*float64(past-since-1)))
		}
	}
	if p.plan == "free" && r.IntN(12) == 0 {
		add(upgrades, since+1+uint32(r.Float64()*float64(past-since-1)))
	}
	if r.IntN(15) == 0 {
		add(unsubscribes, since+1+uint32(r.Float64()*float64(past-since-1)))
	}
	return to
}

// poisson is how often something happens that happens so often on average.
func poisson(r *rand.Rand, mean float64) (n int) {
	for t := r.ExpFloat64(); t < mean && n < 500; t += r.ExpFloat64() {
		n++
	}
	return n
}

// start is the beginning of the past, in whole seconds.
func (c crowd) start() time.Time { return c.now.AddDate(0, 0, -pastDays).Truncate(time.Second) }

func (c crowd) instant(d deed) time.Time { return c.start().Add(time.Duration(d.at) * time.Second) }

// event is a deed as an event.
func (c crowd) event(d deed) segment.Event {
	id := strconv.FormatUint(uint64(d.contact), 36) + "-" + strconv.Itoa(int(d.number))
	e := segment.Event{ID: id, Name: kindNames[d.kind], At: c.instant(d)}
	salt := int(d.salt)
	campaign := campaigns[salt%len(campaigns)]
	switch d.kind {
	case opened:
		e.Props = segment.Document(`{"campaign":"` + campaign + `"}`)
	case clicked:
		e.Props = segment.Document(`{"campaign":"` + campaign + `","url":"` + pages[salt%len(pages)] + `"}`)
	case visit:
		e.Props = segment.Document(`{"page":"` + pages[salt*salt/256%len(pages)] + `"}`)
	case purchase:
		amount := 900 + salt*salt*salt/1400
		e.Props = segment.Document(`{"amount":` + strconv.Itoa(amount/100) + "." + strconv.Itoa(amount%100/10) + strconv.Itoa(amount%10) + `,"sku":"` + skus[salt%len(skus)] + `"}`)
	}
	return e
}

// update is a deed as an update, at its instant.
func (c crowd) update(d deed) segment.Update {
	u := segment.Update{Contact: contactID(int(d.contact)), At: c.instant(d)}
	switch d.kind {
	case signsUp:
		p := c.person(int(d.contact))
		u.Set, u.Join, u.Create = p.set, p.join, true
	case upgrades:
		u.Set = map[string]segment.Value{"plan": segment.Text(plans[1+int(d.salt)%2])}
	case unsubscribes:
		u.Join, u.Leave = []string{"unsubscribed"}, []string{"newsletter"}
	default:
		u.Events = []segment.Event{c.event(d)}
	}
	return u
}

// byTime puts deeds in order.
func byTime(all []deed) {
	slices.SortFunc(all, func(a, b deed) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.contact, b.contact), cmp.Compare(a.number, b.number))
	})
}
