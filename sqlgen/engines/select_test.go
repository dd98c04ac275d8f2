package engines_test

import (
	"flag"
	"fmt"
	"iter"
	"math/rand"
	"slices"
	"testing"
	"time"

	"github.com/leanovate/gopter"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/segmenttest"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

var (
	long = flag.Int("long", 0, "how many condition-instants to try on each engine")
	seed = flag.Int64("seed", 1, "the first seed")
)

func sample(g gopter.Gen, seed int64) any {
	p := gopter.DefaultGenParameters()
	p.Rng = rand.New(rand.NewSource(seed))
	return g(p).Result
}

func dialectOf(e engines.Engine) sqlgen.Dialect {
	if e.Name() == "mariadb" {
		return sqlgen.DialectMySQL
	}
	return sqlgen.Dialect(e.Name())
}

// rulesToTry is how many random rules a test tries on an engine: so many, fewer with
// -short, and as many as -long says. ClickHouse takes ten times as long for each as others.
func rulesToTry(e engines.Engine, mostly, short int) int {
	n := mostly
	switch {
	case *long > 0:
		return *long
	case testing.Short():
		n = short
	}
	if e.Name() == "clickhouse" {
		n /= 4
	}
	return n
}

// tooSlow reports whether case number i of many is left out where tests are to be short.
func tooSlow(e engines.Engine, i int) bool {
	every := map[string]int{"clickhouse": 8, "duckdb": 4}[e.Name()]
	return testing.Short() && i%max(every, 2) > 0
}

// onlyInLong leaves ClickHouse out of a test with many statements where tests are to be
// short.
func onlyInLong(t *testing.T, e engines.Engine) {
	t.Helper()
	if testing.Short() && e.Name() == "clickhouse" {
		t.Skip("it takes long for each statement")
	}
}

// TestSelectIsEvaluate compares, for random conditions over random contacts, the
// statement's rows on a real engine with segment.Evaluate; and those of the
// negated condition with all the others.
func TestSelectIsEvaluate(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		wanted := rulesToTry(e, 500, 200)
		const contacts, conditions = 40, 25
		total := tally{}
		for n := *seed; total.tried < wanted; n++ {
			crowd := crowdOf(n, contacts, conditions)
			for _, l := range layouts(dialectOf(e)) {
				stored, err := l.load(e, crowd.Contacts)
				if err != nil {
					t.Fatalf("seed %d, %s: %v", n, l.name, err)
				}
				total.crowd(t, e, l, fmt.Sprintf("seed %d, %s", n, l.name), crowd, stored)
				if total.differed > 5 {
					t.Fatal("too many differences")
				}
			}
		}
		t.Logf("%d condition-instants, %d of them decided by the database alone", total.tried, total.exact)
	})
}

type tally struct{ tried, exact, differed int }

func (n *tally) crowd(t *testing.T, e engines.Engine, l layout, place string, crowd segmenttest.Crowd, stored []segment.Record) {
	tables := l.tables()
	for i, c := range crowd.Conditions {
		at := crowd.At
		if i%2 == 1 {
			at = at.Add(time.Duration(i) * time.Hour)
		}
		n.tried++
		ok, exact := n.one(t, e, tables, place, c, at, stored)
		if exact {
			n.exact++
		}
		if ok {
			_, _ = n.one(t, e, tables, place, rule.Not{C: c}, at, stored)
		}
	}
}

// one compares one condition; exact is whether the database decided it alone.
func (n *tally) one(t *testing.T, e engines.Engine, tables sqlgen.Tables, place string, c segment.Condition, at time.Time, stored []segment.Record) (ok, exact bool) {
	t.Helper()
	return n.compare(t, e, tables, place+": "+c.String(), c, at, stored)
}

// short does the same, and says the place alone where they differ.
func (n *tally) short(t *testing.T, e engines.Engine, tables sqlgen.Tables, place string, c segment.Condition, at time.Time, stored []segment.Record) (ok, exact bool) {
	t.Helper()
	return n.compare(t, e, tables, place, c, at, stored)
}

func (n *tally) compare(t *testing.T, e engines.Engine, tables sqlgen.Tables, place string, c segment.Condition, at time.Time, stored []segment.Record) (ok, exact bool) {
	t.Helper()
	var want []string
	for _, x := range stored {
		if segment.Evaluate(c, x, at) {
			want = append(want, x.ID)
		}
	}
	q, err := sqlgen.Select(dialectOf(e), tables, c, at)
	if err != nil {
		n.differed++
		t.Errorf("%s\n%v", place, err)
		return false, false
	}
	got, err := e.IDs(q.Text, q.Args)
	if err != nil {
		n.differed++
		t.Errorf("%s at %s\n%v\n%.2000s\n%.2000q", place, at, err, q.Text, q.Args)
		return false, false
	}
	final := slices.Collect(q.Filter(candidates(got, stored)))
	if !slices.Equal(final, want) {
		n.differed++
		t.Errorf("%s at %s in %s\ngot  %v\nwant %v\nfrom %v\n%.4000s\n%.2000q\nrest %.500v%s", place, at.Format(time.RFC3339Nano), at.Location(), final, want, got, q.Text, q.Args, q.Rest, different(final, want, stored))
		return false, false
	}
	if err := forSome(e, q, n.tried, want, stored); err != nil {
		n.differed++
		t.Errorf("%s at %s in %s: %v", place, at.Format(time.RFC3339Nano), at.Location(), err)
		return false, false
	}
	return true, q.Rest == nil
}

// different shows the first contact that is in one of two lists.
func different(got, want []string, stored []segment.Record) string {
	for _, x := range stored {
		if slices.Contains(got, x.ID) != slices.Contains(want, x.ID) {
			return fmt.Sprintf("\n%s: fields %v\nlog %s\nlists %v\nchanges %v", x.ID, x.Fields, x.Log, x.Lists, x.Changes)
		}
	}
	return ""
}

// candidates are the contacts with these ids.
func candidates(ids []string, stored []segment.Record) iter.Seq2[string, segment.Contact] {
	return func(yield func(string, segment.Contact) bool) {
		for _, x := range stored {
			if slices.Contains(ids, x.ID) && !yield(x.ID, x) {
				return
			}
		}
	}
}
