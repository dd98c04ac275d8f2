package query

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/client"
	"github.com/segmentrules/segment/index"
)

// What is asked of worlds.
var worldRules = []string{
	`plan = "pro"`, `plan != "pro"`, `NOT (plan = "pro" OR age > 30)`, `age <= 40 AND NOT plan CONTAINS "r" AND DID opened`,
	`NOT DID opened IN LAST 1 second`, `NOT IN LIST "news" OR NOT age BETWEEN 10 AND 30`, `IN SEGMENT "busy" OR IN SEGMENT "was"`,
	`id IN ("c1", "c2", "c3", "c4", "c5", "c6", "c7") AND age != 7 AND plan != "x"`,
	`AT LEAST 2 OF (age > 20, plan != "free", NOT country = "DE")`, `nothing = 1`,
}

// same compares what is written of two answers as JSON.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	g, err := json.Marshal(got)
	w, failed := json.Marshal(want)
	if err != nil || failed != nil || string(g) != string(w) {
		t.Errorf("%s: the cluster says\n%s, and one index\n%s (%v, %v)", what, g, w, err, failed)
	}
}

// TestOneIndex: all answers, gathered over a network that fails, are those of one index that
// has all contacts.
func TestOneIndex(t *testing.T) {
	w := newWorld(t, 8)
	for _, name := range []string{"a", "b", "c"} {
		w.start(name)
	}
	w.define()
	for range 5 {
		w.shop(60)
		time.Sleep(20 * time.Millisecond)
	}
	ctx := soon(t)
	if err := w.producer.Tick(ctx); err != nil {
		t.Fatal(err)
	}
	ask := w.ask(4).After(w.producer.Sent())
	one := w.oracleOf(cluster.Everyone).run(t, 1<<62, time.Time{})

	for _, text := range worldRules {
		c := segment.MustParse(text)
		n, at, err := ask.Count(ctx, c)
		want, failed := one.Count(c)
		if n != want || err != nil || failed != nil || len(at) != 8 || !at.Now().Equal(one.Now()) {
			t.Errorf("%s: %d, %v, as of %v; one index says %d", text, n, err, at, want)
		}
		p, at, err := ask.Preview(ctx, c, 7)
		whole, failed := one.PreviewContext(ctx, c, index.PreviewOptions{Sample: 7})
		if err != nil || failed != nil || len(at) != 8 {
			t.Fatal(err, failed)
		}
		whole.At = whole.At.UTC()
		same(t, "preview of "+text, p, whole)
	}
	defined, _, err := ask.Defined(ctx)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "definitions", defined, one.Defined())
	for _, s := range one.Defined() {
		checkSegment(t, ctx, ask, one, s.ID)
	}
	for _, id := range []string{"c1", "c2", "c3", "nobody"} {
		checkContact(t, ctx, ask, one, id)
	}
	var errs segment.Errors
	if _, _, err := ask.Count(ctx, segment.MustParse(`IN SEGMENT "nos"`)); !errors.As(err, &errs) || errs[0].Suggestion == "" {
		t.Errorf("an unknown segment: %v", err)
	}
}

// checkSegment compares what is said of a segment.
func checkSegment(t *testing.T, ctx context.Context, ask *Cluster, one *index.Index, id string) {
	t.Helper()
	ids, at, err := ask.Members(ctx, id)
	want := slices.Sorted(one.Members(id).All())
	if slices.Sort(ids); err != nil || !slices.Equal(ids, want) || len(at) != 8 {
		t.Errorf("members of %s: %v, %v; want %v", id, ids, err, want)
	}
	n, _, err := ask.Overlap(ctx, id, "pro")
	if err != nil || n != one.Overlap(id, "pro") {
		t.Errorf("%s and pro: %d, %v", id, n, err)
	}
	m, _, err := ask.Metrics(ctx, id)
	if err != nil {
		t.Error(err)
	}
	all, _ := one.Metrics(id)
	if d := m.Average - all.Average; d < -1 || d > 1 || math.Abs(m.AverageSize-all.AverageSize) > 1e-9*max(1, all.AverageSize) {
		t.Errorf("metrics of %s: %+v; want %+v", id, m, all)
	}
	all.Average, all.AverageSize = m.Average, m.AverageSize
	all.At, all.Since = all.At.UTC(), all.Since.UTC()
	same(t, "metrics of "+id, m, all)
}

// checkContact compares what is said of a contact, which may not be known.
func checkContact(t *testing.T, ctx context.Context, ask *Cluster, one *index.Index, id string) {
	t.Helper()
	got, _, err := ask.Contact(ctx, id)
	x, ok := one.Contact(id)
	if !ok {
		if !errors.Is(err, segment.ErrNotFound) {
			t.Errorf("%s: %v", id, err)
		}
	} else if same(t, "contact "+id, got, x); err != nil {
		t.Error(err)
	}
	ids, at, err := ask.Segments(ctx, id)
	if want := append([]string{}, slices.Collect(one.Segments(id))...); err != nil || !slices.Equal(ids, want) || at.Partition != cluster.Partition(id, 8) {
		t.Errorf("segments of %s: %v, %v; want %v", id, ids, err, want)
	}
	for _, s := range []string{"not", "busy", "both", "nothing"} {
		e, _, err := ask.Explain(ctx, id, s)
		want, failed := one.Explain(id, s)
		if failed != nil {
			if !errors.Is(err, segment.ErrNotFound) || !errors.Is(failed, segment.ErrNotFound) {
				t.Errorf("%s in %s: %v", id, s, err)
			}
			continue
		}
		if same(t, id+" in "+s, e, want); err != nil {
			t.Error(err)
		}
	}
}

// An asked is an answer that was had.
type asked struct {
	rule string
	n    int
	at   At
}

// TestMoving: while members come, go and are killed, and much is sent, every answer is of the
// moments that it says, and of each partition none is before one that was had.
func TestMoving(t *testing.T) {
	w := newWorld(t, 6)
	w.broker = &unruly{u: cluster.NewUnruly(w.engine, rand.New(rand.NewPCG(2, 16)), 100)}
	w.define()
	w.start("a")
	w.start("killed0")
	ctx := soon(t)
	var mu sync.Mutex
	var answers []asked
	moving, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	for g := range 3 {
		ask := w.ask(6)
		all.Go(func() {
			last := make([]uint64, 6)
			for i := 0; moving.Err() == nil; i++ {
				text := worldRules[(i+g)%len(worldRules)]
				mine := ask
				if i%3 == 0 {
					mine = ask.After(w.producer.Sent())
				}
				n, at, err := mine.Count(moving, segment.MustParse(text))
				if err != nil {
					if moving.Err() == nil && !errors.As(err, new(*segment.Error)) && !errors.As(err, new(segment.Errors)) {
						t.Error(err)
					}
					continue
				}
				for p, s := range at {
					if s.Partition != p || s.Upto < last[p] {
						t.Errorf("partition %d answers as of %d, and has as of %d", s.Partition, s.Upto, last[p])
					}
					last[p] = s.Upto
				}
				mu.Lock()
				answers = append(answers, asked{text, n, at})
				mu.Unlock()
			}
		})
	}
	have := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(answers)
	}
	for i := range 12 {
		w.shop(25)
		for until := time.Now().Add(3 * time.Second); have() < 2*i && time.Now().Before(until); {
			time.Sleep(time.Millisecond) // between two moves some answers are had
		}
		switch {
		case i == 6:
			w.stop("killed0", false)
			w.start("b6")
		case i%2 == 0:
			w.start(fmt.Sprint("b", i))
		default:
			w.stop(w.names()[0], false)
		}
	}
	if n, at, err := w.ask(0).After(w.producer.Sent()).Count(ctx, segment.MustParse(`id != "x"`)); err != nil || len(at) != 6 {
		t.Errorf("in the end: %d, %v, %v", n, at, err)
	}
	stop()
	all.Wait()
	if len(answers) < 12 {
		t.Errorf("only %d answers", len(answers))
	}
	checkAnswers(t, w, answers)
}

// checkAnswers compares counts with those of oracles that are at the moments of the answers.
func checkAnswers(t *testing.T, w *world, answers []asked) {
	t.Helper()
	want, ahead := make([]int, len(answers)), 0
	for p := range w.partitions {
		order := make([]int, len(answers))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(i, j int) int {
			a, b := answers[i].at[p], answers[j].at[p]
			if a.Upto != b.Upto {
				return int(a.Upto) - int(b.Upto)
			}
			return a.Now.Compare(b.Now)
		})
		o := w.oracleOf(p)
		for _, i := range order {
			s := answers[i].at[p]
			ix := o.run(t, s.Upto, s.Now)
			if !ix.Now().Equal(s.Now) || ix.Revision() != s.Place.Revision {
				t.Fatalf("partition %d, up to %d: the clock is %v and the revision %d; the answer has %v and %d", p, s.Upto, ix.Now(), ix.Revision(), s.Now, s.Place.Revision)
			}
			n, err := ix.Count(segment.MustParse(answers[i].rule))
			if err != nil {
				t.Fatal(err)
			}
			want[i] += n
		}
	}
	for i, a := range answers {
		if a.n != want[i] {
			t.Errorf("%s as of %v: %d, want %d", a.rule, a.at, a.n, want[i])
		}
		ahead += len(a.at)
	}
	t.Logf("%d answers, of %d states", len(answers), ahead)
}

// TestResync: members as they are answered amid a load, and the diffs behind the cursor that
// comes with them, are the members from then on, whoever commits the diffs.
func TestResync(t *testing.T) {
	w := newWorld(t, 4)
	w.define()
	w.start("a")
	w.start("b")
	ctx := soon(t)
	stopped, enough := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for more := 10; more > 0; {
			w.shop(20)
			select {
			case <-enough:
				if more--; more == 5 {
					w.stop("b", false)
				}
			case <-time.After(time.Millisecond):
			}
		}
	}()
	ask := w.ask(5)
	held := make(map[string]map[string]bool) // contacts by segment
	var cursor client.Cursor
	time.Sleep(30 * time.Millisecond)
	for m, err := range ask.EachMembers(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		cursor.Put(m.Partition, m.Place)
		for id, contacts := range m.Members {
			for _, c := range contacts {
				enter(held, id, c)
			}
		}
	}
	close(enough)
	<-stopped
	if err := w.producer.Tick(ctx); err != nil {
		t.Fatal(err)
	}
	_, at, err := ask.After(w.producer.Sent()).Members(ctx, "pro")
	if err != nil {
		t.Fatal(err)
	}
	r, err := client.NewReader(w.engine, client.ReaderOptions{Partitions: 4})
	if err != nil {
		t.Fatal(err)
	}
	left := 0
	for p, place := range at.Cursor() {
		left += int(place.Revision - cursor[p].Revision)
	}
	if left == 0 {
		t.Fatal("nothing is told behind the members")
	}
	for d, err := range r.Subscribe(ctx, cursor) {
		if err != nil {
			t.Fatal(err)
		}
		if d.Entered {
			if held[d.Segment][d.Contact] {
				t.Errorf("%v enters, and was in", d.Diff)
			}
			enter(held, d.Segment, d.Contact)
		} else if !held[d.Segment][d.Contact] {
			t.Errorf("%v leaves, and was not in", d.Diff)
		} else {
			delete(held[d.Segment], d.Contact)
		}
		if left--; left == 0 {
			break
		}
	}
	one := w.oracleOf(cluster.Everyone).run(t, 1<<62, time.Time{})
	for id := range worldSegments {
		if n := one.Members(id).Len(); n != len(held[id]) {
			t.Errorf("%s has %d members, and %d are held", id, n, len(held[id]))
		}
		for c := range held[id] {
			if !one.Members(id).Contains(c) {
				t.Errorf("%s is held in %s", c, id)
			}
		}
	}
}

func enter(held map[string]map[string]bool, id, contact string) {
	if held[id] == nil {
		held[id] = make(map[string]bool)
	}
	held[id][contact] = true
}
