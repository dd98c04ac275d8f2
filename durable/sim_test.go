package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/durable/internal/disk/simdisk"
	"github.com/segmentrules/segment/durable/internal/journal"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

// The store on a disk that is simulated: power is cut, and operations of the disk fail, at
// any step, also while the store is being opened. What must hold afterwards: every call of
// which somebody was told is there, with the diffs that were told; of the others some first
// ones, or none; and consumers get every diff, unchanged and in order.

// TestCrashes runs worlds until the time is over. STORE_CRASHES=1000000 says how many
// crashes there are to be instead; STORE_SEED=17 runs the world of that seed alone.
func TestCrashes(t *testing.T) {
	if s := os.Getenv("STORE_SEED"); s != "" {
		seed, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		newWorld(t, seed, "").live()
		return
	}
	limit, most := 4*time.Second, -1
	if os.Getenv("CI") != "" && !testing.Short() {
		limit = 60 * time.Second
	}
	if n, err := strconv.Atoi(os.Getenv("STORE_CRASHES")); err == nil {
		most = n
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // a world is small, and short
	var sum world
	start := time.Now()
	for seed := uint64(1); most < 0 && time.Since(start) < limit || sum.crashes < max(most, 60); seed++ {
		w := newWorld(t, seed, "")
		if w.live(); t.Failed() {
			t.Fatalf("STORE_SEED=%d shows it again", seed)
		}
		sum.crashes, sum.diffs, sum.lost, sum.full = sum.crashes+w.crashes, sum.diffs+w.diffs, sum.lost+w.lost, sum.full+w.full
		if seed%10_000 == 0 {
			t.Logf("%d crashes in %v", sum.crashes, time.Since(start).Round(time.Second))
		}
	}
	took := time.Since(start)
	t.Logf("%d crashes in %v, %.0f a second; %d snapshots failed beside the log; %d diffs told to consumers; %d calls gone of which nobody was told",
		sum.crashes, took.Round(time.Second), float64(sum.crashes)/took.Seconds(), sum.full, sum.diffs, sum.lost)
	if sum.diffs < 60 || sum.lost == 0 {
		t.Error("too little has happened to say anything")
	}
}

// A judge is told what must not be: a test, or who wants to know whether a mistake is found.
type judge interface {
	Errorf(format string, args ...any)
	Failed() bool
}

// A world is a store, its disk, and what must be so.
type world struct {
	t    judge
	seed uint64
	r    *rand.Rand
	disk *simdisk.Disk
	opts Options
	c    *core
	now  time.Time

	oracle  core                      // the same calls on an index that knows no disk, as far as they were found at the last opening
	asked   int                       // how many of past the oracle has seen
	past    []past                    // the records, the first being number 1
	told    uint64                    // the last record of which somebody was told
	got     map[string][]segment.Diff // by consumer
	numbers map[string]uint64         // by producer: the last number that was told

	crashes, diffs, lost, full int
}

// A past is a record, and what was said of it.
type past struct {
	call  call
	diffs []segment.Diff
}

func newWorld(t judge, seed uint64, mistake fault) *world {
	o := Options{mistake: mistake, FileBytes: 1 << 10, Outbox: 1 << 20, History: []int{-1, 3, 0}[seed%3], Index: index.Options{Shards: 1 + int(seed%2)}}
	if seed%3 == 0 {
		o.Index.Retention = index.Retention{Horizon: rule.Span{N: 9, Unit: rule.UnitDay}}
		o.Index.Stays, o.Index.Days = true, 5
	}
	w := &world{t: t, seed: seed, r: rand.New(rand.NewPCG(seed, 7)), disk: simdisk.New(seed), opts: o.filled(),
		now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), got: map[string][]segment.Diff{}, numbers: map[string]uint64{}}
	w.newOracle()
	return w
}

// newOracle has the oracle begin anew.
func (w *world) newOracle() {
	w.oracle = core{ix: index.New(w.opts.Index), box: newOutbox(w.opts.Outbox, w.opts.History), producers: map[string]uint64{}}
	w.asked = 0
}

// live goes through some crashes.
func (w *world) live() {
	for range 12 {
		if w.open(); w.t.Failed() {
			return
		}
		if w.r.IntN(3) > 0 {
			w.disk.CrashAt(w.disk.Steps() + 1 + w.r.IntN(60))
		} else if w.r.IntN(2) == 0 {
			w.disk.FailAt(w.disk.Steps()+1+w.r.IntN(40), []error{syscall.EIO, syscall.ENOSPC}[w.r.IntN(2)])
		}
		for range 12 + w.r.IntN(40) {
			if w.act(); w.t.Failed() || w.c.j.Err() != nil {
				break
			}
		}
		if w.t.Failed() {
			return
		}
		if w.c.j.Err() == nil && w.r.IntN(3) == 0 {
			if err := w.c.close(w.r.IntN(2) == 0); err == nil {
				w.told = uint64(len(w.past))
			}
		}
		w.crash()
	}
	w.newOracle() // once in a world it makes all calls again, from the first
	w.open()
}

func (w *world) crash() {
	w.crashes++
	if w.r.IntN(4) == 0 {
		w.disk.Kill()
	} else {
		w.disk.Cut()
	}
}

// open opens the store, with crashes on the way, and compares it with what must be so.
func (w *world) open() {
	for {
		if w.r.IntN(4) == 0 {
			w.disk.CrashAt(w.disk.Steps() + 1 + w.r.IntN(12))
		}
		full := w.r.IntN(8) == 0
		if full {
			w.disk.FailAt(w.disk.Steps()+1+w.r.IntN(12), syscall.ENOSPC)
		}
		c, _, err := open(w.disk, w.opts, func() time.Time { return time.Time{} }, func() [16]byte { return [16]byte{1: byte(w.seed), 2: 1} })
		if err == nil {
			w.disk.CrashAt(0)
			w.disk.FailAt(0, nil)
			w.c = c
			break
		}
		if full && errors.Is(err, syscall.ENOSPC) && !w.disk.Down() {
			continue // now there is room
		}
		if !w.disk.Down() {
			w.t.Errorf("opening: %v", err)
			return
		}
		w.crash()
	}
	if len(w.past) == 0 {
		w.past = []past{{call: call{kind: kindBegin, env: segment.EnvironmentHere()}}}
	}
	n := w.c.j.LSN()
	if n < w.told || n > uint64(len(w.past)) {
		w.t.Errorf("%d records, of %d, and of %d somebody was told", n, len(w.past), w.told)
		return
	}
	w.lost += len(w.past) - int(n)
	w.past, w.told = w.past[:n], n
	w.compare()
}

// compare asks the oracle. What an opening has found is never lost again, so the oracle goes
// on from where it was at the opening before.
func (w *world) compare() {
	ix, producers := w.oracle.ix, w.oracle.producers
	for ; w.asked < len(w.past); w.asked++ {
		p := w.past[w.asked]
		diffs, _, err := w.oracle.make(&p.call)
		if err != nil || !sameDiffs(p.diffs, diffs) {
			w.t.Errorf("record %d, %v: %v, and was %v (%v)", w.asked+1, &p.call, diffs, p.diffs, err)
			return
		}
	}
	if ix.Now().Before(w.c.ix.Now()) { // else it may be stopped at a limit
		if ds, done := ix.Advance(w.c.ix.Now(), 0); len(ds) > 0 || !done {
			w.t.Errorf("time that was not logged brings %v", ds)
		}
	}
	if ix.Hash() != w.c.ix.Hash() || ix.Revision() != w.c.ix.Revision() {
		w.t.Errorf("another state: revision %d at %v, want %d at %v", w.c.ix.Revision(), w.c.ix.Now(), ix.Revision(), ix.Now())
	}
	if !maps.Equal(producers, w.c.producers) {
		w.t.Errorf("producers: %v, want %v", w.c.producers, producers)
	}
	for name, told := range w.numbers {
		if producers[name] < told {
			w.t.Errorf("producer %s was told of %d, and the store knows %d", name, told, producers[name])
		}
	}
	if here := segment.EnvironmentHere(); w.c.env != here {
		w.t.Errorf("the environment is %v, and the store says %v", here, w.c.env)
	}
	box := w.oracle.box
	if !maps.Equal(box.from, w.c.box.from) || box.oldest != w.c.box.oldest {
		w.t.Errorf("consumers: %v from %d on, want %v from %d on", w.c.box.from, w.c.box.oldest, box.from, box.oldest)
	}
	if !sameDiffs(box.diffs, w.c.box.diffs) {
		w.t.Errorf("outbox: %s", cmp.Diff(box.diffs, w.c.box.diffs))
	}
}

// sameDiffs is cmp.Equal of diffs, at once where they are equal to the bit.
func sameDiffs(a, b []segment.Diff) bool {
	return slices.EqualFunc(a, b, func(a, b segment.Diff) bool { return a == b || cmp.Equal(a, b) })
}

// act does one thing.
func (w *world) act() {
	w.now = w.now.Add(time.Duration(w.r.IntN(3)) * 6 * time.Hour)
	switch w.r.IntN(16) {
	case 0, 1, 2, 3:
		us := w.updates(1 + w.r.IntN(3))
		out, err := w.c.apply("", 0, us)
		w.note(call{kind: kindApply, updates: us}, out, err)
	case 4:
		w.once()
	case 5:
		w.many()
	case 6, 7:
		k := call{kind: kindAdvance, at: w.now.Add(time.Duration(w.r.IntN(3)) * 12 * time.Hour), limit: w.r.IntN(3)}
		w.now = k.at
		out, err := w.c.advance(k.at, k.limit)
		w.note(k, out, err)
	case 8:
		w.define()
	case 9:
		name := fmt.Sprint("mail", w.r.IntN(2))
		if _, has := w.c.box.from[name]; has {
			k := call{kind: kindForget, consumer: name}
			if w.r.IntN(4) == 0 {
				out, err := w.c.submit(&k)
				w.note(k, out, err)
			}
		} else {
			k := call{kind: kindConsumer, consumer: name, revision: w.c.revision}
			out, err := w.c.submit(&k)
			if w.note(k, out, err); err == nil {
				w.got[name] = nil
			}
		}
	case 10, 11:
		w.consume()
	case 12, 13, 14:
		w.flush()
	default:
		w.snapshot()
	}
}

// note remembers a record.
func (w *world) note(k call, out outcome, err error) {
	if err != nil || out.record == 0 {
		return
	}
	if out.record != uint64(len(w.past))+1 {
		w.t.Errorf("record %d behind %d", out.record, len(w.past))
	}
	w.past = append(w.past, past{k, out.diffs})
}

func (w *world) flush() {
	if w.c.j.Flush() == nil {
		w.told = uint64(len(w.past))
		for _, p := range w.past {
			if p.call.producer != "" {
				w.numbers[p.call.producer] = p.call.number
			}
		}
	}
}

// once sends a numbered call, sometimes one that was sent before.
func (w *world) once() {
	k := call{kind: kindApply, producer: fmt.Sprint("shop", w.r.IntN(2)), updates: w.updates(1)}
	k.number = w.c.producers[k.producer] + uint64(w.r.IntN(2))
	repeated := k.number <= w.c.producers[k.producer]
	out, err := w.c.apply(k.producer, k.number, k.updates)
	if (err == ErrRepeated) != repeated && w.c.j.Err() == nil {
		w.t.Errorf("number %d of %s: %v", k.number, k.producer, err)
	}
	w.note(k, out, err)
}

func (w *world) many() {
	var calls [][]segment.Update
	for range 1 + w.r.IntN(4) {
		calls = append(calls, w.updates(w.r.IntN(3)))
	}
	outs, errs, err := w.c.applyCalls(calls)
	for i := range outs {
		if err == nil {
			w.note(call{kind: kindApply, updates: calls[i]}, outs[i], errs[i])
		}
	}
}

func (w *world) define() {
	texts := []string{`plan = "pro"`, `COUNT(opened) >= 1 IN LAST 3 days`, `IN LIST "trial"`, `JOINED LIST "trial" OLDER THAN 1 day`, `DAY(TODAY) % 2 = 0 AND plan IS SET`}
	if w.seed%5 > 0 { // what is asked once for all contacts takes a quarter of the time of a world
		texts = texts[:4]
	}
	id := fmt.Sprint("s", w.r.IntN(4))
	if w.r.IntN(5) == 0 {
		k := call{kind: kindDrop, segment: segment.Segment{ID: id}, at: w.now}
		out, err := w.c.submit(&k)
		w.note(k, out, err)
		return
	}
	k := call{kind: kindDefine, segment: segment.Segment{ID: id, Name: "S", Condition: segment.MustParse(texts[w.r.IntN(len(texts))])}, at: w.now}
	out, err := w.c.define(k.segment, k.at)
	w.note(k, out, err)
}

// consume takes what is durable, and says so sometimes. What is told again is the same.
func (w *world) consume() {
	name := fmt.Sprint("mail", w.r.IntN(2))
	at, has := w.c.box.from[name]
	if !has {
		return
	}
	told := uint64(0)
	for _, p := range w.past[:w.c.j.Durable()] {
		if n := len(p.diffs); n > 0 {
			told = p.diffs[n-1].Revision
		}
	}
	ds, err := w.c.box.next(name, at, told, 1+w.r.IntN(5))
	if err != nil {
		w.t.Errorf("%s: %v", name, err)
		return
	}
	for _, d := range ds {
		all := w.got[name]
		switch n := len(all); {
		case n > 0 && d.Revision <= all[n-1].Revision:
			if old := all[n-1-int(all[n-1].Revision-d.Revision)]; !cmp.Equal(old, d) {
				w.t.Errorf("%s was told %v, and now %v", name, old, d)
			}
			continue
		case n > 0 && d.Revision != all[n-1].Revision+1:
			w.t.Errorf("%s was told revision %d after %d", name, d.Revision, all[n-1].Revision)
		}
		w.got[name] = append(w.got[name], d)
		w.diffs++
	}
	if n := len(ds); n > 0 && w.r.IntN(2) == 0 {
		if ds[n-1].Step != ds[n-1].Revision {
			w.t.Errorf("%s was told half of a change", name)
		}
		k := call{kind: kindAck, consumer: name, revision: ds[n-1].Revision}
		out, err := w.c.submit(&k)
		w.note(k, out, err)
	}
}

// snapshot makes one beside further calls.
func (w *world) snapshot() {
	if w.c.j.LSN() == w.c.j.Snapshot() {
		return
	}
	m := w.c.freeze()
	for range w.r.IntN(3) {
		us := w.updates(1)
		out, err := w.c.apply("", 0, us)
		w.note(call{kind: kindApply, updates: us}, out, err)
	}
	job, err := m.write(w.c.j)
	if err != nil {
		w.gaveUp(err)
		return
	}
	if w.r.IntN(5) == 0 {
		_ = job.Abort()
		return
	}
	if err := job.Commit(); errors.Is(err, journal.ErrNotDurable) {
		if w.flush(); w.c.j.Err() == nil {
			w.gaveUp(job.Commit())
		}
	} else {
		w.gaveUp(err)
	}
}

// gaveUp looks at the error of a snapshot: one of the disk is no end of the log, unless it is
// one of the whole directory.
func (w *world) gaveUp(err error) {
	var of *fs.PathError
	if err == nil || w.disk.Down() || !errors.As(err, &of) || of.Path == "." {
		return
	}
	w.full++
	if bad := w.c.j.Err(); bad != nil && !strings.Contains(of.Path, ".log") {
		w.t.Errorf("a snapshot failed, %v, and the log with it: %v", err, bad)
	}
}

// updates are some of one instant or more.
func (w *world) updates(n int) (us []segment.Update) {
	for range n {
		w.now = w.now.Add(time.Duration(w.r.IntN(2)) * 6 * time.Hour)
		u := segment.Update{Contact: fmt.Sprint("c", w.r.IntN(6)), At: w.now}
		switch w.r.IntN(6) {
		case 0, 1:
			u.Set = map[string]segment.Value{"plan": segment.Text([]string{"pro", "free"}[w.r.IntN(2)])}
		case 2:
			u.Events = []segment.Event{{ID: fmt.Sprint(w.r.IntN(99)), Name: "opened", At: w.now, Props: segment.Document(`{"b" : 1, "a":2}`)}}
		case 3:
			u.Join = []string{"trial"}
		case 4:
			u.Leave, u.Delete = []string{"trial"}, w.r.IntN(4) == 0
		}
		us = append(us, u)
	}
	if w.r.IntN(9) == 0 && n > 0 {
		us[0].At = us[0].At.AddDate(-30, 0, 0) // refused, but for a first call
	}
	return us
}
