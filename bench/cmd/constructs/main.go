// Command constructs measures every construct that reads events, over one contact with few and
// with very many of them, and prints a table in Markdown: a line a construct.
//
//	cd bench && go run ./cmd/constructs -events 10,1000,100000
//
// alone is [segment.Program]: Match and Next of one contact, whose events are in memory.
// index is one event more for a contact of an index with one segment: Apply and, some
// seconds later, the next. A time is the median of some calls; one that takes over a
// second is made once.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// constructs are the rules, one a line of the table.
var constructs = []string{
	`COUNT(a) >= 40`,
	`COUNT(a) >= 40 IN LAST 7 DAYS`,
	`COUNT(a) = 0 BETWEEN 7 AND 180 DAYS AGO`,
	`COUNT(a) >= 5 IN LAST 1 MONTH`,
	`COUNT(a) >= 5 THIS MONTH`,
	`COUNT(a) >= 5 PREVIOUS WEEK`,
	`COUNT(a) >= 5 SINCE 2025-06-01`,
	`COUNT(a) >= 5 BEFORE 2025-06-01`,
	`COUNT(a) >= 5 BETWEEN 2025-06-01 AND 2025-06-30`,
	`COUNT(a) >= 5 MORE THAN 30 DAYS AGO`,
	`COUNT(a) >= 5 SINCE TODAY - 30 days`,
	`COUNT(a WHERE n > 3) >= 5 IN LAST 30 DAYS`,
	`COUNT(a) > 5/year`,
	`DID a IN LAST 30 DAYS`,
	`NEVER DID a IN LAST 1 MONTH`,
	`SUM(a.n) > 50`,
	`SUM(a.n) > 5 IN LAST 180 DAYS`,
	`SUM(a.n) > 5 IN LAST 1 MONTH`,
	`AVG(a.n) > 2 IN LAST 180 DAYS`,
	`MIN(a.n) < 3 IN LAST 180 DAYS`,
	`MAX(a.n) > 6 IN LAST 1 MONTH`,
	`FIRST(a.n) = 3 IN LAST 180 DAYS`,
	`LAST(a.n) = 3 IN LAST 180 DAYS`,
	`LAST(a) OLDER THAN 90 days`,
	`FIRST(a) > 2026-01-01`,
	`DISTINCT(a.n) >= 3 IN LAST 1 YEAR`,
	`DISTINCT(a.id) >= 3 IN LAST 30 DAYS`,
	`COUNT(a) / COUNT(b) >= 2 IN LAST 30 DAYS`,
	`COUNT(a) * 2 + COUNT(b) * 5 >= 40 IN LAST 30 DAYS`,
	`COUNT(a) > COUNT(b) IN LAST 1 MONTH`,
	`DID a THEN b WITHIN 24 hours`,
	`DID a THEN b WITHIN 24 hours IN LAST 30 DAYS`,
	`DID a THEN b WITHIN 24 hours THEN a WITHIN 24 hours IN LAST 30 DAYS`,
	`DID a THEN NOT c WITHIN 24 hours`,
	`DID a THEN NOT b WITHIN 24 hours IN LAST 1 MONTH`,
	`DID a IN AT LEAST 3 OF LAST 4 WEEKS`,
	`DID a IN AT LEAST 3 OF LAST 4 MONTHS`,
	`COUNT(a WHERE due <= NOW) >= 5 IN LAST 30 DAYS`,
	`f CHANGED IN LAST 30 DAYS`,
	`f CHANGED IN LAST 1 MONTH`,
	`f HAS BEEN "1" FOR AT LEAST 7 days`,
}

// start is the instant at which all events are over.
var start = time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)

// history is n events, an hour apart: of six four are a, and two b.
func history(n int) (events []segment.Event) {
	for i := range n {
		at := start.Add(-time.Duration(n-i) * time.Hour)
		name := "a"
		if i%3 == 2 {
			name = "b"
		}
		props := fmt.Sprintf(`{"n":%d,"id":"x%d","due":%q}`, i*7%10, i, at.Add(48*time.Hour).Format(time.RFC3339))
		events = append(events, segment.Event{ID: strconv.Itoa(i), Name: name, At: at, Props: segment.Document(props)})
	}
	return events
}

// changes is a field that took n values, an hour apart.
func changes(n int) (out []segment.Change) {
	for i := range n {
		out = append(out, segment.Change{At: start.Add(-time.Duration(n-i) * time.Hour), Value: segment.Text(strconv.Itoa(i % 2))})
	}
	return out
}

// median is the median time of some calls.
func median(f func()) time.Duration {
	var ts []time.Duration
	for spent := time.Duration(0); len(ts) < 9 && spent < time.Second; {
		from := time.Now()
		f()
		ts = append(ts, time.Since(from))
		spent += ts[len(ts)-1]
	}
	slices.Sort(ts)
	return ts[len(ts)/2]
}

// show writes a time with two digits.
func show(d time.Duration) string {
	switch {
	case d < time.Microsecond:
		return fmt.Sprintf("%d ns", d.Nanoseconds())
	case d < time.Millisecond:
		return fmt.Sprintf("%.3g µs", float64(d)/1e3)
	case d < time.Second:
		return fmt.Sprintf("%.3g ms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.3g s", d.Seconds())
}

// indexed is what one event more costs in an index with a segment.
func indexed(c segment.Condition, events []segment.Event, field []segment.Change) time.Duration {
	ix := index.New(index.Options{})
	for _, ch := range field {
		if _, err := ix.Apply(segment.Update{Contact: "x", At: ch.At, Set: map[string]segment.Value{"f": ch.Value}}); err != nil {
			log.Fatal(err)
		}
	}
	if _, err := ix.Apply(segment.Update{Contact: "x", At: start, Events: events}); err != nil {
		log.Fatal(err)
	}
	if _, err := ix.Define(segment.Segment{ID: "s", Condition: c}, start); err != nil {
		log.Fatal(err)
	}
	i := 0
	return median(func() {
		i++
		at := start.Add(time.Duration(i) * 10 * time.Second)
		u := segment.Update{Contact: "x", At: at, Events: []segment.Event{{ID: "new" + strconv.Itoa(i), Name: "a", At: at, Props: segment.Document(`{"n":5,"id":"y"}`)}}}
		if len(field) > 0 {
			u.Set = map[string]segment.Value{"f": segment.Text(strconv.Itoa(i % 2))}
		}
		if _, err := ix.Apply(u); err != nil {
			log.Fatal(err)
		}
	})
}

func main() {
	sizes := flag.String("events", "10,1000,100000", "how many events a contact has")
	only := flag.String("only", "", "constructs with this text")
	what := flag.String("what", "match,next,index", "what is measured")
	flag.Parse()
	kinds := strings.Split(*what, ",")
	var ns []int
	fmt.Print("| construct |")
	for _, kind := range kinds {
		for _, size := range strings.Split(*sizes, ",") {
			n, err := strconv.Atoi(size)
			if err != nil {
				log.Fatal(err)
			}
			if kind == kinds[0] {
				ns = append(ns, n)
			}
			fmt.Printf(" %s %d |", kind, n)
		}
	}
	fmt.Print("\n|---|")
	fmt.Println(strings.Repeat("--:|", len(ns)*len(kinds)))
	for _, text := range constructs {
		if !strings.Contains(text, *only) {
			continue
		}
		c, err := segment.Parse(text)
		if err != nil {
			log.Fatal(text, ": ", err)
		}
		p, err := segment.Compile(c)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("| `%s` |", text)
		for _, kind := range kinds {
			for _, n := range ns {
				x := &segment.Record{ID: "x", Log: history(n)}
				var field []segment.Change
				if strings.HasPrefix(text, "f ") {
					x.Log, field = nil, changes(n)
					x.Changes = map[string][]segment.Change{"f": field}
				}
				var d time.Duration
				switch kind {
				case "match":
					d = median(func() { p.Match(x, start) })
				case "evaluate":
					d = median(func() { segment.Evaluate(c, x, start) })
				case "next":
					d = median(func() { p.Next(x, start) })
				case "explain":
					d = median(func() { p.Explain(x, start) })
				case "index":
					d = indexed(c, x.Log, field)
				}
				fmt.Printf(" %s |", show(d))
				_ = os.Stdout.Sync()
			}
		}
		fmt.Println()
	}
}
