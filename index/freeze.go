package index

import (
	"slices"
	"sync"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/column"
)

// picture is taken under the lock, for reading at least. It costs microseconds:
// blocks are copied when they are next written to.
func (ix *shard) picture(in segment.Inputs) *picture {
	p := &picture{frame: ix.still(), listed: make(map[string][]uint64), members: make(map[string][]uint64)}
	for _, name := range in.Lists {
		if n, ok := ix.store.lists.Lookup(name); ok {
			p.listed[name] = p.dense(ix.store.listed[n])
		}
	}
	for _, id := range in.Segments {
		if root, ok := ix.rules.rootOf[id]; ok {
			p.members[id] = p.dense(ix.members[root])
		}
	}
	if len(in.History) > 0 {
		p.created = slices.Clone(ix.store.created)
		p.former = ix.store.formerOf(in.History)
	}
	return p
}

// Stills keep the frame of this moment for whoever asks next. Many may ask at once.
type stills struct {
	mu    sync.Mutex
	frame *frame // nil if a contact has changed since it was last asked for
}

// still returns the frame of this moment.
func (ix *shard) still() *frame {
	ix.stills.mu.Lock()
	defer ix.stills.mu.Unlock()
	if ix.stills.frame != nil {
		return ix.stills.frame
	}
	s := ix.store
	blocks := (len(s.ids) + column.BlockRows - 1) / column.BlockRows
	f := &frame{
		who: s.known(), live: make([]uint64, blocks*blockWords), count: s.count,
		fields: s.fields.Freeze(), since: s.since.Freeze(), events: s.events.Freeze(), lists: s.lists.Freeze(),
	}
	copy(f.live, s.live)
	ix.stills.frame = f
	return f
}
