package index

import (
	"cmp"
	"context"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/index/internal/scan"
	"github.com/segmentrules/segment/rule"
)

// DryRun says who would enter and leave if Define were called with the segment
// at the instant, and refuses what Define would refuse. It changes nothing. What
// time alone brings up to the instant is not part of it. Calls that write wait
// for it only while it takes a view of the index.
func (ix *Index) DryRun(s segment.Segment, at time.Time) (entered, left Contacts, err error) {
	f, more, err := ix.forecastAll(s, at)
	if err != nil {
		return Contacts{}, Contacts{}, err
	}
	if len(more) == 0 {
		return f.compare()
	}
	return compareAll(append([]*forecast{f}, more...))
}

// forecastAll asks all shards at one moment: the first, and if there are any, more.
func (ix *Index) forecastAll(s segment.Segment, at time.Time) (f *forecast, more []*forecast, err error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if s, err = ix.shards[0].checkDefine(s, at); err != nil {
		return nil, nil, err
	}
	for _, sh := range ix.shards[1:] {
		more = append(more, sh.forecast(s, at.In(sh.calendar)))
	}
	return ix.shards[0].forecast(s, at.In(ix.calendar())), more, nil
}

// compareAll is [forecast.compare] in several shards at once.
func compareAll(fs []*forecast) (entered, left Contacts, err error) {
	in, out, errs := make([]Contacts, len(fs)), make([]Contacts, len(fs)), make([]error, len(fs))
	atOnce(len(fs), func(i int) { in[i], out[i], errs[i] = fs[i].compare() })
	if err := cmp.Or(errs...); err != nil {
		return Contacts{}, Contacts{}, err
	}
	return join(in), join(out), nil
}

// join makes one set of one for each shard.
func join(parts []Contacts) (all Contacts) {
	for _, c := range parts {
		all.set = all.set.Beside(c.set)
	}
	return all
}

// A forecast is what decides a segment at a later instant, if nothing happens
// until then.
type forecast struct {
	view *scan.View
	at   time.Time
	// The segments to be worked out, each behind those it refers to: memberships
	// may have moved by then.
	before []segment.Segment
	was    string // the segment as it is now, empty if it is new
	now    segment.Condition
}

// forecast takes a view of all that is needed to decide the segment at a later instant.
func (ix *shard) forecast(s segment.Segment, at time.Time) *forecast {
	f := &forecast{at: at, now: s.Condition}
	all := rule.And{s.Condition}
	seen := make(map[string]bool)
	var need func(id string)
	need = func(id string) {
		if seen[id] {
			return
		}
		seen[id] = true
		was := ix.rules.Plans[ix.rules.PlanOf[id]].Segment
		for _, ref := range rules.References(was.Condition) {
			// depth first: what a segment refers to is worked out before it
			need(ref)
		}
		f.before = append(f.before, was)
		all = append(all, was.Condition)
	}
	for _, ref := range rules.References(s.Condition) {
		need(ref)
	}
	if _, had := ix.rules.PlanOf[s.ID]; had {
		need(s.ID)
		f.was = s.ID
	}
	in := rule.Reads(all)
	// its members now are what the outcome is compared with
	in.Segments = append(in.Segments, s.ID)
	f.view = ix.view(in)
	if at.Equal(ix.now) && len(ix.pending) == 0 {
		f.before = nil // the view has them
	}
	return f
}

// compare finds who will be in the segment and is not now, and the other way round.
func (f *forecast) compare() (entered, left Contacts, err error) {
	is, err := f.decide(context.Background(), nil)
	if err != nil {
		return Contacts{}, Contacts{}, err
	}
	set := func(words []uint64) Contacts { return Contacts{f.view.Contacts(rowset.FromWords(words))} }
	was := set(f.view.Members[f.was])
	return set(is).AndNot(was), was.AndNot(set(is)), nil
}

// decide finds who will be in the segment, a bit for each row.
func (f *forecast) decide(ctx context.Context, progress func(done, of int)) (is []uint64, err error) {
	for _, s := range f.before {
		if f.view.Members[s.ID], err = scan.New(f.view, f.at, s.Condition).Decide(ctx, nil); err != nil {
			return nil, err
		}
	}
	return scan.New(f.view, f.at, f.now).Decide(ctx, progress)
}
