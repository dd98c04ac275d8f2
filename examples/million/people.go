package main

import (
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/segmentrules/segment"
)

// What contacts and events are made of. The first of each is the most frequent.
var (
	countries  = []string{"US", "DE", "GB", "FR", "BR", "IN", "CA", "AU", "NL", "ES", "IT", "PL", "SE", "JP", "MX", "AT", "CH", "PT", "DK", "NO"}
	languages  = []string{"en", "de", "fr", "es", "pt", "pl", "ja", "nl"}
	plans      = []string{"free", "basic", "pro", "team", "enterprise"}
	statuses   = []string{"active", "new", "dormant", "blocked"}
	devices    = []string{"phone", "desktop", "tablet", "tv"}
	systems    = []string{"android", "ios", "windows", "macos", "linux"}
	browsers   = []string{"chrome", "safari", "firefox", "edge"}
	sources    = []string{"search", "ad", "friend", "blog", "fair", "partner"}
	industries = []string{"retail", "software", "health", "finance", "education", "travel", "food", "energy"}
	tags       = []string{"red", "blue", "green", "gold", "silver", "early", "late", "loud", "quiet", "big"}
	mailers    = []string{"mail.example", "post.example", "company.example", "school.example"}
	lists      = []string{"newsletter", "customers", "trial", "vip", "beta", "unsubscribed"}
	events     = []string{"opened", "visited", "clicked", "signed_in", "cart_added", "purchased"}
)

// A Crowd makes up contacts and what they do, the same at every run.
type Crowd struct {
	*rand.Rand
	start time.Time     // when the load is over and life begins
	past  time.Duration // how long before that the first events were
	made  int           // events, which numbers their ids
}

func newCrowd(seed uint64, start time.Time, past time.Duration) *Crowd {
	return &Crowd{Rand: rand.New(rand.NewPCG(seed, 1)), start: start, past: past}
}

// pick takes one, the first ones more often than the last ones.
func (c *Crowd) pick(from []string) string {
	i := int(c.Float64() * c.Float64() * float64(len(from)))
	return from[i]
}

func name(i int) string { return "c" + strconv.Itoa(i) }

// contact is the update with which a contact comes to be known: 26 fields, the
// events of its past, and some lists.
func (c *Crowd) contact(i, events int) segment.Update {
	u := segment.Update{Contact: name(i), At: c.start, Set: make(map[string]segment.Value, 32)}
	for _, f := range []struct {
		name string
		from []string
	}{
		{"country", countries}, {"language", languages}, {"plan", plans}, {"status", statuses}, {"device", devices},
		{"system", systems}, {"browser", browsers}, {"source", sources}, {"industry", industries},
	} {
		u.Set[f.name] = segment.Text(c.pick(f.from))
	}
	u.Set["city"] = segment.Text("city " + strconv.Itoa(int(c.Float64()*c.Float64()*500)))
	u.Set["company"] = segment.Text("company " + strconv.Itoa(c.IntN(5000)))
	u.Set["campaign"] = segment.Text("campaign " + strconv.Itoa(c.IntN(60)))
	u.Set["email"] = segment.Text(u.Contact + "@" + c.pick(mailers))
	u.Set["tags"] = segment.List(segment.Text(c.pick(tags)), segment.Text(c.pick(tags)))
	u.Set["employees"] = segment.Int(int64(1) << c.IntN(12))
	u.Set["age"] = segment.Int(int64(18 + c.IntN(70)))
	u.Set["score"] = segment.Int(int64(c.IntN(101)))
	u.Set["visits"] = segment.Int(int64(c.ExpFloat64() * 40))
	u.Set["spent"] = segment.Number(float64(int(c.ExpFloat64()*30000)) / 100)
	u.Set["credit"] = segment.Number(float64(c.IntN(10000)) / 100)
	for _, flag := range []string{"verified", "consent", "has_app"} {
		u.Set[flag] = segment.Bool(c.IntN(3) > 0)
	}
	u.Set["birthday"] = segment.Date(1940+c.IntN(65), time.Month(1+c.IntN(12)), 1+c.IntN(28))
	u.Set["signup"] = segment.Time(c.ago(5 * c.past))
	u.Set["last_login"] = segment.Time(c.ago(c.past))
	for range events {
		u.Events = append(u.Events, c.event(c.ago(c.past)))
	}
	for _, list := range lists {
		if c.IntN(6) == 0 {
			u.Join = append(u.Join, list)
		}
	}
	return u
}

// ago is an instant up to a time before the start, to the second.
func (c *Crowd) ago(d time.Duration) time.Time {
	return c.start.Add(-time.Duration(c.Int64N(int64(d/time.Second))) * time.Second)
}

func (c *Crowd) event(at time.Time) segment.Event {
	c.made++
	e := segment.Event{ID: strconv.Itoa(c.made), Name: c.pick(events), At: at}
	if e.Name == "purchased" || e.Name == "cart_added" {
		e.Props = segment.Document(`{"amount": ` + strconv.Itoa(1+c.IntN(400)) + `, "sku": "sku ` + strconv.Itoa(c.IntN(50)) + `"}`)
	}
	return e
}

// deed is what one of n contacts does at an instant of its life: mostly an
// event, sometimes a field changes, seldom it joins or leaves a list.
func (c *Crowd) deed(n int, at time.Time) segment.Update {
	u := segment.Update{Contact: name(c.IntN(n)), At: at}
	switch k := c.IntN(100); {
	case k < 80:
		u.Events = []segment.Event{c.event(at)}
	case k < 85:
		u.Set = map[string]segment.Value{"last_login": segment.Time(at)}
	case k < 90:
		u.Set = map[string]segment.Value{"score": segment.Int(int64(c.IntN(101)))}
	case k < 93:
		u.Set = map[string]segment.Value{"spent": segment.Number(float64(int(c.ExpFloat64()*30000)) / 100)}
	case k < 96:
		u.Set = map[string]segment.Value{"plan": segment.Text(c.pick(plans)), "status": segment.Text(c.pick(statuses))}
	case k < 98:
		u.Join = []string{c.pick(lists)}
	default:
		u.Leave = []string{c.pick(lists)}
	}
	return u
}
