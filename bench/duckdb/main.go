// Command duckdb asks the five conditions of workload/bulk of an index and of
// DuckDB, in one process, over the same contacts and events: rounds take turns,
// and the counts must be the same.
package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"flag"
	"fmt"
	"log"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/bench/workload/bulk"
	"github.com/segmentrules/segment/index"
)

func main() {
	contacts := flag.Int("contacts", 100_000, "how many contacts")
	rounds := flag.Int("rounds", 7, "how many rounds; the median counts")
	flag.Parse()
	cs, events := bulk.Contacts(*contacts), bulk.Events(*contacts, 20)
	began := time.Now()
	db, err := load(cs, events)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d contacts, %d events. DuckDB loaded in %.1f s", len(cs), len(events), time.Since(began).Seconds())
	began = time.Now()
	ix, err := fill(cs)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf(", the index in %.1f s; %d threads.\n\n", time.Since(began).Seconds(), runtime.GOMAXPROCS(0))
	if err := compare(ix, db, *rounds); err != nil {
		log.Fatal(err)
	}
}

// fill puts all contacts into an index: what is known of one comes at once.
func fill(cs []bulk.Contact) (*index.Index, error) {
	ix, n := index.New(index.Options{}), 0
	start := time.Unix(bulk.Now-90*bulk.Day, 0).UTC()
	for row := range uint32(len(cs)) {
		u := cs[row].Update(row, start)
		for _, e := range bulk.EventsOf(row, 20) {
			u.Events = append(u.Events, segment.Event{ID: strconv.Itoa(n), Name: bulk.EventNames[e.Type], At: time.Unix(int64(e.TS), 0).UTC()})
			n++
		}
		if _, err := ix.Apply(u); err != nil {
			return nil, err
		}
	}
	ix.Advance(bulk.Instant(), 0)
	return ix, nil
}

const columns = `id INTEGER, email VARCHAR, country VARCHAR, city VARCHAR, language VARCHAR, plan VARCHAR, subscribed BOOLEAN, bounced BOOLEAN,
	lead_score INTEGER, total_spent INTEGER, signup INTEGER, last_purchase INTEGER, last_activity INTEGER, lists UINTEGER`

// load puts the columns that the conditions read into DuckDB, and the events in
// order of contact, which suits it best.
func load(cs []bulk.Contact, events []bulk.Event) (*sql.DB, error) {
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	for _, s := range []string{fmt.Sprint("SET threads = ", runtime.GOMAXPROCS(0)), "CREATE TABLE contacts (" + columns + ")", "CREATE TABLE log (contact_id INTEGER, ts INTEGER, type UTINYINT)"} {
		if _, err := db.Exec(s); err != nil {
			return nil, err
		}
	}
	conn, err := connector.Connect(context.Background())
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	err = rows(conn, "contacts", len(cs), func(i int) []driver.Value {
		c := &cs[i]
		var purchase driver.Value
		if c.LastPurchase != 0 {
			purchase = int32(c.LastPurchase)
		}
		return []driver.Value{int32(i), c.Email(uint32(i)), bulk.Countries[c.Country], bulk.Cities[c.City], bulk.Languages[c.Language], bulk.Plans[c.Plan], c.Subscribed, c.Bounced,
			int32(c.LeadScore), int32(c.TotalSpent), int32(c.Signup), purchase, int32(c.LastActivity), c.Lists}
	})
	if err == nil {
		err = rows(conn, "log", len(events), func(i int) []driver.Value {
			e := &events[i]
			return []driver.Value{int32(e.Contact), int32(e.TS), e.Type}
		})
	}
	if err != nil {
		return nil, err
	}
	_, err = db.Exec("CREATE TABLE events AS SELECT * FROM log ORDER BY contact_id, ts; DROP TABLE log")
	return db, err
}

func rows(conn driver.Conn, table string, n int, row func(i int) []driver.Value) error {
	a, err := duckdb.NewAppenderFromConn(conn, "", table)
	if err != nil {
		return err
	}
	for i := range n {
		if err := a.AppendRow(row(i)...); err != nil {
			return err
		}
	}
	return a.Close()
}

// variants are the ways in which a condition is said in SQL: the quickest counts.
func variants() map[string][]string {
	ago := func(days int) string { return strconv.Itoa(bulk.Now - days*bulk.Day) }
	list := func(k int) string { return fmt.Sprintf("(lists >> %d) & 1 = 1", k) }
	counted := func(kind int, since string, most string) string {
		return "SELECT contact_id FROM events WHERE type = " + strconv.Itoa(kind) + since + " GROUP BY contact_id HAVING count(*) " + most
	}
	since := " AND ts >= " + ago(30)
	q2 := "(country = 'USA' OR country = 'Canada') AND last_purchase < " + ago(30) + " AND total_spent > 50000 AND "
	return map[string][]string{
		"Q1": {"(country = 'USA' OR country = 'Canada') AND (plan = 'pro' OR plan = 'business') AND total_spent BETWEEN 10000 AND 100000"},
		"Q2": {q2 + "id IN (" + counted(bulk.EvOpen, "", "> 5") + ")",
			q2 + "(SELECT count(*) FROM events e WHERE e.contact_id = c.id AND e.type = " + strconv.Itoa(bulk.EvOpen) + ") > 5"},
		"Q3": {"city IN (" + bulk.In50SQL() + ") AND email LIKE '%" + bulk.Needle + "%'"},
		"Q4": {"id IN (" + counted(bulk.EvOpen, since, ">= 5") + ") AND id IN (" + counted(bulk.EvClick, since, ">= 2") + ")",
			fmt.Sprintf("id IN (SELECT contact_id FROM events WHERE ts >= %s AND type IN (%[2]d, %[3]d) GROUP BY contact_id HAVING count(*) FILTER (type = %[2]d) >= 5 AND count(*) FILTER (type = %[3]d) >= 2)", ago(30), bulk.EvOpen, bulk.EvClick)},
		"Q5": {"(" + list(3) + " OR " + list(7) + ") AND NOT (" + list(9) + ") AND ((country IN ('USA', 'UK', 'Germany') AND language = 'en') OR (NOT plan = 'free' AND lead_score >= 50)) AND subscribed AND NOT bounced AND (last_activity > " + ago(60) + " OR total_spent > 100000) AND NOT (signup > " + ago(7) + ")"},
	}
}

// compare asks all, round by round, and prints the medians in milliseconds.
func compare(ix *index.Index, db *sql.DB, rounds int) error {
	fmt.Println("Milliseconds of wall clock, medians; ours with 20 ids and the set, DuckDB its count.")
	fmt.Println("\n| query | contacts | segment, bare | with the funnel | DuckDB | DuckDB / bare |\n|---|--:|--:|--:|--:|--:|")
	var version string
	if err := db.QueryRow("SELECT version()").Scan(&version); err != nil {
		return err
	}
	ratios := 1.0
	for _, q := range bulk.Queries() {
		c := segment.MustParse(q.Rule)
		preview := func() (int, error) {
			p, err := ix.Preview(c)
			return p.Count, err
		}
		ways := []func() (int, error){func() (int, error) { return ix.Count(c) }, preview}
		for _, where := range variants()[q.Name] {
			ways = append(ways, func() (n int, err error) {
				return n, db.QueryRow("SELECT count(*) FROM contacts c WHERE " + where).Scan(&n)
			})
		}
		times, found, err := turns(ways, rounds)
		if err != nil {
			return fmt.Errorf("%s: %w", q.Name, err)
		}
		duck := slices.Min(times[2:])
		ratios *= duck / times[0]
		fmt.Printf("| %s | %d | %.2f | %.2f | %.1f | %.0f |\n", q.Name, found, times[0], times[1], duck, duck/times[0])
	}
	fmt.Printf("\nGeometric mean: %.1f. DuckDB %s.\n", math.Pow(ratios, 0.2), strings.TrimPrefix(version, "v"))
	return nil
}

// turns is the median time of each way, and what all of them find.
func turns(ways []func() (int, error), rounds int) (medians []float64, found int, err error) {
	times := make([][]float64, len(ways))
	for round := range rounds + 1 { // the first is not counted
		for i, ask := range ways {
			began := time.Now()
			n, err := ask()
			took := time.Since(began).Seconds() * 1e3
			if err != nil {
				return nil, 0, err
			}
			if round == 0 && i == 0 {
				found = n
			}
			if n != found {
				return nil, 0, fmt.Errorf("way %d finds %d contacts, and the first %d", i, n, found)
			}
			if round > 0 {
				times[i] = append(times[i], took)
			}
		}
	}
	for _, ts := range times {
		slices.Sort(ts)
		medians = append(medians, ts[len(ts)/2])
	}
	return medians, found, nil
}
