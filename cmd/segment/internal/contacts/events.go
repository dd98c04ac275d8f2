package contacts

import (
	"context"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
)

// A Watch is told how reading goes on.
type Watch struct {
	Share   func(n int64)               // bytes dealt with since the last time
	Problem func(*source.Problem) error // what is wrong with a row; an error ends reading
	Misfits func(cells int)             // cells of CSV that are kept as text
}

// share tells the bytes up to a share, of which before were told.
func (w Watch) share(before *int64, share int64) {
	w.Share(share - *before)
	*before = share
}

// eachEvent calls f for the events of a file in its order, and tells how reading goes on. An
// error of f ends it.
func eachEvent(ctx context.Context, src *source.Source, parse EventParser, w Watch, f func(Owned) error) error {
	var told int64
	return source.Each(ctx, src, parse, func(c *source.Chunk, r EventRows) error {
		defer w.share(&told, c.Share)
		w.Misfits(r.Misfits)
		for _, problem := range r.Problems {
			if err := w.Problem(problem); err != nil {
				return err
			}
		}
		for _, e := range r.Events {
			if err := f(e); err != nil {
				return err
			}
		}
		return nil
	})
}

// ByContact reads all events of a file that are needed into memory, by contact, in the order
// of the file.
func ByContact(ctx context.Context, src *source.Source, parse EventParser, w Watch) (map[string][]segment.Event, error) {
	all := make(map[string][]segment.Event)
	err := eachEvent(ctx, src, parse, w, func(e Owned) error {
		all[e.Contact] = append(all[e.Contact], e.Event)
		return nil
	})
	for id, log := range all {
		all[id] = once(log)
	}
	return all, err
}
