package sample

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/live"
	"github.com/segmentrules/segment/web"
)

// A Shop is the host of the playground and the handler before it. It may be used by many
// goroutines.
type Shop struct {
	Host    *live.Host
	handler http.Handler
}

// Make lets the past of the shop happen and writes a snapshot of what it comes to: the same
// bytes every time. It takes about a second, as WebAssembly several, so it is done when the
// playground is built.
func Make(w io.Writer) error {
	s := Schema()
	ix := index.New(index.Options{Schema: s, Strict: true})
	if err := play(ix, s); err != nil {
		return err
	}
	return ix.Snapshot(w)
}

// Open opens the shop that Make wrote, in memory, in some hundredths of a second.
func Open(snapshot io.Reader) (*Shop, error) {
	s := Schema()
	ix, err := index.Restore(snapshot, index.Options{Schema: s, Strict: true})
	if err != nil {
		return nil, err
	}
	clock := live.NewManualClock(Now)
	host := live.New(live.OverIndex(ix), live.Options{Clock: clock})
	handler := web.Handler(host, web.Options{
		API:   httpapi.Options{Schema: func() *segment.Schema { return s }},
		Title: "Outdoor shop", Playground: true, Clock: clock,
		Names: []string{"name", "email", "country", "city", "tier"},
	})
	return &Shop{host, handler}, nil
}

// Close ends the host.
func (s *Shop) Close() error { return s.Host.Close() }

// play lets the past happen, day by day. The segments are defined in the middle of it, so
// that they have sizes and changes to show.
func play(ix *index.Index, s *segment.Schema) error {
	begin, all := Now.Add(-watched), deeds()
	defined := false
	for len(all) > 0 {
		if !defined && !all[0].At.Before(begin) {
			if err := define(ix, s, begin); err != nil {
				return err
			}
			defined = true
		}
		end := all[0].At.Truncate(24 * time.Hour).Add(24 * time.Hour)
		if !defined && end.After(begin) {
			end = begin
		}
		n := 0
		for n < len(all) && all[n].At.Before(end) {
			n++
		}
		if _, err := ix.Apply(all[:n]...); err != nil {
			return fmt.Errorf("the day of %v: %w", all[0].At, err)
		}
		all = all[n:]
	}
	return nil
}

// define makes the segments active.
func define(ix *index.Index, s *segment.Schema, at time.Time) error {
	for _, one := range segments {
		c, err := s.Parse(one.rule)
		if err == nil {
			_, err = ix.Define(segment.Segment{ID: one.id, Name: one.name, Condition: c}, at)
		}
		if err != nil {
			return fmt.Errorf("segment %s: %w", one.id, err)
		}
	}
	return nil
}
