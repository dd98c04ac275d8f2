// Sql races the statements that package sqlgen writes against the best ones written
// by hand: 30 rules and more of all constructs, on a PostgreSQL with default settings that
// it starts itself, with 200,000 contacts and four million events unless flags say
// otherwise; then on SQLite and MariaDB with fewer.
//
//	go run . -rounds 5                                  # tables
//	go run . -doc ../../docs/sql-plans.md
//	go run . -engines postgres -only R24,R25            # some rules
//
// It is a module of its own since it needs both the workload of the benchmarks
// and databases, which they do not.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// options are what the flags say.
type options struct {
	contacts, others int
	rounds           int
	engines, only    []string
}

func main() {
	contacts := flag.Int("contacts", 200_000, "contacts in PostgreSQL; each has about 20 events")
	others := flag.Int("others", 40_000, "contacts in the other databases")
	rounds := flag.Int("rounds", 3, "rounds after one to warm up")
	names := flag.String("engines", "postgres,sqlite,mariadb", "databases")
	only := flag.String("only", "", "names of rules; all if empty")
	doc := flag.String("doc", "", "write the tables and plans to this file")
	flag.Parse()
	o := options{contacts: *contacts, others: *others, rounds: *rounds, engines: strings.Split(*names, ",")}
	if *only != "" {
		o.only = strings.Split(*only, ",")
	}
	if err := start(o, *doc); err != nil {
		fmt.Fprintln(os.Stderr, "sql:", err)
		os.Exit(1)
	}
}

func start(o options, doc string) error {
	var all []*outcome
	for _, name := range o.engines {
		e, err := engines.Open(name)
		if err != nil {
			return err
		}
		one, err := run(os.Stdout, e, o)
		if err := errors.Join(err, e.Close()); err != nil {
			return err
		}
		all = append(all, one)
	}
	if doc == "" {
		return nil
	}
	return os.WriteFile(doc, []byte(document(all)), 0o644)
}

// An outcome is all that one run has found out.
type outcome struct {
	engine, version  string
	contacts, events int
	rounds           int
	races            []*race
}

// mean is the geometric mean of the ratios.
func (o *outcome) mean() float64 {
	sum := 0.0
	for _, r := range o.races {
		sum += math.Log(r.ratio())
	}
	return math.Exp(sum / float64(len(o.races)))
}

// worst is the largest ratio.
func (o *outcome) worst() (r *race) {
	return slices.MaxFunc(o.races, func(a, b *race) int {
		switch {
		case a.ratio() < b.ratio():
			return -1
		case a.ratio() > b.ratio():
			return 1
		}
		return 0
	})
}

// run loads the tables and runs all races on one connection.
func run(w io.Writer, e engines.Engine, o options) (*outcome, error) {
	ctx := context.Background()
	version, err := e.Version()
	if err != nil {
		return nil, err
	}
	n, dialect := o.others, sqlgen.Dialect(e.Name())
	switch e.Name() {
	case "postgres":
		n = o.contacts
	case "mariadb":
		dialect = sqlgen.DialectMySQL
	}
	began := time.Now()
	all := people(n)
	out := &outcome{engine: e.Name(), version: version, contacts: n, rounds: o.rounds}
	if out.events, err = load(e, all); err != nil {
		return nil, err
	}
	fmt.Fprintf(w, "%s: %d contacts, %d events, loaded and indexed in %s\n", version, n, out.events, time.Since(began).Round(time.Second))
	s := newSample(all, uint32(max(1, n/5000)))
	conn, err := engines.DB(e).Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	for _, of := range rulings() {
		if len(o.only) > 0 && !slices.Contains(o.only, of.name) {
			continue
		}
		r, err := newRace(e.Name(), dialect, of)
		if err != nil {
			return nil, err
		}
		if err := r.run(ctx, conn, s, o.rounds); err != nil {
			return nil, err
		}
		if e.Name() == "postgres" && of.plans {
			if err := errors.Join(r.ours.explain(ctx, conn), r.quickest.explain(ctx, conn)); err != nil {
				return nil, err
			}
		}
		out.races = append(out.races, r)
		fmt.Fprintln(w, r.line())
	}
	fmt.Fprintf(w, "geometric mean %.2f, worst %.2f (%s), in %s\n", out.mean(), out.worst().ratio(), out.worst().name, time.Since(began).Round(time.Second))
	return out, nil
}

// line is what is said of a race as it ends.
func (r *race) line() string {
	line := fmt.Sprintf("%s %7d rows  sqlgen %8.1f ms", r.name, r.rows, ms(r.ours.least()))
	for _, one := range r.by {
		line += fmt.Sprintf("  %s %8.1f", one.what, ms(one.least()))
	}
	return fmt.Sprintf("%s  ratio %.2f  %.60s", line, r.ratio(), strings.Join(strings.Fields(r.rule), " "))
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
