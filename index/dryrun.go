package index

import (
	"context"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/rowset"
)

// DryRun says who would enter and leave if Define were called with the segment
// at the instant, and refuses what Define would refuse. It changes nothing. What
// time alone brings up to the instant is not part of it. Calls that write wait
// for it only while it takes a picture of the index.
func (ix *Index) DryRun(s segment.Segment, at time.Time) (entered, left Contacts, err error) {
	return ix.DryRunContext(context.Background(), s, at, DefineOptions{})
}

// DryRunContext is [Index.DryRun] with options, and can be cancelled: then it
// returns the error of the context.
func (ix *Index) DryRunContext(ctx context.Context, s segment.Segment, at time.Time, opts DefineOptions) (entered, left Contacts, err error) {
	f, err := ix.foretell(s, at)
	if err != nil {
		return Contacts{}, Contacts{}, err
	}
	return f.compare(ctx, opts.Progress)
}

// A forecast is what decides a segment at a later instant, if nothing happens
// until then.
type forecast struct {
	pic *picture
	at  time.Time
	// The segments to be worked out, each behind those it refers to: memberships
	// may have moved by then.
	before []segment.Segment
	was    string // the segment as it is now, empty if it is new
	now    segment.Condition
}

func (ix *Index) foretell(s segment.Segment, at time.Time) (*forecast, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	s, err := ix.checkDefine(s, at)
	if err != nil {
		return nil, err
	}
	return ix.forecast(s, at.In(ix.calendar)), nil
}

func (ix *Index) forecast(s segment.Segment, at time.Time) *forecast {
	f := &forecast{at: at, now: s.Condition}
	all := segment.And{s.Condition}
	seen := make(map[string]bool)
	var need func(id string)
	need = func(id string) {
		if seen[id] {
			return
		}
		seen[id] = true
		was := ix.rules.roots[ix.rules.rootOf[id]].segment
		for _, ref := range references(was.Condition) {
			need(ref)
		}
		f.before = append(f.before, was)
		all = append(all, was.Condition)
	}
	for _, ref := range references(s.Condition) {
		need(ref)
	}
	if _, had := ix.rules.rootOf[s.ID]; had {
		need(s.ID)
		f.was = s.ID
	}
	in := segment.Reads(all)
	in.Segments = append(in.Segments, s.ID)
	f.pic = ix.picture(in)
	if at.Equal(ix.now) && len(ix.pending) == 0 {
		f.before = nil // the picture has them
	}
	return f
}

func (f *forecast) compare(ctx context.Context, progress func(done, of int)) (entered, left Contacts, err error) {
	is, err := f.decide(ctx, progress)
	if err != nil {
		return Contacts{}, Contacts{}, err
	}
	set := func(words []uint64) Contacts { return f.pic.contacts(rowset.FromWords(words)) }
	was := set(f.pic.members[f.was])
	return set(is).AndNot(was), was.AndNot(set(is)), nil
}

// decide finds who will be in the segment, a bit for each row.
func (f *forecast) decide(ctx context.Context, progress func(done, of int)) (is []uint64, err error) {
	for _, s := range f.before {
		if f.pic.members[s.ID], err = newBulk(f.pic, f.at, s.Condition).decide(ctx, nil); err != nil {
			return nil, err
		}
	}
	return newBulk(f.pic, f.at, f.now).decide(ctx, progress)
}
