package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/durable"
)

// The first start: a store is built beside its place and put there when it is complete, so that
// one that was interrupted begins anew.

// perCall is how many updates one call carries.
const perCall = 2_000

// build makes the store of a crowd in a directory.
func build(ctx context.Context, dir string, c crowd, o durable.Options, progress io.Writer) error {
	building := filepath.Join(dir, "building")
	if err := os.RemoveAll(building); err != nil {
		return err
	}
	o.NoSnapshots, o.SyncEvery = true, time.Second // nobody relies on it before it is complete
	store, err := durable.Open(building, o)
	if err != nil {
		return err
	}
	b := &builder{ctx: ctx, crowd: c, store: store, bar: newBar(progress, "making contacts up")}
	err = b.all()
	b.bar.end()
	if err = errors.Join(err, store.Close()); err != nil {
		return err
	}
	return os.Rename(building, filepath.Join(dir, "store"))
}

// A builder is a store that is being built.
type builder struct {
	crowd
	ctx   context.Context
	store *durable.Store
	bar   *bar
	days  [playedDays + 1][]deed // what is to be played
	batch []segment.Update
}

// all takes the contacts with the first part of their past, defines the segments, and plays
// the rest.
func (b *builder) all() error {
	if err := b.contacts(); err != nil {
		return err
	}
	for _, s := range firstSegments {
		c, err := crmSchema().Parse(s.rule)
		if err != nil {
			return fmt.Errorf("segment %s: %w", s.id, err)
		}
		if _, err := b.store.Define(segment.Segment{ID: s.id, Name: s.name, Condition: c}, b.played()); err != nil {
			return fmt.Errorf("segment %s: %w", s.id, err)
		}
	}
	b.bar.next("playing " + fmt.Sprint(playedDays) + " days")
	for day, deeds := range b.days {
		byTime(deeds)
		for i, d := range deeds {
			if err := b.add(b.update(d)); err != nil {
				return err
			}
			if i%perCall == 0 {
				b.bar.set(day*1000+1000*i/len(deeds), len(b.days)*1000)
			}
		}
		b.days[day] = nil
	}
	if err := b.flush(); err != nil {
		return err
	}
	b.bar.next("writing a snapshot")
	for done := false; !done; {
		var err error
		if _, done, err = b.store.Advance(b.now, 100_000); err != nil {
			return err
		}
	}
	return b.store.Snapshot()
}

// played is the instant from which on things are played.
func (b *builder) played() time.Time { return b.start().AddDate(0, 0, pastDays-playedDays) }

// contacts takes those who have signed up by then, with what they have done.
func (b *builder) contacts() error {
	played := b.played()
	var deeds []deed
	for i := range b.size {
		if i%perCall == 0 {
			b.bar.set(i, b.size)
		}
		p := b.person(i)
		deeds = b.deeds(i, p, deeds[:0])
		byTime(deeds)
		join := slices.DeleteFunc(p.join, func(list string) bool { return list == "trial" }) // theirs are over
		u := segment.Update{Contact: contactID(i), At: played, Set: p.set, Join: join, Create: true}
		for _, d := range deeds {
			switch at := b.instant(d); {
			case at.After(played):
				day := min(int(at.Sub(played).Hours()/24), playedDays)
				b.days[day] = append(b.days[day], d)
			case d.kind == upgrades:
				u.Set["plan"] = b.update(d).Set["plan"]
			case d.kind == unsubscribes:
				u.Join = append(u.Join, "unsubscribed")
			case d.kind != signsUp:
				u.Events = append(u.Events, b.event(d))
			}
		}
		if p.signup.After(played) {
			continue // its sign-up is a deed
		}
		if err := b.add(u); err != nil {
			return err
		}
	}
	return b.flush()
}

// add puts an update into the next call.
func (b *builder) add(u segment.Update) error {
	if b.batch = append(b.batch, u); len(b.batch) < perCall {
		return nil
	}
	return b.flush()
}

// flush makes the call.
func (b *builder) flush() error {
	if err := b.ctx.Err(); err != nil {
		return err
	}
	_, err := b.store.Apply(b.batch...)
	b.batch = b.batch[:0]
	return err
}
