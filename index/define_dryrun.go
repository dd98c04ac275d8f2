package index

import (
	"cmp"
	"context"
	"slices"
	"strings"
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
// for it only while it takes a view of the index. What becomes of the segments that
// depend on it is told by [Index.DryRunAll].
func (ix *Index) DryRun(s segment.Segment, at time.Time) (entered, left Contacts, err error) {
	all, err := ix.dryRun(s, at, false)
	if err != nil {
		return Contacts{}, Contacts{}, err
	}
	return all[0].Entered, all[0].Left, nil
}

// An Outcome is who would enter and leave a segment.
type Outcome struct {
	Segment string   `json:"segment"`
	Entered Contacts `json:"entered"`
	Left    Contacts `json:"left"`
}

// DryRunAll is [Index.DryRun] that also tells what becomes of the segments that depend on
// the one defined, over any number of others: the outcome of the segment itself first, and
// then of each other that somebody would enter or leave, ordered by id. Its cost grows with
// the number of contacts times the segments that depend on it, and what these refer to.
func (ix *Index) DryRunAll(s segment.Segment, at time.Time) ([]Outcome, error) {
	return ix.dryRun(s, at, true)
}

// dryRun is what both have in common; all asks for the dependents too.
func (ix *Index) dryRun(s segment.Segment, at time.Time, all bool) ([]Outcome, error) {
	fs, err := ix.forecastAll(s, at, all)
	if err != nil {
		return nil, err
	}
	parts, errs := make([][]Outcome, len(fs)), make([]error, len(fs))
	if len(fs) == 1 {
		parts[0], errs[0] = fs[0].compare()
	} else {
		atOnce(len(fs), func(i int) { parts[i], errs[i] = fs[i].compare() })
	}
	if err := cmp.Or(errs...); err != nil {
		return nil, err
	}
	return join(parts), nil
}

// forecastAll asks all shards at one moment.
func (ix *Index) forecastAll(s segment.Segment, at time.Time, all bool) (fs []*forecast, err error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if s, err = ix.shards[0].checkDefine(s, at, (*shard).checkCondition); err != nil {
		return nil, err
	}
	for _, sh := range ix.shards {
		var after []segment.Segment
		if all && len(sh.rules.Segments[s.ID]) > 0 {
			for _, plan := range sh.dependents(s.ID) {
				after = append(after, plan.Segment)
			}
		}
		fs = append(fs, sh.forecast(s, at.In(sh.calendar), after...))
	}
	return fs, nil
}

// join makes one outcome for each segment of those of the shards, and leaves out the
// dependents for which nothing happens.
func join(parts [][]Outcome) (all []Outcome) {
	for i := range parts[0] {
		o := Outcome{Segment: parts[0][i].Segment}
		for _, part := range parts {
			o.Entered.set, o.Left.set = o.Entered.set.Beside(part[i].Entered.set), o.Left.set.Beside(part[i].Left.set)
		}
		if i == 0 || o.Entered.Len()+o.Left.Len() > 0 {
			all = append(all, o)
		}
	}
	slices.SortFunc(all[1:], func(a, b Outcome) int { return strings.Compare(a.Segment, b.Segment) })
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
	id     string
	now    segment.Condition
	after  []segment.Segment // those that depend on it, each behind those it refers to, if they are asked for
}

// forecast takes a view of all that is needed to decide the segment at a later instant,
// and then those that depend on it.
func (ix *shard) forecast(s segment.Segment, at time.Time, after ...segment.Segment) *forecast {
	f := &forecast{at: at, id: s.ID, now: s.Condition, after: after}
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
	}
	for _, dependent := range after {
		need(dependent.ID)
	}
	in := rule.Reads(all)
	// its members now are what the outcome is compared with
	in.Segments = append(in.Segments, s.ID)
	for _, dependent := range after {
		in.Segments = append(in.Segments, dependent.ID)
	}
	f.view = ix.view(in)
	if at.Equal(ix.now) && len(ix.pending) == 0 {
		f.before = nil // the view has them
	}
	return f
}

// compare finds who will be in the segment and would not be if it stayed as it is, and the
// other way round; and then the same of those that depend on it.
func (f *forecast) compare() ([]Outcome, error) {
	is, err := f.decide(context.Background(), nil)
	if err != nil {
		return nil, err
	}
	out := []Outcome{f.outcome(f.id, is)}
	for _, s := range f.after {
		if is, err = scan.New(f.view, f.at, s.Condition).Decide(context.Background(), nil); err != nil {
			return nil, err
		}
		out = append(out, f.outcome(s.ID, is))
	}
	return out, nil
}

// outcome compares the members of a segment with those that the view has of it, and puts
// them in their place.
func (f *forecast) outcome(id string, is []uint64) Outcome {
	set := func(words []uint64) Contacts { return Contacts{f.view.Contacts(rowset.FromWords(words))} }
	was := set(f.view.Members[id])
	f.view.Members[id] = is
	return Outcome{Segment: id, Entered: set(is).AndNot(was), Left: was.AndNot(set(is))}
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
