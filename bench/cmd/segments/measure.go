package main

import (
	"fmt"
	"log"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/bench/workload"
	"github.com/segmentrules/segment/index"
)

type bench struct {
	profile workload.Profile
	span    time.Duration
	rounds  int
	most    map[string]int // of segments, by engine
}

// processTime is the processor time the process has used.
func processTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// micros is the time of one step in microseconds: of the quickest round.
func (b *bench) micros(step func(i int)) float64 {
	best := 0.0
	i := 0
	for range b.rounds {
		began, n := processTime(), 0
		for processTime()-began < b.span || n == 0 {
			for range 16 {
				step(i)
				i++
				n++
			}
		}
		if t := float64(processTime()-began) / float64(n) / 1e3; best == 0 || t < best {
			best = t
		}
	}
	return best
}

// same fails unless two engines say the same.
func same(what string, want, got []int) {
	if !slices.Equal(want, got) {
		log.Fatalf("%s: %d segments, want %d", what, len(got), len(want))
	}
}

// match measures one contact against n segments, from nothing.
func (b *bench) match(n int, out *chart) {
	g := workload.New(b.profile, 1)
	rules := g.Rules(n)
	contacts := g.Contacts(64, 1)
	m, err := index.NewMatcher(g.Segments(n)...)
	if err != nil {
		log.Fatal(err)
	}
	var names []string
	for _, f := range workload.Schema {
		names = append(names, f.Name)
	}
	layout := segment.NewLayout(names...)
	records, maps := make([]*segment.Record, 64), make([]map[string]any, 64)
	for i := range contacts {
		records[i] = &segment.Record{ID: contacts[i].ID, Layout: layout, Slots: layout.Values(contacts[i].Update().Set)}
		maps[i] = vars(&contacts[i])
	}
	tests := make([]test, n)
	for i, r := range rules {
		tests[i] = closure(r.Root)
	}
	const ours = "segment, Matcher"
	engines := map[string]func(i int, found func(int)){
		ours: func(i int, found func(int)) {
			for id := range m.Match(records[i], workload.Instant) {
				found(number(id))
			}
		},
		"loop over Go closures": func(i int, found func(int)) {
			for j, t := range tests {
				if t(&contacts[i]) {
					found(j)
				}
			}
		},
	}
	if n <= b.most["expr-lang/expr"] {
		loop, err := exprLoop(rules, &contacts[0])
		if err != nil {
			log.Fatal(err)
		}
		engines["loop over expr-lang/expr"] = func(i int, found func(int)) { loop(maps[i], found) }
	}
	if n <= b.most["cel-go"] {
		loop, err := celLoop(rules)
		if err != nil {
			log.Fatal(err)
		}
		engines["loop over cel-go"] = func(i int, found func(int)) { loop(maps[i], found) }
	}
	for i := range contacts {
		var want []int
		for j, r := range rules {
			if workload.Eval(r.Root, &contacts[i], workload.Now) {
				want = append(want, j)
			}
		}
		for name, e := range engines {
			var got []int
			e(i, func(j int) { got = append(got, j) })
			slices.Sort(got)
			same(name, want, got)
		}
	}
	count := 0
	for name, e := range engines {
		step := func(i int) { e(i%64, func(int) { count++ }) }
		if name == ours { // the numbers were for the comparison
			step = func(i int) {
				for range m.Match(records[i%64], workload.Instant) {
					count++
				}
			}
		}
		out.add(name, n, b.micros(step))
	}
}

// number is the number of the segment with the id.
func number(id string) int {
	n, err := strconv.Atoi(id[1:])
	if err != nil {
		log.Fatal(err)
	}
	return n
}

// byField is how products do it: every segment that mentions the field that has
// changed is evaluated again.
type byField struct {
	tests    []test
	mention  [][]int // by field
	contacts []workload.Contact
	members  [][]bool // by contact and segment
}

func newByField(rules []workload.Rule, contacts []workload.Contact) *byField {
	b := &byField{mention: make([][]int, len(workload.Schema))}
	for i, r := range rules {
		b.tests = append(b.tests, closure(r.Root))
		r.Root.Leaves(func(l *workload.Leaf) {
			if at := &b.mention[l.Field]; len(*at) == 0 || (*at)[len(*at)-1] != i {
				*at = append(*at, i)
			}
		})
	}
	for _, c := range contacts {
		c.Vals = slices.Clone(c.Vals)
		in := make([]bool, len(rules))
		for i, t := range b.tests {
			in[i] = t(&c)
		}
		b.contacts, b.members = append(b.contacts, c), append(b.members, in)
	}
	return b
}

func (b *byField) apply(ch *workload.Change, flipped func(segment int)) {
	c, in := &b.contacts[ch.Contact], b.members[ch.Contact]
	c.Vals[ch.Field] = ch.New
	for _, i := range b.mention[ch.Field] {
		if now := b.tests[i](c); now != in[i] {
			in[i] = now
			flipped(i)
		}
	}
}

// filled is an index of n segments and some contacts.
func (b *bench) filled(g *workload.Gen, n int, contacts []workload.Contact) *index.Index {
	ix := index.New(index.Options{})
	for _, s := range g.Segments(n) {
		if _, err := ix.Define(s, workload.Instant); err != nil {
			log.Fatal(err)
		}
	}
	for _, c := range contacts {
		if _, err := ix.Apply(c.Update()); err != nil {
			log.Fatal(err)
		}
	}
	return ix
}

const manyChanges = 20_000

func (b *bench) change(n, contacts int, out *chart) {
	g := workload.New(b.profile, 1)
	cs := g.Contacts(contacts, 1)
	changes := g.Changes(cs, manyChanges, 3)
	ix, peer := b.filled(g, n, cs), newByField(g.Rules(n), cs)
	updates := make([]segment.Update, len(changes))
	for i, c := range changes {
		updates[i] = c.Update(cs)
	}
	diffs := 0
	for i := range changes[:2000] {
		ds, err := ix.Apply(updates[i])
		if err != nil {
			log.Fatal(err)
		}
		var want, got []int
		peer.apply(&changes[i], func(j int) { want = append(want, j) })
		for _, d := range ds {
			got = append(got, number(d.Segment))
		}
		slices.Sort(got)
		same(fmt.Sprint("change ", i), want, got)
		diffs += len(ds)
	}
	fmt.Printf("%d segments, %d contacts: %.2f diffs a change\n", n, contacts, float64(diffs)/2000)
	out.add("segment, Index", n, b.micros(func(i int) {
		if _, err := ix.Apply(updates[i%manyChanges]); err != nil {
			log.Fatal(err)
		}
	}))
	count := 0
	out.add("by field, Go closures", n, b.micros(func(i int) { peer.apply(&changes[i%manyChanges], func(int) { count++ }) }))
}

// contacts measures changes of many contacts: each change is of another.
func (b *bench) contacts(n, contacts int, out *chart) {
	g := workload.New(b.profile, 1)
	cs := g.Contacts(contacts, 1)
	ix := b.filled(g, n, cs)
	changes := g.Changes(cs, manyChanges, 3)
	updates := make([]segment.Update, len(changes))
	for i, c := range changes {
		updates[i] = c.Update(cs)
	}
	out.add("segment, Index", contacts, b.micros(func(i int) {
		if _, err := ix.Apply(updates[i%manyChanges]); err != nil {
			log.Fatal(err)
		}
	}))
}
