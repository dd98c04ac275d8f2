// Sql races the statements that package sqlgen writes against the best ones
// written by hand, on a PostgreSQL that it starts itself: five rules, a million
// contacts and twenty million events unless flags say otherwise.
//
//	go run . -contacts 100000 -rounds 7                      # a table
//	go run . -contacts 1000000 -rounds 7 -doc ../../docs/sql-plans.md
//
// It is a module of its own since it needs both the workload of the benchmarks
// and a database, which they do not.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/segmentrules/segment/bench/workload/bulk"
	"github.com/segmentrules/segment/sqlgen/engines"
)

func main() {
	contacts := flag.Int("contacts", 1_000_000, "contacts; each has about 20 events")
	rounds := flag.Int("rounds", 7, "rounds after two to warm up")
	doc := flag.String("doc", "", "write the table and all plans to this file")
	flag.Parse()
	if err := start(*contacts, *rounds, *doc); err != nil {
		fmt.Fprintln(os.Stderr, "sql:", err)
		os.Exit(1)
	}
}

func start(contacts, rounds int, doc string) error {
	e, err := engines.Open("postgres")
	if err != nil {
		return err
	}
	o, err := run(os.Stdout, e, contacts, rounds)
	if err == nil && doc != "" {
		err = os.WriteFile(doc, []byte(o.document(rounds)), 0o644)
	}
	return errors.Join(err, e.Close())
}

// An outcome is all that one run has found out.
type outcome struct {
	version          string
	contacts, events int
	races            []*race // one after the other in one process
	helped           []*race // with as many workers beside it as the planner likes
	worker           time.Duration
}

// run loads the tables and runs all races on one connection.
func run(w io.Writer, e engines.Engine, contacts, rounds int) (*outcome, error) {
	ctx := context.Background()
	version, err := e.Version()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	people := bulk.Contacts(contacts)
	events, err := load(e, people)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(w, "%d contacts, %d events, loaded and indexed in %s\n", contacts, events, time.Since(began).Round(time.Second))
	truth := bulk.Truth(people, bulk.Events(contacts, mean))
	conn, err := engines.DB(e).Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	// For both sides alike: memory for sorting and hashing as hosts give it.
	if _, err := conn.ExecContext(ctx, `SET work_mem = '64MB'`); err != nil {
		return nil, err
	}
	o := &outcome{version: version, contacts: contacts, events: events}
	if o.worker, err = startOfWorker(ctx, conn); err != nil {
		return nil, err
	}
	fmt.Fprintf(w, "a worker takes %.1f ms to start\n", ms(o.worker))
	if o.helped, err = raceAll(ctx, w, conn, truth, rounds, "DEFAULT"); err != nil {
		return nil, err
	}
	o.races, err = raceAll(ctx, w, conn, truth, rounds, "0")
	return o, err
}

// raceAll runs the races with a number of workers beside the one process.
func raceAll(ctx context.Context, w io.Writer, conn *sql.Conn, truth [5][]uint32, rounds int, workers string) (races []*race, err error) {
	if _, err := conn.ExecContext(ctx, `SET max_parallel_workers_per_gather = `+workers); err != nil {
		return nil, err
	}
	fmt.Fprintf(w, "max_parallel_workers_per_gather = %s\n", workers)
	for i, q := range bulk.Queries() {
		r, err := newRace(q)
		if err != nil {
			return nil, err
		}
		if err := r.run(ctx, conn, truth[i], rounds); err != nil {
			return nil, err
		}
		races = append(races, r)
		fmt.Fprintf(w, "%s %8d rows  sqlgen %8.1f ms", q.Name, r.rows, ms(r.ours.median()))
		for _, one := range r.by {
			fmt.Fprintf(w, "  %s %8.1f", one.what, ms(one.median()))
		}
		fmt.Fprintf(w, "  ratio %.2f\n", r.ratio())
	}
	return races, nil
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
