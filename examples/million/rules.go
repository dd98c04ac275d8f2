package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/segmentrules/segment"
)

// templates are rules as people in marketing write them. What stands in braces
// is drawn for every segment.
var templates = []string{
	`country = {country} AND plan = {plan}`,
	`country IN ({country}, {country}) AND COUNT(opened) >= {few} IN LAST {days} DAYS`,
	`spent > {money} AND LAST(purchased) OLDER THAN {days} DAYS`,
	`COUNT(clicked) >= {few} IN LAST {days} DAYS AND DID NOT purchased IN LAST {days} DAYS AND country = {country}`,
	`SUM(purchased.amount) > {money} IN LAST {days} DAYS AND industry = {industry}`,
	`IN LIST {list} AND language = {language} AND age BETWEEN {age} AND 60`,
	`(country = {country} OR city IN ({city}, {city}, {city})) AND NOT (plan = {plan} OR score < {score})`,
	`tags CONTAINS ANY OF ({tag}, {tag}) AND consent = TRUE AND COUNT(visited) >= {few} IN LAST {days} DAYS AND source = {source}`,
	`email ENDS WITH {mailer} AND status != "blocked" AND score >= {score} AND city = {city}`,
	`signup WITHIN LAST {days} DAYS AND NEVER DID purchased AND device = {device}`,
	`MONTH(birthday) = CURRENT_MONTH() AND plan = {plan} AND country = {country}`,
	`AT LEAST 2 OF (country = {country}, campaign = {campaign}, city = {city}, IN LIST {list} AND score > {score})`,
	`JOINED LIST {list} IN LAST {days} DAYS AND COUNT(signed_in) >= {few} IN LAST {days} DAYS`,
	`DID cart_added THEN NOT purchased WITHIN 24 hours IN LAST 7 DAYS AND country = {country} AND plan = {plan}`,
	`last_login OLDER THAN {days} DAYS AND NOT IN LIST "unsubscribed" AND campaign = {campaign}`,
	`COUNT(purchased WHERE sku = {sku}) >= 1 IN LAST {days} DAYS`,
	`company = {company} OR (industry = {industry} AND employees >= 512 AND city = {city})`,
	`visits >= {score} AND has_app = TRUE AND system = {system} AND campaign IN ({campaign}, {campaign})`,
	`IN SEGMENT {segment} AND score >= {score} AND campaign = {campaign}`,
}

// rules makes n segments, the same at every run. The first ten are what the
// others refer to.
func rules(n int) ([]segment.Segment, error) {
	d := draw{newCrowd(2, start, past)}
	var all []segment.Segment
	for i := range n {
		k := i % len(templates)
		if i < 10 {
			k = i % 5
		}
		text := d.fill(templates[k])
		c, err := segment.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", text, err)
		}
		all = append(all, segment.Segment{ID: "s" + strconv.Itoa(i), Condition: c})
	}
	return all, nil
}

// A draw draws what rules speak of.
type draw struct{ *Crowd }

func (d draw) fill(template string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		what, after, _ := strings.Cut(rest, "}")
		b.WriteString(d.one(what))
		template = after
	}
}

func (d draw) one(what string) string {
	one := func(from []string) string { return strconv.Quote(from[d.IntN(len(from))]) }
	numbered := func(what string, n int) string { return strconv.Quote(what + strconv.Itoa(d.IntN(n))) }
	switch what {
	case "country":
		return one(countries)
	case "plan":
		return one(plans)
	case "language":
		return one(languages)
	case "industry":
		return one(industries)
	case "device":
		return one(devices)
	case "system":
		return one(systems)
	case "source":
		return one(sources)
	case "list":
		return one(lists)
	case "tag":
		return one(tags)
	case "mailer":
		return one(mailers)
	case "city":
		return numbered("city ", 500)
	case "company":
		return numbered("company ", 5000)
	case "campaign":
		return numbered("campaign ", 60)
	case "sku":
		return numbered("sku ", 50)
	case "segment":
		return numbered("s", 10)
	case "days":
		return []string{"1", "3", "7", "14", "30", "60"}[d.IntN(6)]
	case "few":
		return strconv.Itoa(1 + d.IntN(6))
	case "age":
		return strconv.Itoa(18 + d.IntN(40))
	case "score":
		return strconv.Itoa(5 * d.IntN(20))
	case "money":
		return strconv.Itoa(50 * (1 + d.IntN(20)))
	}
	return what // which no rule can read
}
