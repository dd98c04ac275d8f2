package main

import (
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/examples/shop"
	"github.com/segmentrules/segment/index"
)

// A Host tells an index what happens, and takes down who entered and who left.
// This is all that a host has to do.
type Host struct {
	*index.Index
	shop *shop.Shop
	told int // orders that have happened
}

// open defines the segments and makes the customers known. Those memberships
// count from 1970 on: the customers were always there.
func open(data *shop.Shop, segments []segment.Segment) (*Host, []segment.Diff, error) {
	h := &Host{Index: index.New(index.Options{}), shop: data}
	for _, s := range segments {
		if _, err := h.Define(s, data.Start()); err != nil {
			return nil, nil, err
		}
	}
	diffs, err := h.Apply(data.Contacts...)
	for i := range diffs {
		diffs[i].At = time.Unix(0, 0).UTC()
	}
	return h, diffs, err
}

// until lets everything up to an instant happen, and returns what changed since
// it was last called: because of an order, and because of nothing but time.
func (h *Host) until(at time.Time) ([]segment.Diff, error) {
	first := h.told
	for h.told < len(h.shop.Orders) && !h.shop.Orders[h.told].At.After(at) {
		h.told++
	}
	diffs, err := h.Apply(h.shop.Orders[first:h.told]...)
	if err != nil {
		return nil, err
	}
	more, _ := h.Advance(at, 0)
	return append(diffs, more...), nil
}

// all lets everything happen, quarter by quarter, which keeps what is handed over
// at once small.
func all(data *shop.Shop, segments []segment.Segment) ([]segment.Diff, error) {
	h, diffs, err := open(data, segments)
	parts := [][]segment.Diff{diffs}
	for at := data.Start(); err == nil && at.Before(end); {
		if at = at.AddDate(0, 3, 0); at.After(end) {
			at = end
		}
		diffs, err = h.until(at)
		parts = append(parts, diffs)
	}
	return slices.Concat(parts...), err
}
