package bulk

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment"
)

// Instant is Now as an instant: the end of the data.
func Instant() time.Time { return time.Unix(Now, 0).UTC() }

// A Query is one of the five conditions, as a rule.
type Query struct {
	Name string
	Rule string
}

// Queries returns Q1 to Q5, as Truth has them.
func Queries() []Query {
	var cities []string
	for _, c := range In50() {
		cities = append(cities, strconv.Quote(Cities[c]))
	}
	return []Query{
		{"Q1", `(country = "USA" OR country = "Canada") AND (plan = "pro" OR plan = "business") AND total_spent BETWEEN 10000 AND 100000`},
		{"Q2", `(country = "USA" OR country = "Canada") AND last_purchase OLDER THAN 2592001 seconds AND total_spent > 50000 AND COUNT(opened) > 5`},
		{"Q3", `city IN (` + strings.Join(cities, ", ") + `) AND email CONTAINS ` + strconv.Quote(Needle)},
		{"Q4", `COUNT(opened) >= 5 IN LAST 2592001 seconds AND COUNT(clicked) >= 2 IN LAST 2592001 seconds`},
		{"Q5", `(IN LIST "list3" OR IN LIST "list7") AND NOT IN LIST "list9" AND ((country IN ("USA", "UK", "Germany") AND language = "en")
			OR (NOT plan = "free" AND lead_score >= 50)) AND subscribed = TRUE AND NOT bounced = TRUE
			AND (last_activity WITHIN LAST 60 days OR total_spent > 100000) AND NOT signup WITHIN LAST 7 days`},
	}
}

// EventNames are the names of the types of events.
var EventNames = [...]string{"sent", "opened", "clicked", "viewed", "purchased"}

// ID is the id of a contact.
func ID(row uint32) string { return fmt.Sprintf("c%08d", row) }

// EventsOf returns the events of one contact, as Events has them, oldest first.
func EventsOf(id uint32, mean float64) []Event {
	const span = 90 * Day
	var r rng
	es := make([]Event, evCount(id, mean, &r))
	for j := range es {
		off := uint32(r.n(span))
		t := uint8(EvPurchase)
		switch x := r.f(); {
		case x < 0.45:
			t = EvSent
		case x < 0.75:
			t = EvOpen
		case x < 0.87:
			t = EvClick
		case x < 0.97:
			t = EvView
		}
		es[j] = Event{id, Now - span + off, t}
	}
	slices.SortStableFunc(es, func(a, b Event) int { return cmp.Compare(a.TS, b.TS) })
	return es
}

// Update returns what makes a contact: fields and lists.
func (c *Contact) Update(row uint32, at time.Time) segment.Update {
	text, number := segment.Text, func(n uint32) segment.Value { return segment.Int(int64(n)) }
	instant := func(s uint32) segment.Value { return segment.Time(time.Unix(int64(s), 0)) }
	u := segment.Update{Contact: ID(row), At: at, Set: map[string]segment.Value{
		"email": text(c.Email(row)), "first_name": text(FirstNames[c.First]), "last_name": text(LastNames[c.Last]),
		"company": text(Companies[c.Company]), "domain": text(Domains[c.Domain]), "country": text(Countries[c.Country]),
		"state": text(States[c.State]), "city": text(Cities[c.City]), "language": text(Languages[c.Language]),
		"timezone": text(Timezones[c.Timezone]), "source": text(Sources[c.Source]), "plan": text(Plans[c.Plan]),
		"lifecycle": text(Lifecycles[c.Lifecycle]), "gender": text(Genders[c.Gender]), "device": text(Devices[c.Device]),
		"os": text(OSs[c.OS]), "browser": text(Browsers[c.Browser]), "industry": text(Industries[c.Industry]), "job": text(Jobs[c.Job]),
		"subscribed": segment.Bool(c.Subscribed), "vip": segment.Bool(c.VIP), "bounced": segment.Bool(c.Bounced),
		"has_app": segment.Bool(c.HasApp), "sms": segment.Bool(c.SMS),
		"lead_score": number(uint32(c.LeadScore)), "age": number(uint32(c.Age)), "order_count": number(uint32(c.OrderCount)),
		"total_spent": number(c.TotalSpent), "aov": number(c.AOV), "signup": instant(c.Signup),
		"last_activity": instant(c.LastActivity), "birthday": segment.Date(1970, time.January, int(c.Birthday)+1),
	}}
	if c.LastPurchase != 0 {
		u.Set["last_purchase"] = instant(c.LastPurchase)
	}
	for l := range 32 {
		if c.Lists&(1<<l) != 0 {
			u.Join = append(u.Join, "list"+strconv.Itoa(l))
		}
	}
	return u
}
