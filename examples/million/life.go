package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// The run: contacts and segments are loaded, then their lives go on minute by minute, with
// rates and latencies on the screen, and at the end a sample is checked with Evaluate.

// A World is an index, those who live in it, and what was measured.
type World struct {
	*index.Index
	size   Size
	crowd  *Crowd
	screen *Screen

	empty, defined, loaded uint64 // bytes in use before the segments, before and after the contacts
	loading                time.Duration
	living                 time.Duration
	atLife                 index.Stats

	first   Meter // the update with which a contact comes to be known
	update  Meter // an update in its life
	advance Meter // letting time run up to the next update, if anything was due
	preview Meter

	entered, left, byTime uint64
	checked               int // memberships
}

// newWorld defines the segments: with no contacts yet that is cheap.
func newWorld(screen *Screen, size Size) (*World, error) {
	w := &World{Index: index.New(index.Options{Shards: size.shards}), size: size, screen: screen, crowd: newCrowd(1, start, past), empty: heap()}
	segments, err := rules(size.segments)
	if err != nil {
		return nil, err
	}
	for i, s := range segments {
		if _, err := w.Define(s, start); err != nil {
			return nil, fmt.Errorf("segment %s: %w", s.ID, err)
		}
		if screen.due() {
			screen.show("define   %s of %s segments", count(i+1), count(size.segments))
		}
	}
	screen.end()
	w.defined = heap()
	return w, nil
}

// load makes the contacts known, each with its past.
func (w *World) load() error {
	begin := time.Now()
	for i := range w.size.contacts {
		// Events are spread evenly; those that do not come out even, over the first.
		events := w.size.events / w.size.contacts
		if i < w.size.events%w.size.contacts {
			events++
		}
		u := w.crowd.contact(i, events)
		before := time.Now()
		diffs, err := w.Apply(u)
		if err != nil {
			return err
		}
		w.first.add(time.Since(before))
		w.note(diffs)
		if w.screen.due() {
			rate := per(uint64(i+1), time.Since(begin))
			w.screen.show("load     %s of %s contacts   %s/s   %s events   %s taken   %.0f s left", count(i+1), count(w.size.contacts),
				count(int(rate)), count(w.crowd.made), mebi(taken()), float64(w.size.contacts-i-1)/rate)
		}
	}
	w.screen.end()
	w.loading = time.Since(begin)
	w.loaded = heap()
	return nil
}

// live lets everybody live until the wall clock says that it is enough. The
// clock of the index runs so fast that events come as densely as in the past:
// as many enter by what they do as leave because time passes.
func (w *World) live() error {
	w.atLife, w.entered, w.left, w.byTime = w.Stats(), 0, 0, 0
	step := past / time.Duration(w.size.events)
	at := start
	begin := time.Now()
	for w.living < w.size.life && (w.size.updates == 0 || w.update.n < uint64(w.size.updates)) {
		at = at.Add(step)
		if err := w.pass(at); err != nil {
			return err
		}
		if w.update.n%64 == 0 {
			w.living = time.Since(begin)
			if w.screen.due() {
				w.progress()
			}
		}
	}
	w.living = time.Since(begin)
	w.screen.end()
	return nil
}

// pass lets time run to an instant, and one update happen then.
func (w *World) pass(at time.Time) error {
	if due, ok := w.Due(); ok && !due.After(at) {
		for done := false; !done; {
			var diffs []segment.Diff
			before := time.Now()
			diffs, done = w.Advance(at, 10_000) // the host could do other things between two of these
			w.advance.add(time.Since(before))
			w.note(diffs)
		}
	}
	u := w.crowd.deed(w.size.contacts, at)
	before := time.Now()
	diffs, err := w.Apply(u)
	w.update.add(time.Since(before))
	w.note(diffs)
	return err
}

func (w *World) note(diffs []segment.Diff) {
	for _, d := range diffs {
		if d.Entered {
			w.entered++
		} else {
			w.left++
		}
		if d.Cause == segment.CauseTime {
			w.byTime++
		}
	}
}

func (w *World) progress() {
	w.screen.show("live     %s   %s updates/s   p50 %v p99 %v   %s diffs/s, %s by time   %s contacts due/s   %s taken",
		w.Now().Format("2 Jan 15:04"), count(int(per(w.update.n, w.living))), short(w.update.share(0.5)), short(w.update.share(0.99)),
		count(int(per(w.entered+w.left, w.living))), count(int(per(w.byTime, w.living))),
		count(int(per(w.Stats().Woken-w.atLife.Woken, w.advance.total))), mebi(taken()))
}

// asked are conditions nobody has defined.
var asked = []string{
	`country IN ("US", "DE") AND spent > 300 AND COUNT(opened) >= 2 IN LAST 21 DAYS`,
	`plan != "free" AND COUNT(visited) >= 3 IN LAST 45 DAYS AND LAST(purchased) OLDER THAN 10 DAYS`,
	`email CONTAINS "99@" AND tags CONTAINS ANY OF ("gold", "big") OR IN LIST "vip" AND score >= 90`,
}

// look previews what nobody has defined.
func (w *World) look() error {
	for _, rule := range asked {
		before := time.Now()
		p, err := w.Preview(segment.MustParse(rule))
		if err != nil {
			return err
		}
		took := time.Since(before)
		w.preview.add(took)
		w.screen.show("preview  %s of %s contacts in %v: %s", count(p.Count), count(p.Of), short(took), rule)
		w.screen.end()
	}
	return nil
}

// check recomputes all memberships of some contacts.
func (w *World) check() error {
	defined := w.Defined()
	n := min(w.size.checked, w.size.contacts)
	for i := range n {
		id := name(i * w.size.contacts / n)
		x, ok := w.Contact(id)
		if !ok {
			return fmt.Errorf("contact %s is lost", id)
		}
		in := slices.Collect(w.Segments(id))
		for _, s := range defined {
			_, is := slices.BinarySearch(in, s.ID)
			if should := segment.Evaluate(s.Condition, x, w.Now()); is != should {
				return fmt.Errorf("contact %s, segment %s: member %v, and should be %v", id, s, is, should)
			}
			w.checked++
		}
		if w.screen.due() {
			w.screen.show("check    %s of %s contacts", count(i+1), count(n))
		}
	}
	w.screen.end()
	return nil
}

// short rounds a time to what is worth reading.
func short(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
}

// table sums up.
func (w *World) table(out io.Writer) {
	s := w.Stats()
	members := 0
	for _, g := range w.Defined() {
		members += w.Members(g.ID).Len()
	}
	line := func(what, format string, args ...any) {
		fmt.Fprintf(out, "  %-22s%s\n", what, fmt.Sprintf(format, args...))
	}
	meter := func(what string, m *Meter) {
		line(what, "mean %v, p50 %v, p99 %v, most %v", short(m.mean()), short(m.share(0.5)), short(m.share(0.99)), short(m.most))
	}
	fmt.Fprintf(out, "\nSUMMARY\n")
	line("contacts", "%s with %s events in %s segments of %s distinct conditions", count(s.Contacts), count(s.Events), count(s.Segments), count(s.Leaves))
	line("memberships", "%s, %.1f for each contact", count(members), float64(members)/float64(s.Contacts))
	line("load", "%s contacts/s, %s events/s, in %v", count(int(per(w.first.n, w.loading))), count(int(per(uint64(w.size.events), w.loading))), short(w.loading))
	meter("  a new contact", &w.first)
	line("life", "%s updates in %v, in which %v passed", count(w.update.n), short(w.living), w.Now().Sub(start).Round(time.Minute))
	line("  updates", "%s/s while one is applied, %s/s with all that time does", count(int(per(w.update.n, w.update.total))), count(int(per(w.update.n, w.living))))
	meter("  an update", &w.update)
	woken := s.Woken - w.atLife.Woken
	line("  contacts due", "%s, %s/s while time runs", count(woken), count(int(per(woken, w.advance.total))))
	meter("  letting time run", &w.advance)
	line("  diffs", "%s/s: %s entered, %s left, %s because time passed", count(int(per(w.entered+w.left, w.living))), count(w.entered), count(w.left), count(w.byTime))
	line("  work for an update", "%.1f conditions flipped, %.1f guards probed, %.1f segments examined", w.each(s.Flips-w.atLife.Flips),
		w.each(s.Guards-w.atLife.Guards), w.each(s.Examined-w.atLife.Examined))
	meter("preview", &w.preview)
	line("memory", "%s for the segments, %s for the contacts: %s bytes for each with its %.0f events; %s taken from the system",
		mebi(grown(w.empty, w.defined)), mebi(grown(w.defined, w.loaded)), count(grown(w.defined, w.loaded)/uint64(s.Contacts)),
		float64(w.size.events)/float64(s.Contacts), mebi(taken()))
	line("check", "%s memberships recomputed, none wrong", count(w.checked))
}

// each is how many there are of something for every update, those that only
// time has led to among them.
func (w *World) each(n uint64) float64 { return float64(n) / float64(max(1, w.update.n)) }

func grown(from, to uint64) uint64 { return max(from, to) - from }
