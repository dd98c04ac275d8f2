package main

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/examples/shop"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/live"
)

// first takes the sample, and defines the segments. If it was stopped on the way it goes on:
// what a contact or an event is there with is the same when it comes again.
func first(ctx context.Context, host *live.Host) error {
	segments, err := shop.Segments()
	if err != nil {
		return err
	}
	if len(host.Defined()) == len(segments) {
		return nil // the last step has been done
	}
	data, err := shop.Load()
	if err != nil {
		return err
	}
	const rows = 43_312
	for b := range host.Import(ctx, updates(data, host.Now()), index.ImportOptions{Create: true}) {
		if b.Err != nil {
			return b.Err
		}
		for _, refused := range b.Refused {
			return refused
		}
		fmt.Printf("\r%3d %% of the sample", 100*b.Rows/rows)
	}
	fmt.Println()
	for _, s := range segments {
		if _, err := host.Define(s); err != nil {
			return err
		}
	}
	return nil
}

// updates are the contacts and their orders, as if the last had come today. They have no
// instant, and so are taken as of now; the orders in them keep theirs.
func updates(data *shop.Shop, now time.Time) iter.Seq2[segment.Update, error] {
	days := int(now.Sub(data.End()).Hours() / 24)
	return func(yield func(segment.Update, error) bool) {
		for _, u := range data.Contacts {
			u.At = time.Time{}
			if !yield(u, nil) {
				return
			}
		}
		for _, u := range data.Orders {
			order := u.Events[0]
			order.At = order.At.AddDate(0, 0, days)
			if !yield(segment.Update{Contact: u.Contact, Events: []segment.Event{order}}, nil) {
				return
			}
		}
	}
}
