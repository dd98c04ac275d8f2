// Command segments measures many segments over contacts beside what Go programs
// use otherwise, in one run, with all answers checked to be the same: one contact
// against all segments, and one field of one contact changing. It prints tables,
// and writes plots of the time of a change.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment/bench/workload"
)

func main() {
	var (
		profile  = flag.String("profile", "ranges", "what segments are made of: eqs, flat or ranges")
		segments = flag.String("segments", "1000,3000,10000", "how many segments")
		contacts = flag.String("contacts", "500,5000,20000", "how many contacts, for the second plot")
		celMost  = flag.Int("cel", 1000, "up to how many segments cel-go is measured")
		exprMost = flag.Int("expr", 3_000, "up to how many segments expr-lang/expr is measured")
		span     = flag.Duration("time", 200*time.Millisecond, "processor time of a round")
		rounds   = flag.Int("rounds", 3, "how many rounds; the quickest counts")
		plots    = flag.String("plots", "", "the folder to write plots to")
	)
	flag.Parse()
	p, ok := map[string]workload.Profile{"eqs": workload.Eqs, "flat": workload.Flat, "ranges": workload.Ranges}[*profile]
	if !ok {
		log.Fatalf("no profile %q", *profile)
	}
	b := bench{profile: p, span: *span, rounds: *rounds, most: map[string]int{"cel-go": *celMost, "expr-lang/expr": *exprMost}}
	fmt.Printf("Profile %s: microseconds of processor time, the quickest of %d rounds.\n\n", p.Name, b.rounds)
	match := chart{title: "One contact against many segments", x: "segments", y: "µs a contact"}
	change := chart{title: "One field of one contact changes", x: "segments", y: "µs a change"}
	for _, n := range numbers(*segments) {
		b.match(n, &match)
		b.change(n, 500, &change)
	}
	wide := chart{title: "One field of one contact changes, 3,000 segments", x: "contacts", y: "µs a change"}
	for _, n := range numbers(*contacts) {
		b.contacts(3000, n, &wide)
	}
	for _, c := range []*chart{&match, &change, &wide} {
		fmt.Println(c.table())
	}
	if *plots == "" {
		return
	}
	for name, c := range map[string]*chart{"match": &match, "change-segments": &change, "change-contacts": &wide} {
		if err := os.WriteFile(*plots+"/"+name+".svg", []byte(c.svg()), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

func numbers(list string) (ns []int) {
	for s := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil {
			log.Fatal(err)
		}
		ns = append(ns, n)
	}
	return ns
}
