package index

import (
	"context"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/rules"
)

// Define adds a segment, or replaces the one with its id, at an instant. Time
// runs to it first. The diffs say exactly who entered and left, also of the
// segments that depend on it. The cost grows with the number of contacts.
//
// Calls that read wait for little of it: for what time does up to the instant, as
// they would for an [Index.Advance]; and until the segment is put in place, with all
// that depends on it, which takes a fraction of a millisecond however many contacts
// there are. In between, while it is decided, they see the state just before the
// instant. Calls that write wait for all of it. Only if something is due at the very
// instant and other segments refer to the one that is replaced, these are decided
// while readers wait.
//
// Errors: an empty id, an id or name that is not UTF-8, an instant before the clock or
// beyond the year 9999 ([segment.ErrValue]); a condition that does not compile, or
// does not fit the schema, or whose definition as JSON is larger than
// [segment.DefaultBytes] ([segment.ErrLimit]); a reference to a
// segment that does not exist ([segment.ErrUnknown]), or to itself over any
// number of others ([segment.ErrCycle], with the path).
func (ix *Index) Define(s segment.Segment, at time.Time) ([]segment.Diff, error) {
	return ix.DefineContext(context.Background(), s, at, nil)
}

// DefineContext is [Index.Define] that can be cancelled as long as the segment is
// being decided: then it returns the error of the context, and has changed nothing,
// not even the clock. If it can be cancelled and something is due up to the instant,
// the segments that the condition refers to are worked out at the instant first, as
// [Index.DryRun] does.
//
// Progress, if not nil, is called now and then while the segment is decided, with how
// many contacts have been looked at and how many there are: by the goroutine that
// asked, or with several shards by one goroutine at a time. It may make all calls that
// read, [Index.Due], [Index.Hash] and [Index.Snapshot] among them, which show the
// state before the definition. A call that writes would wait until the definition is in
// place, and so for ever: Apply, ApplyEach, Define, DefineContext and Drop return an error
// ([segment.ErrValue]) there, and Advance does nothing. What it cannot do it may leave to
// another goroutine, for which it must not wait, or end the definition by its context
// first.
func (ix *Index) DefineContext(ctx context.Context, s segment.Segment, at time.Time, progress func(done, of int)) ([]segment.Diff, error) {
	return ix.define(ctx, s, at, (*shard).checkCondition, progress)
}

// DefineResolved is [Index.Define] of a segment whose condition a schema has resolved
// already, as those of [Index.Defined]: it is kept as it is, and the schema is not asked.
// So a host that applies its log again after a restart comes to the same segments, whatever
// has become of the schema since.
func (ix *Index) DefineResolved(s segment.Segment, at time.Time) ([]segment.Diff, error) {
	return ix.define(context.Background(), s, at, (*shard).checkResolved, nil)
}

// define is the way of all definitions. Check returns the condition as it is to be kept.
func (ix *Index) define(ctx context.Context, s segment.Segment, at time.Time, check func(*shard, segment.Condition) (segment.Condition, error), progress func(done, of int)) ([]segment.Diff, error) {
	if !ix.mu.Begin() {
		return nil, errWithinProgress()
	}
	defer ix.mu.End()
	s, err := ix.shards[0].checkDefine(s, at, check)
	if err != nil {
		return nil, err
	}
	var early []segment.Diff
	// One that can be cancelled must not have moved the clock by then: it catches up in
	// carryOut, when it is certain.
	if ctx.Done() == nil {
		early = ix.catchUp(at)
	}
	if err := ix.planDefinition(ctx, s, at, progress); err != nil {
		return nil, err
	}
	return ix.carryOut(at, early), nil
}

// carryOut puts in place what was planned. Early are the diffs of what was due before the
// instant; what is still due before it is done now.
func (ix *Index) carryOut(at time.Time, early []segment.Diff) []segment.Diff {
	ix.version++
	for _, sh := range ix.shards {
		sh.share.def.version = ix.version
	}
	early = append(early, ix.catchUp(at)...)
	inAll(ix.shards, func(sh *shard) { sh.diff(sh.share.def) })
	ix.mu.Alter(func() { inAll(ix.shards, func(sh *shard) { sh.install(sh.share.def) }) })
	inAll(ix.shards, func(sh *shard) { sh.share.diffs, sh.share.def = sh.finish(sh.share.def), nil })
	diffs := ix.merge(ix.shards)
	if len(early) > 0 {
		diffs = append(early, diffs...)
	}
	return step(diffs)
}

// checkDefine returns the segment as it is to be kept, of which check looks at the condition.
func (ix *shard) checkDefine(s segment.Segment, at time.Time, check func(*shard, segment.Condition) (segment.Condition, error)) (segment.Segment, error) {
	if err := checkNames(s); err != nil {
		return s, err
	}
	c, err := check(ix, s.Condition)
	if err != nil {
		return s, err
	}
	if err := checkInstant(ix.now, at); err != nil {
		return s, err
	}
	if _, err := definitionOf(c); err != nil {
		return s, err
	}
	if err := ix.rules.CheckReferences(s.Condition, s.ID); err != nil {
		return s, err
	}
	s.Condition = c
	return s, ix.checkCycle(s)
}

// checkCondition returns a condition as the schema understands it.
func (ix *shard) checkCondition(c segment.Condition) (segment.Condition, error) {
	c, err := resolve(c, ix.schema)
	if err != nil {
		return nil, err
	}
	return c, ix.allows(c)
}

// Resolve is what [Index.Define] does with a condition before it looks at what the index
// keeps: it refuses one that does not compile or does not fit the schema, and returns it as
// the schema resolves it. It is for hosts that log definitions and then call
// [Index.DefineResolved].
func (o Options) Resolve(c segment.Condition) (segment.Condition, error) { return resolve(c, o.Schema) }

// resolve returns a condition as a schema, if there is one, understands it.
func resolve(c segment.Condition, s *segment.Schema) (segment.Condition, error) {
	if _, err := segment.Compile(c); err != nil || s == nil {
		return c, err
	}
	// checked as it was given, so that what is wrong is found in the host's definition
	if err := s.Check(c); err != nil {
		return nil, err
	}
	return s.Resolve(c)
}

// checkResolved returns a condition that a schema has resolved already, or that needs none.
func (ix *shard) checkResolved(c segment.Condition) (segment.Condition, error) {
	c, err := resolve(c, nil)
	if err != nil {
		return nil, err
	}
	return c, ix.allows(c)
}

// allows refuses a condition that asks for what is not kept.
func (ix *shard) allows(c segment.Condition) error {
	if err := ix.retention.allows(c); err != nil {
		return err
	}
	return ix.allowsHistory(c)
}

// checkCycle refuses a segment that refers to itself, with the path.
func (ix *shard) checkCycle(s segment.Segment) error {
	seen := make(map[string]bool)
	var visit func(id string, c segment.Condition, path []string) error
	visit = func(id string, c segment.Condition, path []string) error {
		path = append(path, id)
		for _, ref := range rules.References(c) {
			if ref == s.ID {
				return rules.Circle(path)
			}
			if seen[ref] {
				continue
			}
			seen[ref] = true
			if err := visit(ref, ix.rules.Plans[ix.rules.PlanOf[ref]].Segment.Condition, path); err != nil {
				return err
			}
		}
		return nil
	}
	return visit(s.ID, s.Condition, nil)
}

// replace puts a segment in the place of the one with its id. Who was in that
// one is in this one until it is decided.
func (ix *shard) replace(s segment.Segment, version uint64) rules.PlanID {
	old, had := ix.rules.PlanOf[s.ID]
	id := ix.rules.Add(s)
	for len(ix.members) <= int(id) {
		ix.members, ix.version = append(ix.members, nil), append(ix.version, 0)
	}
	ix.version[id] = version
	ix.members[id] = new(rowset.Set)
	if had {
		ix.version[old] = version // of what time has done to it at the instant
		// who was in stays in until it is decided, and those that refer to it refer to the new plan
		ix.members[id], ix.members[old] = ix.members[old], nil
		for _, plan := range ix.rules.Plans {
			for i, ref := range plan.Refs {
				if ref == old {
					plan.Refs[i] = id
				}
			}
		}
		ix.rules.Drop(old)
		ix.rules.PlanOf[s.ID] = id
	}
	// most segments refer to none, and then no level changes
	if !had && len(ix.rules.Plans[id].Refs) == 0 {
		ix.rules.Level(id, 0) // nothing refers to it yet
	} else {
		ix.relevel()
	}
	ix.rules.Settle()
	if len(ix.change.levels) == 0 {
		ix.change.levels = append(ix.change.levels, nil)
	}
	return id
}

// relevel finds the levels of all plans anew, and makes a queue for each level.
func (ix *shard) relevel() {
	ix.rules.Settle()
	if n := ix.rules.Relevel(); n > len(ix.change.levels) {
		ix.change.levels = append(ix.change.levels, make([][]rules.PlanID, n-len(ix.change.levels))...)
	}
}

// decideAll decides a plan for every contact: who is in it is known. Those for whom
// it is not what it was are a change each, which spreads to the segments that depend
// on it.
func (ix *shard) decideAll(id rules.PlanID, is *rowset.Set) {
	if is == nil {
		return
	}
	was := ix.members[id]
	flipped := rowset.Xor(is, was)
	ix.members[id] = is
	ix.change.afresh = false
	dependents := ix.rules.Segments[ix.rules.Plans[id].Segment.ID]
	for row := range flipped.All() {
		ix.change.note(id, row, is.Contains(row), segment.CauseDefinition)
		if len(dependents) > 0 {
			ix.change.eval.Reset()
			ix.change.begin(row, ix.now)
			ix.change.moved = append(ix.change.moved, id)
			for _, l := range dependents {
				ix.fanOut(l)
			}
			ix.spread(segment.CauseDefinition)
			ix.rewakeSegments(row)
		}
	}
}

// rewakeSegments sets the timer of a contact for whom segments have changed that
// others refer to.
func (ix *shard) rewakeSegments(row uint32) {
	if ix.timersBySegment() {
		if n := ix.stableUntil(); n.OK {
			ix.timers.Earlier(row, n.At)
		}
	}
}

// Drop removes a segment: its members leave. Calls that read wait for little of
// it, as with [Index.Define]. Its cost grows with the members and with what the segment
// states, not with the number of segments. Errors: no such segment ([segment.ErrNotFound]);
// another one refers to it, or an instant that Define would refuse ([segment.ErrValue]).
func (ix *Index) Drop(id string, at time.Time) ([]segment.Diff, error) {
	if !ix.mu.Begin() {
		return nil, errWithinProgress()
	}
	defer ix.mu.End()
	if err := ix.shards[0].checkDrop(id, at); err != nil {
		return nil, err
	}
	for _, sh := range ix.shards {
		sh.share.def = sh.planRemoval(id, at)
	}
	return ix.carryOut(at, nil), nil
}

// checkDrop refuses to drop a segment that does not exist, or that another refers to.
func (ix *shard) checkDrop(id string, at time.Time) error {
	planID, ok := ix.rules.PlanOf[id]
	if !ok {
		return rules.Refuse(segment.ErrNotFound, "there is no segment %q", id)
	}
	if ix.rules.Referring[id] > 0 {
		return ix.inUse(id, planID)
	}
	return checkInstant(ix.now, at)
}

// inUse is the error about a segment that others refer to, which names the first of them.
func (ix *shard) inUse(id string, planID rules.PlanID) error {
	var users []string
	for _, plan := range ix.rules.Plans {
		if plan.Used && slices.Contains(rules.References(plan.Segment.Condition), id) && ix.rules.PlanOf[plan.Segment.ID] != planID {
			users = append(users, plan.Segment.ID)
		}
	}
	return rules.Refuse(segment.ErrValue, "segment %q is in use: segment %q refers to it", id, slices.Min(users))
}
