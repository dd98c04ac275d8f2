package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/segmentrules/segment"
)

// Contacts that are made up. Each is a function of the seed, its number and the day of the
// first start, so that none need be kept to make the next.

// Of each list of words the first ones are the most frequent.
var (
	plans      = []string{"free", "basic", "pro", "team", "enterprise"}
	lists      = []string{"newsletter", "trial", "webinar", "VIP", "unsubscribed"}
	industries = []string{"retail", "software", "health", "education", "travel", "finance", "food", "energy"}
	tagWords   = []string{"blog", "partner", "fair", "referral", "beta", "press", "student", "reseller"}
	owners     = []string{"Mara", "Jonas", "Priya", "Tom"}
	campaigns  = []string{"welcome", "autumn", "webinar", "product news", "winback", "black friday"}
	pages      = []string{"/", "/pricing", "/docs", "/blog", "/contact"}
	skus       = []string{"seat", "credits-100", "credits-500", "training", "support"}
	firstNames = strings.Fields("Anna Ben Clara David Elena Felix Greta Hugo Ines Jan Katja Liam Mia Noah Olga Paul Rosa Sam Tara Umut Vera Will Xenia Yusuf Zoe Aiko Bruno Chloé Diego Emma François Gül Henrik Ivana José Karim Lucía Marek Nadia Oskar")
	lastNames  = strings.Fields("Smith Müller Dubois Silva Kumar Rossi Garcia Novak Jensen Tanaka Kowalski Brown Weber Moreau Costa Singh Bianchi Lopez Horvat Nielsen Sato Wójcik Taylor Fischer Laurent Ferreira Patel Romano Martínez Kovač Larsen Suzuki")
)

// Places are where contacts live: countries with their languages and some cities.
var places = []struct {
	country, language string
	cities            []string
}{
	{"US", "en", []string{"New York", "Austin", "Chicago", "Seattle", "Denver"}},
	{"DE", "de", []string{"Berlin", "Hamburg", "München", "Köln", "Leipzig"}},
	{"GB", "en", []string{"London", "Leeds", "Bristol", "Glasgow"}},
	{"FR", "fr", []string{"Paris", "Lyon", "Nantes", "Lille"}},
	{"BR", "pt", []string{"São Paulo", "Recife", "Curitiba"}},
	{"IN", "en", []string{"Pune", "Delhi", "Chennai"}},
	{"CA", "en", []string{"Toronto", "Montréal", "Calgary"}},
	{"ES", "es", []string{"Madrid", "Valencia", "Bilbao"}},
	{"AT", "de", []string{"Wien", "Graz", "Linz"}},
	{"CH", "de", []string{"Zürich", "Basel", "Bern"}},
	{"NL", "nl", []string{"Utrecht", "Rotterdam"}},
	{"PL", "pl", []string{"Kraków", "Gdańsk"}},
	{"JP", "ja", []string{"Osaka", "Kyōto"}},
}

// A crowd makes contacts up.
type crowd struct {
	seed uint64
	size int
	now  time.Time // of the first start
}

// ways are numbers that a contact is made from, each a source of chance of its own.
const (
	wayPerson = iota + 1
	wayLife
)

func (c crowd) chance(i, way int) *rand.Rand {
	return rand.New(rand.NewPCG(c.seed, uint64(i)<<4|uint64(way)))
}

// contactID is the id of a contact by its number.
func contactID(i int) string { return fmt.Sprintf("c%07d", i+1) }

// pick takes one, the first ones more often than the last ones.
func pick[T any](r *rand.Rand, from []T) T {
	return from[int(r.Float64()*r.Float64()*float64(len(from)))]
}

// A person is what a contact is when it signs up.
type person struct {
	signup time.Time
	keen   float64 // how much it does, about 1
	plan   string
	set    map[string]segment.Value
	join   []string
}

// person makes a contact up. One in five has signed up within the time that is played.
func (c crowd) person(i int) person {
	r := c.chance(i, wayPerson)
	ago := time.Duration(r.Float64() * float64(pastDays*24*time.Hour))
	if r.IntN(5) > 0 {
		ago = playedDays*24*time.Hour + time.Duration(r.ExpFloat64()*float64(300*24*time.Hour))
	}
	first, last, place := pick(r, firstNames), pick(r, lastNames), pick(r, places)
	p := person{signup: c.now.Add(-ago).Truncate(time.Second), keen: r.ExpFloat64(), plan: pick(r, plans)}
	p.set = map[string]segment.Value{
		"name":    segment.Text(first + " " + last),
		"email":   segment.Text(strings.ToLower(plain.Replace(first+"."+last)) + fmt.Sprint(i+1) + "@" + pick(r, []string{"example.com", "example.org", "example.net"})),
		"country": segment.Text(place.country), "language": segment.Text(place.language), "city": segment.Text(pick(r, place.cities)),
		"plan": segment.Text(p.plan), "signup": segment.Time(p.signup),
		"custom": c.custom(r),
	}
	if r.IntN(10) > 0 { // some do not tell
		p.set["birthday"] = segment.Date(1945, time.January, 1+r.IntN(62*365))
	}
	var tags []segment.Value
	for _, word := range tagWords {
		if r.IntN(7) == 0 {
			tags = append(tags, segment.Text(word))
		}
	}
	if len(tags) > 0 {
		p.set["tags"] = segment.List(tags...)
	}
	for k, name := range lists[:3] {
		if r.IntN(k+2) == 0 {
			p.join = append(p.join, name)
		}
	}
	return p
}

// custom are the fields that somebody has added.
func (crowd) custom(r *rand.Rand) segment.Value {
	members := []segment.Member{
		{Name: "score", Value: segment.Int(int64(r.IntN(101)))},
		{Name: "opted_in", Value: segment.Bool(r.IntN(3) > 0)},
		{Name: "industry", Value: segment.Text(pick(r, industries))},
	}
	if r.IntN(2) == 0 {
		members = append(members,
			segment.Member{Name: "company", Value: segment.Text(pick(r, lastNames) + " " + pick(r, []string{"GmbH", "Ltd", "Inc.", "SA", "& Sons"}))},
			segment.Member{Name: "employees", Value: segment.Int(int64(1) << r.IntN(13))},
			segment.Member{Name: "owner", Value: segment.Text(pick(r, owners))})
	}
	return segment.Object(members...)
}

// plain writes letters of names as addresses have them.
var plain = strings.NewReplacer("é", "e", "ç", "c", "ü", "u", "í", "i", "ó", "o", "č", "c")
