package index

import (
	"context"
	"slices"
	"sync"

	"github.com/segmentrules/segment/index/internal/column"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/index/internal/scan"
	"github.com/segmentrules/segment/rule"
)

// view is taken under the lock, for reading at least. It costs microseconds:
// blocks are copied when they are next written to.
func (ix *shard) view(in rule.Inputs) *scan.View {
	p := &scan.View{Frame: ix.frame(), Listed: make(map[string][]uint64), Members: make(map[string][]uint64)}
	for _, name := range in.Lists {
		if n, ok := ix.store.Lists.Lookup(name); ok {
			p.Listed[name] = p.Dense(ix.store.Listed[n])
		}
	}
	for _, id := range in.Segments {
		if planID, ok := ix.rules.PlanOf[id]; ok {
			p.Members[id] = p.Dense(ix.members[planID])
		}
	}
	// former values are few, and copied only for who asks about them
	if len(in.History) > 0 {
		p.Created = slices.Clone(ix.store.Created)
		p.Former = ix.store.FormerOf(in.History)
	}
	return p
}

// A sharedFrame keeps the frame of this moment for whoever asks next. Many may ask at once.
type sharedFrame struct {
	mu    sync.Mutex
	frame *scan.Frame // nil if a contact has changed since it was last asked for
}

// frame returns the frame of this moment.
func (ix *shard) frame() *scan.Frame {
	ix.latest.mu.Lock()
	defer ix.latest.mu.Unlock()
	if ix.latest.frame != nil {
		return ix.latest.frame
	}
	s := ix.store
	// Live is made up to whole blocks, so that a scan never looks beyond its end.
	blocks := (len(s.IDs) + column.BlockRows - 1) / column.BlockRows
	f := &scan.Frame{
		Roster: s.Roster(), Live: make([]uint64, blocks*scan.BlockWords), Count: s.Count,
		FieldView: s.Fields.Freeze(), SinceView: s.Since.Freeze(), EventView: s.Events.Freeze(), ListView: s.Lists.Freeze(),
	}
	copy(f.Live, s.Bits)
	ix.latest.frame = f
	return f
}

// bulkOf decides a plan for every contact at the clock, with the other segments
// as they are; nil if there are no contacts.
func (ix *shard) bulkOf(id rules.PlanID) *rowset.Set {
	if ix.store.Count == 0 {
		return nil
	}
	plan := ix.rules.Plans[id]
	words, err := scan.NewPlanned(ix.rules, plan.Tree, ix.view(rule.Reads(plan.Normal)), ix.now).Decide(context.Background(), nil)
	if err != nil {
		return nil // only if a context ends, and this one does not
	}
	ix.stats.Scanned += uint64(ix.store.Count)
	return rowset.FromWords(words)
}
