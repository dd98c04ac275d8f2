package cluster

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// The cluster in one goroutine: workers of two versions step in any order, die between any
// two steps, are forgotten and wake up again, on a broker that misbehaves. What must hold:
// every partition tells what its input comes to, once and in order, and all of them together
// what one index tells.

// TestSimulation lets worlds live until the time is over. CLUSTER_DEATHS=10000000 says how
// many workers are to die instead; CLUSTER_SEED=17 is the world of that seed alone, and
// CLUSTER_FIRST=1000000 where seeds begin.
func TestSimulation(t *testing.T) {
	number := func(name string, otherwise uint64) uint64 {
		if n, err := strconv.ParseUint(os.Getenv(name), 10, 64); err == nil {
			return n
		}
		return otherwise
	}
	if seed := number("CLUSTER_SEED", 0); seed > 0 {
		newWorld(t, seed, "").live()
		return
	}
	limit, most := 4*time.Second, number("CLUSTER_DEATHS", 0)
	if os.Getenv("CI") != "" { // also where it is asked to be short, as nested modules are
		limit = time.Minute
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // a world is small, and short
	var sum counts
	start := time.Now()
	for seed := number("CLUSTER_FIRST", 1); most == 0 && time.Since(start) < limit || sum.deaths < max(int(most), 1500); seed++ {
		w := newWorld(t, seed, "")
		if w.live(); t.Failed() {
			t.Fatalf("CLUSTER_SEED=%d shows it again", seed)
		}
		before := sum.deaths
		if sum.add(w.counts); sum.deaths/100_000 > before/100_000 {
			t.Logf("after %v: %+v", time.Since(start).Round(time.Second), sum)
		}
	}
	took := time.Since(start)
	t.Logf("all: %v, %.0f deaths a second: %+v", took.Round(time.Second), float64(sum.deaths)/took.Seconds(), sum)
	for name, n := range map[string]int{"fenced": sum.fenced, "zombies": sum.zombies, "diffs": sum.diffs, "partial": sum.partial, "refused": sum.refused, "ties": sum.ties,
		"restored": sum.restored, "bad snapshots": sum.bad, "stepped down": sum.down, "late commits": sum.late, "snapshots put beside": sum.beside, "snapshots put by the dead": sum.ghosts, "purges": sum.purged, "answers too old": sum.gone, "compared with one index": sum.one} {
		if n < 5 {
			t.Errorf("only %d %s: too little has happened to say anything", n, name)
		}
	}
}

// counts are how much has happened.
type counts struct{ worlds, deaths, zombies, messages, commits, partial, fenced, unknown, late, restored, bad, down, refused, ties, purged, gone, beside, ghosts, diffs, one int }

// add adds those of a world.
func (c *counts) add(o counts) {
	for _, n := range [...]struct {
		to *int
		of int
	}{{&c.worlds, 1}, {&c.deaths, o.deaths}, {&c.zombies, o.zombies}, {&c.messages, o.messages}, {&c.commits, o.commits}, {&c.partial, o.partial}, {&c.fenced, o.fenced}, {&c.unknown, o.unknown},
		{&c.late, o.late}, {&c.restored, o.restored}, {&c.bad, o.bad}, {&c.down, o.down}, {&c.refused, o.refused}, {&c.ties, o.ties}, {&c.purged, o.purged}, {&c.gone, o.gone}, {&c.beside, o.beside}, {&c.ghosts, o.ghosts}, {&c.diffs, o.diffs}, {&c.one, o.one}} {
		*n.to += n.of
	}
}

// worldParts is how many partitions a world has.
const worldParts = 3

// A world is an input, a broker and workers.
type world struct {
	counts
	t       judge
	r       *rand.Rand
	mistake fault
	fake    *Fake
	broker  *Unruly
	input   []fakeEntry // what was sent, also what the broker has let go
	now     time.Time
	back    bool // the broker stores instants that go back
	two     bool // there is a second epoch
	purges  bool // the broker lets go of what it need not keep
	shards  bool // the indexes of workers have some, each as many as it likes
	oneOnly bool // one index is the only oracle
	epochs  [2]Epoch
	bite    int
	numbers map[string]uint64 // by producer
	months  bool              // some time nothing is sent for a month
	deadly  int               // of 40 rounds, in how many somebody dies
	workers [worldParts][]*Worker
	shelf   []shelved // snapshots that are taken and not put yet
}

// A shelved snapshot is one of a worker that goes on, or is dead.
type shelved struct {
	*snapshot
	of   *beside
	dead bool
}

// A beside keeps the snapshots of a worker on the shelf.
type beside struct{ w *world }

func (b *beside) free() bool      { return b.w.r.IntN(4) > 0 }
func (b *beside) put(s *snapshot) { b.w.shelf = append(b.w.shelf, shelved{s, b, false}) }

// putSome puts one of the snapshots that are on the shelf, whichever.
func (w *world) putSome() {
	if len(w.shelf) == 0 {
		return
	}
	i := w.r.IntN(len(w.shelf))
	s := w.shelf[i]
	w.shelf = slices.Delete(w.shelf, i, i+1)
	if err := s.put(context.Background(), w.broker); err != nil && !errors.Is(err, ErrUnruly) {
		w.t.Errorf("a snapshot of partition %d: %v", s.partition, err)
	}
	if w.beside++; s.dead {
		w.ghosts++
	}
}

// newWorld returns the world of a seed.
func newWorld(t judge, seed uint64, mistake fault) *world {
	r := rand.New(rand.NewPCG(seed, 11))
	w := &world{t: t, r: r, mistake: mistake, fake: NewFake(), now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), back: seed%4 == 3, shards: seed%8 == 2, purges: seed%3 == 2, two: seed%3 == 1, bite: 1 + int(seed%5), months: seed%5 == 4, deadly: 2 + int(seed/3%6), numbers: map[string]uint64{}}
	w.broker = NewUnruly(w.fake, r, 2+r.IntN(12))
	for i := range w.epochs {
		w.epochs[i] = Epoch{uint64(i + 1), worldParts, segment.Environment{Meaning: i + 1, Unicode: "u", Zones: "z"}}
	}
	return w
}

// live goes through many deaths, and then looks at what was told.
func (w *world) live() {
	w.send(Message{Kind: KindEpoch, Epoch: w.epochs[0]})
	for i := range 3 {
		w.define(i)
	}
	const rounds = 500
	for round := range rounds {
		if w.two && round == rounds/2 {
			w.send(Message{Kind: KindEpoch, Epoch: w.epochs[1]})
		}
		p := w.r.IntN(worldParts)
		switch n := w.r.IntN(40); {
		case n < 7:
			w.message()
		case n < 8:
			w.broker.Deliver()
		case n < 9 && w.purges && w.r.IntN(2) == 0:
			w.purge()
		case n < 9 && len(w.workers[p]) < 3:
			w.zombies++ // the owner does not know of the other
			w.workers[p] = append(w.workers[p], w.worker(p))
		case n < 10:
			w.putSome()
		case n < 10+w.deadly && len(w.workers[p]) > 0:
			w.kill(p, w.r.IntN(len(w.workers[p])))
		case len(w.workers[p]) == 0:
			w.workers[p] = append(w.workers[p], w.worker(p))
		default:
			w.step(p)
		}
		if w.t.Failed() {
			return
		}
	}
	w.end()
}

// worker returns a new worker, of the second version now and then, and with habits of its
// own.
func (w *world) worker(p int) *Worker {
	n := func(most int) int { return 1 + w.r.IntN(most) }
	shards := 1
	if w.shards {
		shards = n(3)
	}
	k := w.workerOf(p, w.broker, w.two && w.r.IntN(2) == 0, Options{Index: index.Options{Shards: shards}, CommitDiffs: n(4), CommitMessages: n(5), Read: n(5), SnapshotEvery: n(8)})
	if w.r.IntN(3) > 0 {
		k.aside = &beside{w}
	}
	return k
}

// workerOf returns a worker of a version.
func (w *world) workerOf(p int, b Broker, second bool, o Options) *Worker {
	o.Partitions, o.Bite, o.mistake = worldParts, w.bite, w.mistake
	k, err := NewWorker(b, p, o)
	if err != nil {
		w.t.Errorf("%v", err)
		return nil
	}
	if k.here = w.epochs[0].Environment; second {
		k.here, k.twist = w.epochs[1].Environment, newMeaning
	}
	return k
}

// kill has a worker die, as a process does. Snapshots of it that are on their way may arrive
// all the same.
func (w *world) kill(p, i int) {
	k := w.workers[p][i]
	for i := range w.shelf {
		w.shelf[i].dead = w.shelf[i].dead || w.shelf[i].of == k.aside
	}
	w.shelf = slices.DeleteFunc(w.shelf, func(s shelved) bool { return s.of == k.aside && w.r.IntN(2) == 0 })
	w.forget(k)
	w.deaths++
	w.workers[p] = slices.Delete(w.workers[p], i, i+1)
}

// forget adds up what a worker has done.
func (w *world) forget(k *Worker) {
	s := k.Stats()
	w.commits, w.restored, w.bad = w.commits+int(s.Commits), w.restored+int(s.Restored), w.bad+int(s.Bad)
}

// step has one of the workers of a partition do some things, or sleep.
func (w *world) step(p int) {
	i := w.r.IntN(len(w.workers[p]))
	k := w.workers[p][i]
	for range 1 + w.r.IntN(12) {
		idle, err := k.Step(context.Background())
		var down *EnvironmentError
		switch {
		case err == nil && !idle:
			if k.told.Revision > k.told.Done {
				w.partial++
			}
			continue
		case err == nil:
		case errors.Is(err, ErrFenced):
			w.fenced++
		case errors.Is(err, ErrUnruly):
			w.unknown++
		case errors.Is(err, ErrPurged):
			w.gone++ // the answers about the last commit or the snapshot were old
		case errors.As(err, &down):
			w.down++
		default:
			w.t.Errorf("partition %d: %v", p, err)
		}
		if err != nil && w.r.IntN(2) == 0 {
			w.kill(p, i)
		}
		return
	}
}

// purge lets go of the input that lies before the oldest snapshot of every partition.
func (w *world) purge() {
	w.keep()
	upto := uint64(len(w.input))
	for p := range worldParts {
		if len(w.fake.snaps[p]) == 0 {
			return
		}
		upto = min(upto, w.fake.snaps[p][0].upto)
	}
	w.fake.Purge(upto)
	w.purged += int(min(upto, 1))
}

// keep keeps what was sent for the oracles.
func (w *world) keep() { w.input = append(w.input, w.fake.input[len(w.input):]...) }

// end lets workers of both versions come to the end of the input, and asks the oracles.
func (w *world) end() {
	for w.broker.Deliver() {
		w.late++
	}
	for len(w.shelf) > 0 {
		w.putSome()
	}
	w.now = w.now.AddDate(0, 0, 9)
	w.send(Message{Kind: KindTick})
	w.keep()
	var all []segment.Diff
	for p := range worldParts {
		for len(w.workers[p]) > 0 {
			w.kill(p, 0)
		}
		h := replay(w.input, p, worldParts, w.bite)
		for _, second := range []bool{false, true} {
			k := w.workerOf(p, w.fake, second, Options{})
			var down *EnvironmentError
			for steps := 0; ; steps++ {
				idle, err := k.Step(context.Background())
				if idle && k.Index().Hash() != h.hash && !w.oneOnly {
					w.t.Errorf("partition %d has come to another state than its input does", p)
				}
				if errors.As(err, &down) || idle {
					break
				}
				if err != nil || steps > 10_000 {
					w.t.Errorf("partition %d at the end: %v", p, err)
					return
				}
			}
			w.forget(k)
		}
		w.ties, w.refused = w.ties+h.ties, w.refused+int(h.refused)
		judge := w.t
		if w.oneOnly {
			judge = new(finder)
		}
		all = append(all, checkOutput(judge, w.fake, p, h)...)
	}
	w.diffs = len(all)
	if w.back {
		return // the clock of a partition does not know what the others have heard
	}
	w.one++
	if one, parts := told(replay(w.input, -1, worldParts, w.bite).diffs), told(all); !slices.Equal(one, parts) {
		w.t.Errorf("%d partitions tell\n%v\nand one index\n%v", worldParts, parts, one)
	}
}

// send sends a message, which cannot fail.
func (w *world) send(m Message) {
	w.messages++
	if _, err := w.fake.Send(m, worldParts, w.now); err != nil {
		w.t.Errorf("%v", err)
	}
}

// segments flip by fields, events, lists, each other and time, at coarse instants.
var segments = []string{
	`plan = "pro"`,
	`COUNT(opened) >= 2 IN LAST 3 days`,
	`IN LIST "trial" AND NOT IN SEGMENT "s1"`,
	`JOINED LIST "trial" OLDER THAN 2 days OR SUM(purchase.amount) > 100 IN LAST 5 days`,
	`born OLDER THAN 1 day`,
	`DAY(TODAY) % 2 = 0 AND plan IS SET`,
}

var segmentConditions = func() (all []segment.Condition) {
	for _, text := range segments {
		all = append(all, segment.MustParse(text))
	}
	return all
}()

// define sends a definition, of which some are refused by all partitions.
func (w *world) define(i int) {
	s := segment.Segment{ID: fmt.Sprint("s", i), Condition: segmentConditions[i]}
	if i > 2 {
		s.Condition = segmentConditions[w.r.IntN(len(segments))]
	}
	w.send(w.numbered(Message{Kind: KindDefine, Segment: s}, "admin"))
}

// numbered returns a message as a producer numbers it, or sends again under its old number.
func (w *world) numbered(m Message, producer string) Message {
	if w.r.IntN(5) == 0 {
		return m
	}
	if m.Producer = producer; w.r.IntN(6) > 0 || w.numbers[producer] == 0 {
		w.numbers[producer]++
	}
	m.Number = w.numbers[producer]
	return m
}

// message sends something.
func (w *world) message() {
	w.now = w.now.Add(time.Duration(w.r.IntN(3)) * 12 * time.Hour)
	if w.months && w.r.IntN(20) == 0 {
		w.now = w.now.AddDate(0, 0, 20+w.r.IntN(30))
	}
	defer func(now time.Time) { w.now = now }(w.now)
	if w.back && w.r.IntN(4) == 0 {
		w.now = w.now.Add(-24 * time.Hour)
	}
	switch w.r.IntN(16) {
	case 0, 1:
		w.define(w.r.IntN(len(segments)))
	case 2:
		w.send(w.numbered(Message{Kind: KindDrop, Segment: segment.Segment{ID: fmt.Sprint("s", w.r.IntN(len(segments)))}}, "admin"))
	case 3:
		w.send(Message{Kind: KindTick})
	case 4:
		w.messages++
		w.fake.Store(w.r.IntN(worldParts), w.now, []byte("poison")[:w.r.IntN(7)])
	case 5: // a message in the wrong place
		b, err := Message{Kind: KindUpdates, Updates: []segment.Update{w.update()}}.AppendBinary(nil)
		if err != nil {
			w.t.Errorf("%v", err)
		}
		w.messages++
		w.fake.Store(w.r.IntN(worldParts), w.now, b)
	default:
		us := make([]segment.Update, 1+w.r.IntN(3))
		for i := range us {
			us[i] = w.update()
		}
		parts := Split(us, worldParts)
		for p := range worldParts {
			if len(parts[p]) > 0 {
				w.send(w.numbered(Message{Kind: KindUpdates, Updates: parts[p]}, fmt.Sprint("shop", p)))
			}
		}
	}
}

// update is a random one.
func (w *world) update() segment.Update {
	r, at := w.r, w.now
	u := segment.Update{Contact: fmt.Sprint("c", r.IntN(9)), At: at}
	switch r.IntN(8) {
	case 0, 1:
		u.Set = map[string]segment.Value{"plan": segment.Text([]string{"pro", "free"}[r.IntN(2)])}
	case 2:
		u.Set = map[string]segment.Value{"born": segment.Time(at.Add(time.Duration(r.IntN(5)-2) * 12 * time.Hour)), "plan": {}}
	case 3, 4:
		u.Events = []segment.Event{{ID: fmt.Sprint(r.IntN(60)), Name: []string{"opened", "purchase"}[r.IntN(2)], At: at.Add(-time.Duration(r.IntN(4)) * 12 * time.Hour), Props: fmt.Appendf(nil, `{"amount":%d}`, r.IntN(90))}}
	case 5:
		u.Join = []string{"trial"}
	case 6:
		u.Leave, u.Retract = []string{"trial"}, []string{fmt.Sprint(r.IntN(60))}
	default:
		u.Delete = r.IntN(3) == 0
	}
	return u
}
