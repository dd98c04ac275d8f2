package segment_test

import (
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// FuzzEvaluate: for any rule, contact and instant, the Program answers as
// Evaluate, NOT is the complement, Simplify keeps the answer, nothing is
// written to, Explain gives the same verdict, and no answer changes before Next.
func FuzzEvaluate(f *testing.F) {
	for _, rule := range []string{
		`country IN ("US", "CA") AND opened >= 2 emails IN LAST 30 DAYS`,
		`LAST(buy.amount) > 5 OR SUM(buy.amount WHERE sku = "x") BETWEEN 1 AND 9 IN LAST 1 MONTH`,
		`DID buy THEN NOT open WITHIN 24 hours IN LAST 7 DAYS`,
		`NOT tags CONTAINS ANY OF ("a", "b") OR ANY orders HAS (n > 1 AND at OLDER THAN 3 days)`,
		`birthday = TODAY IN ZONE tz OR ANNIVERSARY(birthday) WITHIN NEXT 7 days`,
		`AT LEAST 2 OF (n % 3 = 1, VERSION(v) >= "1.2", HASH(id, "s") % 100 < 50, email MATCHES "^a+")`,
		`AVG(buy.amount) > 2.5 AND COUNT(buy) / COUNT(*) >= 0.5 AND DISTINCT(buy.sku) >= 1 THIS YEAR`,
		`status HAS BEEN "on" FOR AT LEAST 2 days OR status CHANGED IN LAST 1 WEEK`,
		`AGE(birthday) >= 18 years AND NOW - birthday > 1 day AND (n + 1) / n > 1`,
	} {
		f.Add(rule, `{"country":"US","n":4,"tags":["a"],"orders":[{"n":2,"at":"2026-01-01"}],"birthday":"2004-02-29","tz":"America/St_Johns","v":"1.10.0","email":"aa@x"}`,
			`{"amount":3.1,"sku":"x"}`, int64(1_772_323_200), uint32(1), uint16(3600))
	}
	f.Fuzz(func(t *testing.T, rule, fields, props string, second int64, nsec uint32, gap uint16) {
		c, err := segment.Parse(rule)
		if err != nil || len(rule) > 2_000 {
			return
		}
		at := time.Unix(second%253_402_300_799, int64(nsec)).UTC()
		x := fuzzContact(fields, props, at, time.Duration(gap)*time.Minute)
		want := segment.Evaluate(c, x, at)
		if segment.Evaluate(segment.Not{C: c}, x, at) == want {
			t.Errorf("NOT (%s) is not the complement", c)
		}
		if segment.Evaluate(segment.Simplify(c), x, at) != want {
			t.Errorf("%s simplified to %s", c, segment.Simplify(c))
		}
		p, err := segment.Compile(c)
		if err != nil {
			t.Fatalf("%s parses and does not compile: %v", c, err)
		}
		if p.Match(x, at) != want {
			t.Errorf("%s: Match = %v, Evaluate %v", c, !want, want)
		}
		if e := p.Explain(x, at); e.Holds != want {
			t.Errorf("%s: Explain says %v", c, e.Holds)
		}
		checkSteady(t, c, p, x, at, want)
	})
}

// fuzzContact has three events, each a gap after the one before, the last one
// still to come.
func fuzzContact(fields, props string, at time.Time, gap time.Duration) segment.Record {
	x := segment.Record{ID: "x", Fields: map[string]segment.Value{}, Lists: map[string]time.Time{"l": at.Add(-gap)}}
	if v, err := segment.ParseJSON([]byte(fields)); err == nil {
		for _, m := range v.Members() {
			x.Fields[m.Name] = m.Value
		}
	}
	for i, name := range []string{"buy", "opened", "buy"} {
		x.Log = append(x.Log, segment.Event{ID: name, Name: name, At: at.Add(time.Duration(i-1) * gap), Props: segment.Document(props)})
	}
	x.Changes = map[string][]segment.Change{"status": {{At: at.Add(-gap), Value: segment.Text("on")}}}
	return x
}

// checkSteady probes the time before Next, which must not change the answer.
func checkSteady(t *testing.T, c segment.Condition, p *segment.Program, x segment.Record, at time.Time, want bool) {
	t.Helper()
	next, ok := p.Next(x, at)
	if !ok {
		next = at.AddDate(1, 0, 0)
	} else if !next.After(at) {
		t.Fatalf("%s: Next(%v) = %v", c, at, next)
	}
	for _, probe := range []time.Time{next.Add(-1), at.Add(next.Sub(at) / 2), at.Add(1), at.Add(time.Hour), at.AddDate(0, 0, 1), at.AddDate(0, 1, 0)} {
		if probe.After(at) && probe.Before(next) && segment.Evaluate(c, x, probe) != want {
			t.Errorf("%s of %v: changes at %v, before Next %v, %v from %v", c, x, probe, next, ok, at)
		}
	}
}
