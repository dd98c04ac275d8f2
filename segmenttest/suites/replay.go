package suites

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/segmentrules/segment"
)

// Hash is the hash of the data sets' members and flips: of the lines, sorted
// as bytes and joined by newline.
func Hash(lines []string) string {
	sum := sha256.Sum256([]byte(strings.Join(slices.Sorted(slices.Values(lines)), "\n")))
	return hex.EncodeToString(sum[:])
}

// Exists reports whether a contact of the data set is known at an instant.
func (d *Dataset) Exists(c *segment.Record, at time.Time) bool {
	return d.FromStart || !c.Log[0].At.After(at)
}

// Members returns the ids of the contacts that match at an instant, sorted.
func (d *Dataset) Members(match func(segment.Contact, time.Time) bool, at time.Time) (ids []string) {
	for i := range d.Contacts {
		if c := &d.Contacts[i]; d.Exists(c, at) && match(c, at) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// A Clock says when the answer for a contact can next change by itself.
type Clock func(x segment.Contact, at time.Time) (time.Time, bool)

// Replay lets time run for every contact by itself, looks at each of its
// events and at each instant that the clock names, and returns the changes of
// membership until an instant. What a contact will do later it does not know
// before.
func (d *Dataset) Replay(match func(segment.Contact, time.Time) bool, next Clock, until time.Time) []Flip {
	const workers = 2
	var wg sync.WaitGroup
	found := make([][]Flip, workers)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(d.Contacts); i += workers {
				found[w] = append(found[w], d.replayContact(d.Contacts[i], match, next, until)...)
			}
		})
	}
	wg.Wait()
	return slices.Concat(found...)
}

func (d *Dataset) replayContact(c segment.Record, match func(segment.Contact, time.Time) bool, next Clock, until time.Time) (flips []Flip) {
	log, at, member := c.Log, Epoch, false
	if !d.FromStart {
		at = log[0].At
	}
	x := &c
	for ok := true; ok && !at.After(until); {
		n := 0
		for n < len(log) && !log[n].At.After(at) {
			n++
		}
		x.Log = log[:n]
		if now := match(x, at); now != member {
			member = now
			change := "left"
			if now {
				change = "entered"
			}
			flips = append(flips, Flip{At: at, Contact: c.ID, Change: change})
		}
		var due time.Time
		due, ok = next(x, at)
		if n < len(log) && (!ok || log[n].At.Before(due)) {
			due, ok = log[n].At, true
		}
		at = due
	}
	return flips
}
