package schemas

// Tables like PostHog's on ClickHouse: versions of a person of which the last counts,
// the same event several times, other teams' rows, defaults where there is no value, and
// properties in a text, in some rows no JSON at all.

import (
	"fmt"
	"time"

	"github.com/segmentrules/segment"
)

var posthog = Schema{Name: "posthog", Engines: []string{"clickhouse"}, Tables: written("posthog"), fill: fillPostHog}

const postHogTeam = 2

func fillPostHog(d *Data) {
	for i := range 70 {
		c := d.person(i)
		for range d.IntN(16) {
			d.postHogEvent(c)
		}
		d.cohorts(c)
	}
	nobody := d.contact(uuid(999), false)
	for range 10 {
		d.postHogEvent(nobody)
	}
}

// person makes the versions of one person, in this team and in another.
func (d *Data) person(i int) *contact {
	n := int64(d.Uint32())<<16 + int64(i)
	id, deleted := fmt.Sprintf("%08x%s", d.Uint32(), uuid(n)[8:]), i%12 == 11
	c := d.contact(id, !deleted)
	const columns = "id, created_at, team_id, properties, is_identified, is_deleted, version, pmat_email"
	for version := range d.IntN(3) {
		d.row("person", columns, id, d.instant(), postHogTeam, `{"country": "US", "old": true}`, 1, deleted && version == 0, version, "old@example.com")
	}
	at, identified := d.instant(), d.chance(60)
	properties := d.personProperties()
	email := one(d, "", "", fmt.Sprintf("ann%d@example.com", i), "ann@example.com", "Ann@Example.com")
	d.row("person", columns, id, at, postHogTeam, properties, identified, deleted, 9, email)
	d.row("person", columns, id, d.instant(), 1, `{"country": "FR"}`, 0, 0, 99, "other@example.org")
	for _, m := range eachMember(properties) {
		c.see(m.Name, m.Value)
	}
	c.see("created_at", segment.Time(at))
	c.see("is_identified", segment.Bool(identified))
	delete(c.Fields, "email")
	if email != "" {
		c.see("email", segment.Text(email))
	}
	return c
}

func (d *Data) personProperties() string {
	switch d.IntN(12) {
	case 0:
		return one(d, "", "{", "null", "[1]", `"x"`)
	case 1:
		return "{}"
	}
	return fmt.Sprintf(`{"country": %s, "plan": %s, "seats": %s, "score": %s, "beta": %s, "company": %s, "tags": %s, "feature_flags": %s, "trial_ends": %s, "born": %s, "name": %s, "$initial_referrer": %s, "$geoip_city_name": %s, "email": "hidden"}`,
		one(d, `"US"`, `"us"`, `"DE"`, "null", "5"), one(d, `"pro"`, `"team"`, `""`, "null", `"free"`),
		one(d, "3", "4.5", `"4"`, "10", "9007199254740993", "9007199254740992", "1e1"), one(d, "0.1", "0.10000000000000001", "-5", "1e-7", "true"),
		one(d, "true", "false", `"true"`, "1"), one(d, `{"name": "Acme", "size": 50}`, `{"name": "Ac", "size": "50"}`, `"Acme"`, "{}", "null"),
		one(d, `["a", "c"]`, `["a", "b"]`, "[]", `"a"`, `["b", "b"]`), one(d, `[{"key": "new-ui", "enabled": true}]`, `[{"key": "new-ui", "enabled": false}, {"key": "x", "enabled": true}]`, "[]", "{}"),
		one(d, `"`+d.instant().Format(time.RFC3339)+`"`, `"`+d.instant().Format(time.DateOnly)+`"`, `"soon"`, "null"), `"`+string(d.birthday())+`"`,
		one(d, `"🙂"`, `"a'b\\c"`, `"\ud83d\ude42"`), one(d, `"https://www.google.com/"`, `"$direct"`, "null"), one(d, `"Zürich"`, `"東京"`, `"Z\u00fcrich"`))
}

// postHogEvent is an event, in one of six rows twice.
func (d *Data) postHogEvent(c *contact) {
	n, at := d.next(), d.instant()
	name := one(d, "$pageview", "$pageview", "$pageview", "$autocapture", "signup", "cart_add", "purchase", "purchase")
	properties := "{}"
	switch name {
	case "$pageview", "$autocapture":
		properties = fmt.Sprintf(`{"$current_url": "https://example.com%s", "$browser": %s, "$screen_width": %s}`, one(d, "/", "/pricing", "/Pricing", "/pricing/x"), one(d, `"Chrome"`, `"Safari"`, "null"), one(d, "1200", "800", `"1200"`))
	case "signup":
		properties = one(d, `{"plan": "free"}`, `{"plan": "pro"}`, "{}", "")
	case "purchase":
		properties = fmt.Sprintf(`{"revenue": %s, "currency": %s, "items": %s}`, one(d, "10.1", "99.99", "50", "0.2", `"50"`, "null", "120"), one(d, `"EUR"`, `"USD"`), one(d, `[{"sku": "A", "qty": 2}]`, `[{"sku": "A", "qty": 1}, {"sku": "B", "qty": 3}]`, "[]"))
	}
	distinct, session, group := one(d, "d1", "d2", "D1"), one(d, "", "s1", "s2", "s3"), one(d, "", "org:1", "org:2")
	const columns = "uuid, event, properties, timestamp, team_id, distinct_id, created_at, person_id, `$session_id`, `$group_0`, _offset"
	for copies := range 1 + max(0, d.IntN(6)-4) {
		d.row("events", columns, uuid(n), name, properties, at, postHogTeam, distinct, at, c.ID, session, group, n*10+int64(copies))
	}
	if d.chance(10) {
		d.row("events", columns, uuid(n+1e9), name, properties, at, 1, distinct, at, c.ID, session, group, n*10+5)
	}
	var own objects
	own.add("distinct_id", distinct)
	if session != "" {
		own.add("$session_id", session)
	}
	if group != "" {
		own.add("$group_0", group)
	}
	var all []segment.Member
	for _, o := range own {
		all = append(all, o.Members()...)
	}
	c.happened(name, at, n*10, segment.Object(append(all, eachMember(properties)...)...))
}

// cohorts are memberships with a sign: 1 and then -1 of one that is over.
func (d *Data) cohorts(c *contact) {
	for cohort := 1; cohort <= 3; cohort++ {
		if d.chance(50) {
			continue
		}
		const columns = "person_id, cohort_id, team_id, sign, version"
		d.row("cohortpeople", columns, c.ID, cohort, postHogTeam, 1, 0)
		if d.chance(30) {
			d.row("cohortpeople", columns, c.ID, cohort, postHogTeam, -1, 0)
			continue
		}
		name := fmt.Sprint(cohort)
		c.join(name, time.Time{})
		c.Segments = append(c.Segments, name)
	}
}
