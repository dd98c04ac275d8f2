package index

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/index/internal/scan"
	"github.com/segmentrules/segment/index/internal/size"
	"github.com/segmentrules/segment/rule"
)

// A definition is planned and carried out in steps, so that readers wait for little of it:
// planDefinition decides the segment for all contacts over views, diff finds who enters and
// leaves, install puts it in place while readers wait, finish sets timers.

// catchUp lets time run to just before an instant, if anything is due there: what
// is at the instant then is one change with what the caller does at it.
func (ix *Index) catchUp(at time.Time) (diffs []segment.Diff) {
	if !slices.ContainsFunc(ix.shards, func(sh *shard) bool {
		due, ok := sh.due()
		return ok && due.Before(at)
	}) {
		return nil
	}
	ix.mu.Alter(func() {
		each(ix.shards, at, func(_ int, sh *shard, at time.Time) { sh.share.diffs = sh.runBefore(at) })
		diffs = ix.merge(ix.shards)
	})
	return diffs
}

// runBefore lets time run to the last instant before one.
func (ix *shard) runBefore(at time.Time) []segment.Diff {
	before := at.Add(-1).In(ix.calendar)
	diffs, _ := ix.run(before, true, 0)
	ix.now = before
	return diffs
}

// quietAt reports whether nothing is due at an instant, or before.
func (ix *shard) quietAt(at time.Time) bool {
	due, ok := ix.due()
	return !ok || due.After(at)
}

// planDefinition has every shard decide a segment, all at once, and keep what it found.
// Each first takes a view of what it needs: then nothing of the shards is looked at any
// longer, and report may call what alters them without changing what they say.
func (ix *Index) planDefinition(ctx context.Context, s segment.Segment, at time.Time, report func(done, of int)) error {
	views, total := make([]*forecast, len(ix.shards)), 0
	for i, sh := range ix.shards {
		sh.share.def, views[i] = sh.viewDefinition(ctx, s, at, report != nil)
		total += len(sh.store.IDs)
	}
	lending := report
	if report != nil {
		lending = func(done, of int) { ix.mu.Lend(func() { report(done, of) }) }
	}
	if len(ix.shards) == 1 {
		sh := ix.shards[0]
		sh.share.err = sh.share.def.plan(ctx, views[0], lending)
	} else {
		each(ix.shards, newProgress(lending, len(ix.shards), total), func(i int, sh *shard, p *progress) {
			sh.share.err = sh.share.def.plan(ctx, views[i], p.of(i))
		})
	}
	return firstError(ix.shards)
}

// viewDefinition begins a definition, with the view in which it is decided; without one
// there is nobody to decide it for, or install decides it in place.
func (ix *shard) viewDefinition(ctx context.Context, s segment.Segment, at time.Time, followed bool) (*definition, *forecast) {
	d := &definition{s: s, at: at.In(ix.calendar)}
	if ix.store.Count == 0 {
		return d, nil
	}
	// few contacts, and nobody who wants to follow or cancel it
	if d.inline = ix.store.Count <= ix.inlineContacts && ctx.Done() == nil && !followed; d.inline {
		return d, nil
	}
	// Memberships that it refers to are those of now, or there are none. Else they are worked
	// out as they will be at the instant.
	if len(rules.References(s.Condition)) == 0 || ix.quietAt(at) {
		return d, &forecast{view: ix.view(rule.Reads(s.Condition)), at: d.at, now: s.Condition}
	}
	return d, ix.forecast(s, d.at)
}

// plan decides a segment for every contact at an instant, without changing anything.
func (d *definition) plan(ctx context.Context, f *forecast, progress func(done, of int)) error {
	if f == nil {
		return ctx.Err()
	}
	words, err := f.decide(ctx, progress)
	if err != nil {
		return err
	}
	d.is = rowset.FromWords(words)
	return nil
}

// planRemoval is a definition that takes a segment away.
func (ix *shard) planRemoval(id string, at time.Time) *definition {
	return &definition{s: segment.Segment{ID: id}, at: at.In(ix.calendar), gone: true, is: new(rowset.Set)}
}

// diff finds what a definition changes. Nothing is due before it. What happens at
// the very instant by time alone is not known yet, and so not what it does to
// the segments that depend on it.
func (ix *shard) diff(d *definition) {
	planID, had := ix.rules.PlanOf[d.s.ID]
	depends := len(ix.rules.Segments[d.s.ID]) > 0 && !d.gone
	// then install decides it, and the segments that depend on it, while readers wait
	if d.inline || depends && !ix.quietAt(d.at) {
		return
	}
	d.diffed = true
	if d.is == nil {
		return
	}
	was := new(rowset.Set)
	if had {
		was = ix.members[planID]
	}
	d.deltas = []membershipDelta{{segment: d.s.ID, is: d.is, flips: rowset.Xor(d.is, was)}}
	if depends {
		ix.planDependents(d)
	}
	ix.diffDeltas(d)
	if ix.meters.Stay && !d.gone {
		for i := range d.deltas {
			t := &d.deltas[i]
			t.after = ix.meters.Of[t.segment].After(t.is, t.flips, contacts.InstantOf(d.at))
		}
	}
}

// planDependents finds what becomes of the segments that depend on one that is replaced,
// each behind those it refers to: of the contacts for whom one of these flips.
func (ix *shard) planDependents(d *definition) {
	plans := ix.dependents(d.s.ID)
	var all rule.And
	for _, plan := range plans {
		all = append(all, plan.Segment.Condition)
	}
	view := ix.view(rule.Reads(all))
	view.Members[d.s.ID] = view.Dense(d.is)
	flips := map[string]*rowset.Set{d.s.ID: d.deltas[0].flips}
	for _, plan := range plans {
		// only contacts for whom one of the segments it refers to flips can flip for it
		moved := new(rowset.Set)
		for _, ref := range plan.Refs {
			if f := flips[ix.rules.Plans[ref].Segment.ID]; f != nil {
				moved = rowset.Or(moved, f)
			}
		}
		id := plan.Segment.ID
		words, err := scan.New(view.Of(moved), d.at, plan.Segment.Condition).Decide(context.Background(), nil)
		if err != nil {
			return // only if a context ends, and this one does not
		}
		was := ix.members[ix.rules.PlanOf[id]]
		// as it was for all others, and as it was just decided for these
		is := rowset.Or(rowset.AndNot(was, moved), rowset.FromWords(words))
		view.Members[id], flips[id] = view.Dense(is), rowset.Xor(is, was)
		d.deltas = append(d.deltas, membershipDelta{segment: id, is: is, flips: flips[id], examined: uint64(moved.Len())})
	}
}

// dependents returns the plans that refer to a segment, over any number of
// others, each behind those it refers to.
func (ix *shard) dependents(id string) (plans []*rules.Plan) {
	r := ix.rules
	var ids []rules.PlanID
	for id, plan := range r.Plans {
		if plan.Used && len(plan.Refs) > 0 {
			ids = append(ids, rules.PlanID(id))
		}
	}
	slices.SortFunc(ids, func(a, b rules.PlanID) int { return cmp.Or(cmp.Compare(r.Levels[a], r.Levels[b]), cmp.Compare(a, b)) })
	found := map[rules.PlanID]bool{r.PlanOf[id]: true}
	for _, id := range ids {
		if slices.ContainsFunc(r.Plans[id].Refs, func(ref rules.PlanID) bool { return found[ref] }) {
			found[id] = true
			plans = append(plans, r.Plans[id])
		}
	}
	return plans
}

// diffDeltas makes the diffs of all membership deltas.
func (ix *shard) diffDeltas(d *definition) {
	type flip struct {
		row     uint32
		turn    uint32
		entered bool
	}
	var flips []flip
	for i := range d.deltas {
		t := &d.deltas[i]
		flips = slices.Grow(flips, t.flips.Len())
		for row := range t.flips.All() {
			entered := t.is.Contains(row)
			t.entered += int64(size.Flag(entered))
			t.left += int64(size.Flag(!entered))
			flips = append(flips, flip{row, uint32(i), entered})
		}
	}
	ids := ix.store.IDs
	slices.SortFunc(flips, func(a, b flip) int {
		if a.row != b.row {
			return strings.Compare(ids[a.row], ids[b.row])
		}
		return strings.Compare(d.deltas[a.turn].segment, d.deltas[b.turn].segment)
	})
	if len(flips) == 0 {
		return
	}
	d.rows, d.diffs = make([]uint32, len(flips)), make([]segment.Diff, len(flips))
	for i, f := range flips {
		// the first delta is of the segment itself, the others follow from it
		cause, version := segment.CauseDefinition, d.version
		if f.turn > 0 {
			cause, version = segment.CauseSegment, ix.version[ix.rules.PlanOf[d.deltas[f.turn].segment]]
		}
		d.rows[i] = f.row
		d.diffs[i] = segment.Diff{Contact: ids[f.row], Segment: d.deltas[f.turn].segment, Definition: version, Entered: f.entered, At: d.at, Cause: cause}
	}
}
