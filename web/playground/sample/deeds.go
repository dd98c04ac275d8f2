package sample

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/segmentrules/segment"
)

// How far back the past goes, and since when there are segments in it.
const (
	past    = 90 * 24 * time.Hour
	watched = 30 * 24 * time.Hour
)

// rates are how often an average customer does what in all the past.
var rates = []struct {
	event string
	mean  float64
}{{"visit", 5}, {"email_opened", 6}, {"cart_add", 1.6}, {"purchase", 0.5}}

// deeds are all that customers do, in order of time, each as an update.
func deeds() []segment.Update {
	var all []segment.Update
	for i := range Customers {
		c := customerOf(i)
		from := Now.Add(-past)
		if c.signup.Before(from) { // it was there before
			c.create.At = from
		} else {
			from = c.signup
		}
		all = append(all, c.create)
		all = append(all, c.does(from)...)
	}
	slices.SortStableFunc(all, func(a, b segment.Update) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Contact, b.Contact)) })
	return all
}

// does is what one customer does from an instant on, in no order.
func (c customer) does(from time.Time) (all []segment.Update) {
	r, span := c.chance, int64(Now.Sub(from)/time.Second)
	if span < 2 {
		return nil
	}
	at := func() time.Time { return from.Add(time.Duration(1+r.Int64N(span-1)) * time.Second) }
	add := func(event string, at time.Time, props string) {
		e := segment.Event{ID: fmt.Sprintf("%s-%d", c.id, len(all)+1), Name: event, At: at, Props: segment.Document(props)}
		all = append(all, segment.Update{Contact: c.id, At: at, Events: []segment.Event{e}})
	}
	for _, rate := range rates {
		mean := rate.mean * c.keen * float64(span) / past.Seconds()
		for t := r.ExpFloat64(); t < mean; t += r.ExpFloat64() {
			switch thing := pick(r, goods); rate.event {
			case "visit":
				add("visit", at(), fmt.Sprintf(`{"page":%q}`, pick(r, pages)))
			case "email_opened":
				add("email_opened", at(), fmt.Sprintf(`{"campaign":%q}`, pick(r, campaigns)))
			case "cart_add":
				when := at()
				add("cart_add", when, fmt.Sprintf(`{"sku":%q,"category":%q}`, thing.sku, thing.category))
				if buys := when.Add(time.Duration(5+r.IntN(90)) * time.Minute); r.IntN(3) > 0 && buys.Before(Now) {
					add("purchase", buys, thing.bought(1))
				}
			default:
				add("purchase", at(), thing.bought(1+r.IntN(3)))
			}
		}
	}
	if r.IntN(18) == 0 {
		all = append(all, segment.Update{Contact: c.id, At: at(), Join: []string{"unsubscribed"}, Leave: []string{"newsletter"}})
	}
	return all
}
