package tests

import (
	"fmt"
	"math/rand"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Next of contacts with very many events, against a search over every instant at which anything
// about them can change: Next is to say the first of these at which the answer differs,
// exactly. What Next does a thousand times over a busy contact it does but a few times over the
// contacts of the other laws.

// busyCase draws rules and contacts.
type busyCase struct {
	*rand.Rand
	loc *time.Location
	now time.Time
}

// spans are those that the rules name.
var busySpans = map[string]rule.Span{
	"6 hours": {N: 6, Unit: rule.UnitHour}, "24 hours": {N: 24, Unit: rule.UnitHour}, "7 days": {N: 7, Unit: rule.UnitDay}, "30 days": {N: 30, Unit: rule.UnitDay},
	"1 month": {N: 1, Unit: rule.UnitMonth}, "2 months": {N: 2, Unit: rule.UnitMonth}, "3 months": {N: 3, Unit: rule.UnitMonth}, "1 year": {N: 1, Unit: rule.UnitYear},
	"2 weeks": {N: 2, Unit: rule.UnitWeek}, "1 week": {N: 1, Unit: rule.UnitWeek}, "3 weeks": {N: 3, Unit: rule.UnitWeek},
}

func (g *busyCase) one(texts ...string) string { return texts[g.Intn(len(texts))] }

func (g *busyCase) window() string {
	switch g.Intn(10) {
	case 0:
		return ""
	case 1, 2:
		return " IN LAST " + g.one("24 hours", "7 days", "30 days")
	case 3, 4:
		return " IN LAST " + g.one("1 month", "2 months", "1 year")
	case 5:
		return g.one(" BETWEEN 7 AND 30 DAYS AGO", " BETWEEN 1 AND 2 MONTHS AGO", " MORE THAN 30 DAYS AGO", " MORE THAN 1 MONTH AGO")
	case 6, 7:
		return g.one(" TODAY", " YESTERDAY", " THIS WEEK", " PREVIOUS WEEK", " THIS MONTH", " PREVIOUS MONTH", " THIS YEAR", " PREVIOUS 3 DAYS", " PREVIOUS 2 WEEKS", " THIS FISCAL QUARTER STARTING MARCH")
	case 8:
		return g.one(" SINCE TODAY - 7 days", " SINCE NOW - 30 days", " BEFORE TODAY - 7 days", " BETWEEN TODAY - 30 days AND TODAY - 7 days", " SINCE LAST(c)")
	}
	return fmt.Sprintf(g.one(" SINCE %s", " BEFORE %s"), g.now.AddDate(0, 0, g.Intn(40)-30).Format(time.DateOnly))
}

// aggregate is a number of events; bound is one that it may be near.
func (g *busyCase) aggregate() (text string, bound int) {
	names := g.one("a", "a", "b", "a | b", "*")
	where := g.one("", "", "", " WHERE n > 3", ` WHERE k = "x"`, " WHERE due <= NOW")
	switch g.Intn(8) {
	case 0, 1, 2:
		return "COUNT(" + names + where + ")", g.Intn(60)
	case 3:
		return "SUM(a.n" + where + ")", g.Intn(300) - 50
	case 4:
		return "AVG(a.n" + where + ")", g.Intn(6)
	case 5:
		return g.one("MIN", "MAX") + "(a.n" + where + ")", g.Intn(12) - 3
	case 6:
		return g.one("FIRST", "LAST") + "(a.n" + where + ")", g.Intn(8)
	}
	return "DISTINCT(a." + g.one("n", "k", "m") + where + ")", g.Intn(12)
}

func (g *busyCase) rule() string {
	switch g.Intn(12) {
	case 0:
		return "DID a THEN " + g.one("", "NOT ") + g.one("b", "c") + " WITHIN " + g.one("6 hours", "24 hours", "1 month") + g.window()
	case 1:
		return "DID c THEN a WITHIN 24 hours THEN " + g.one("", "NOT ") + "b WITHIN 6 hours" + g.window()
	case 2:
		return "DID " + g.one("a", "b", "c") + " IN AT LEAST " + g.one("1", "2", "3") + " OF LAST 3 " + g.one("WEEKS", "MONTHS")
	case 3:
		x, _ := g.aggregate()
		y, _ := g.aggregate()
		return x + g.one(" > ", " >= ", " = ") + y + g.window()
	case 4:
		return "COUNT(a)" + g.one(" / COUNT(b) >= 2", " * 2 + COUNT(b) > 70", " - COUNT(c) < 30") + g.window()
	case 5:
		return g.rule() + g.one(" AND ", " OR ") + g.rule()
	case 6:
		return "f CHANGED" + g.one(" IN LAST 7 DAYS", " IN LAST 1 MONTH", " BETWEEN 7 AND 30 DAYS AGO")
	}
	x, bound := g.aggregate()
	return x + g.one(" > ", " >= ", " < ", " = ") + strconv.Itoa(bound) + g.window()
}

// contact is n events over two months, a few to come, some at the same instant.
func (g *busyCase) contact(n int) *segment.Record {
	x := &segment.Record{ID: "x", Changes: map[string][]segment.Change{}}
	step := 60 * 24 * time.Hour / time.Duration(n)
	at := g.now.Add(-time.Duration(n-n/20-g.Intn(5)) * step)
	for i := range n {
		if g.Intn(4) > 0 {
			at = at.Add(time.Duration(g.Int63n(int64(2*step))) / time.Minute * time.Minute)
		}
		props := fmt.Sprintf(`{"n":%d,"k":%q,"m":%.1f,"due":%q}`, g.Intn(12)-3, g.one("x", "y", "z"), float64(g.Intn(40))/10, at.Add(time.Duration(g.Intn(90)-10)*24*time.Hour).Format(time.RFC3339))
		x.Log = append(x.Log, segment.Event{ID: strconv.Itoa(i), Name: g.one("a", "a", "a", "b", "b", "c"), At: at, Props: segment.Document(props)})
		if !at.After(g.now) {
			x.Changes["f"] = append(x.Changes["f"], segment.Change{At: at, Value: segment.Int(int64(i))})
		}
	}
	return x
}

// instants are those at which anything may change.
func (g *busyCase) instants(x *segment.Record) (ts []time.Time) {
	add := func(t time.Time) {
		if t.After(g.now) {
			ts = append(ts, t)
		}
	}
	for _, e := range x.Log {
		at := e.At.In(g.loc)
		add(at)
		for _, d := range busySpans {
			for _, t := range []time.Time{d.After(at), d.Negative().Reaches(at), d.Negative().Reaches(d.After(at))} {
				add(t)
				add(t.Add(1)) // SINCE NOW - 30 days has its first instant in it
			}
		}
		due, _ := time.Parse(time.RFC3339, e.Props.Field("due").Text())
		add(due)
		for _, d := range []int64{-30, -7, 1} {
			y, m, day := at.Date()
			add(time.Date(y, m, day-int(d), 0, 0, 0, 0, g.loc))
		}
	}
	for day := range 800 {
		y, m, d := g.now.Date()
		add(time.Date(y, m, d+day, 0, 0, 0, 0, g.loc))
	}
	slices.SortFunc(ts, time.Time.Compare)
	return slices.CompactFunc(ts, time.Time.Equal)
}

func TestNextOfBusyContacts(t *testing.T) {
	seeds, most := int64(24), 120
	if testing.Short() {
		seeds = 6
	}
	flips := 0
	for seed := range seeds {
		n := most
		if seed%30 == 7 {
			n = 1_000
		}
		flips += checkBusy(t, seed, n)
	}
	if flips < int(seeds) {
		t.Errorf("only %d answers change", flips)
	}
}

// checkBusy compares Next for some rules, and returns how many answers change.
func checkBusy(t *testing.T, seed int64, n int) (flips int) {
	t.Helper()
	g := &busyCase{Rand: rand.New(rand.NewSource(seed))}
	zone := g.one("UTC", "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Skip(err)
	}
	g.loc = loc
	g.now = time.Date(2026, time.Month(1+g.Intn(12)), 1+g.Intn(31), g.Intn(24), g.Intn(60), 0, 0, loc)
	x := g.contact(n)
	instants := g.instants(x)
	for range 6 {
		text := g.rule()
		c, err := segment.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		p, err := segment.Compile(c)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		start := p.Match(x, g.now)
		if segment.Evaluate(c, x, g.now) != start {
			t.Errorf("seed %d: %s: Match and Evaluate differ", seed, text)
		}
		want := time.Time{}
		for _, at := range instants {
			if p.Match(x, at.In(loc)) != start {
				want = at
				break
			}
		}
		next, ok := p.Next(x, g.now)
		if ok == want.IsZero() || ok && !next.Equal(want) {
			t.Errorf("seed %d: %d events, %s from %s: Next %v %v, want %v", seed, n, text, g.now, next, ok, want)
		}
		if ok {
			flips++
		}
	}
	return flips
}

// TestNextOfBusyContactsIsExact has examples that took seconds, and came early.
func TestNextOfBusyContactsIsExact(t *testing.T) {
	start := time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)
	x := &segment.Record{ID: "x"}
	for i := range 5_000 {
		x.Log = append(x.Log, segment.Event{Name: "a", At: start.Add(-time.Duration(4_999-i) * time.Hour), Props: segment.Document(`{"n":1}`)})
	}
	for _, c := range [][2]string{
		{`COUNT(a) >= 1 IN LAST 7 DAYS`, "2026-03-22T12:00:00Z"},
		{`COUNT(a) = 0 BETWEEN 7 AND 180 DAYS AGO`, "2026-09-11T12:00:00Z"},
		{`SUM(a.n) > 5 IN LAST 180 DAYS`, "2026-09-11T07:00:00Z"},
		{`SUM(a.n) > 5 IN LAST 1 MONTH`, "2026-04-15T07:00:00Z"},
		{`COUNT(a) >= 1 IN LAST 1 MONTH`, "2026-04-15T12:00:00Z"},
		{`DISTINCT(a.n) >= 1 THIS MONTH`, "2026-04-01T00:00:00Z"},
		{strings.Repeat("COUNT(a) > 9 IN LAST 1 MONTH OR ", 3) + `DID a IN LAST 2 MONTHS`, "2026-05-15T12:00:00Z"},
	} {
		p, err := segment.Compile(segment.MustParse(c[0]))
		if err != nil {
			t.Fatal(err)
		}
		next, ok := p.Next(x, start)
		if got := next.Format(time.RFC3339); !ok || got != c[1] {
			t.Errorf("%s: next %s %v, want %s", c[0], got, ok, c[1])
		}
	}
}
