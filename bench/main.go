// Command bench measures one rule on one contact: ours beside its peers, in one
// run, and prints the table of README.md as Markdown.
//
//	go run . [-rounds 7] [-time 40ms]
//
// Before anything is timed, all engines must give the hand-written answer on
// 2,000 changed contacts. Rounds are interleaved, time is that of the process
// on the processor, and the figure is the median of the rounds.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

var ruleNames = []string{"A", "B", "C"}

func main() {
	rounds := flag.Int("rounds", 7, "rounds, of which the median counts")
	span := flag.Duration("time", 40*time.Millisecond, "processor time of one measurement")
	flag.Parse()
	contenders, err := prepare()
	if err == nil {
		err = agree(contenders, 2_000)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	results := measure(contenders, *rounds, *span)
	fmt.Printf("%s, %s/%s, %d processors\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	fmt.Print(table(contenders, results))
	fmt.Print(ratios(contenders, results))
}

// A contender is an engine with its compiled rules.
type contender struct {
	engine
	rules map[string]func(*input) func() bool
}

func prepare() ([]contender, error) {
	var cs []contender
	for _, e := range engines() {
		c := contender{e, map[string]func(*input) func() bool{}}
		for _, rule := range ruleNames {
			var err error
			if c.rules[rule], err = e.make(rule); err != nil {
				return nil, fmt.Errorf("%s, %s, rule %s: %w", e.name, e.form, rule, err)
			}
		}
		cs = append(cs, c)
	}
	return cs, nil
}

// agree checks that every contender answers as the hand-written rule, and that
// both answers occur.
func agree(cs []contender, n int) error {
	r := rand.New(rand.NewPCG(1, 2))
	held := map[string]int{}
	for i := range n {
		c := TheContact()
		if i > 0 {
			c = Mutate(r, c)
		}
		in := inputOf(c)
		for _, rule := range ruleNames {
			want := handRule(rule)(&in.c, Now)
			if want {
				held[rule]++
			}
			for _, e := range cs {
				if got := e.rules[rule](in)(); got != want {
					return fmt.Errorf("%s, %s, rule %s, contact %d: %v, want %v\n%s", e.name, e.form, rule, i, got, want, in.text)
				}
			}
		}
	}
	for _, rule := range ruleNames {
		if held[rule] == 0 || held[rule] == n {
			return fmt.Errorf("rule %s holds for %d of %d contacts: it tells nothing", rule, held[rule], n)
		}
	}
	return nil
}

// A result is the median cost of one answer.
type result struct{ ns, allocs float64 }

func measure(cs []contender, rounds int, span time.Duration) map[string]result {
	in := inputOf(TheContact())
	times := map[string][]float64{}
	allocs := map[string]float64{}
	for range rounds {
		for _, c := range cs {
			for _, rule := range ruleNames {
				key := c.name + c.form + rule
				ns, a := once(c.rules[rule](in), span)
				times[key] = append(times[key], ns)
				allocs[key] = a
			}
		}
	}
	out := map[string]result{}
	for key, ts := range times {
		slices.Sort(ts)
		out[key] = result{ts[len(ts)/2], allocs[key]}
	}
	return out
}

// once times one match over and over.
func once(match func() bool, span time.Duration) (ns, allocs float64) {
	n := 100
	for {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := processTime()
		for range n {
			match()
		}
		took := processTime() - start
		if took >= span {
			runtime.ReadMemStats(&after)
			return float64(took.Nanoseconds()) / float64(n), float64((after.Mallocs - before.Mallocs) / uint64(n))
		}
		n *= int(max(2, min(10, span/max(took, time.Microsecond))))
	}
}

// processTime is the time the process has had on the processors.
func processTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func table(cs []contender, rs map[string]result) string {
	var b strings.Builder
	b.WriteString("| engine | contact as | A | B | C | allocations |\n|---|---|--:|--:|--:|---|\n")
	for _, c := range cs {
		fmt.Fprintf(&b, "| %s | %s |", c.name, c.form)
		var allocs []string
		for _, rule := range ruleNames {
			r := rs[c.name+c.form+rule]
			fmt.Fprintf(&b, " %s |", nanos(r.ns))
			allocs = append(allocs, fmt.Sprintf("%.0f", r.allocs))
		}
		fmt.Fprintf(&b, " %s |\n", strings.Join(allocs, " / "))
	}
	return b.String()
}

func nanos(ns float64) string {
	if ns < 100 {
		return fmt.Sprintf("%.1f", ns)
	}
	return fmt.Sprintf("%.0f", ns)
}

// ratios says how many times longer each peer takes than ours, form for form,
// and for its quicker form than our typed Record.
func ratios(cs []contender, rs map[string]result) string {
	var b strings.Builder
	b.WriteString("\n| peer's time as a multiple of ours | A | B | C |\n|---|--:|--:|--:|\n")
	for _, c := range cs {
		if c.name == "segment" {
			continue
		}
		for _, ours := range []string{c.form, formSlots} {
			if ours == formSlots && (c.form == formDocument || c.form == formStruct) {
				continue
			}
			fmt.Fprintf(&b, "| %s, %s / segment, %s |", c.name, c.form, ours)
			for _, rule := range ruleNames {
				fmt.Fprintf(&b, " %.1f |", rs[c.name+c.form+rule].ns/rs["segment"+ours+rule].ns)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}
