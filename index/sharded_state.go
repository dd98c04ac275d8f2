package index

import (
	"crypto/sha256"
	"io"
)

// Snapshot is [Index.Snapshot]: one file, with the shards one after the other,
// from which [RestoreSharded] makes any number of shards, and [Restore] an Index.
// Other calls wait while it takes hold of the state of all shards.
func (s *Sharded) Snapshot(w io.Writer) error { return writeSnapshot(w, s.freeze()) }

// Hash is [Index.Hash]: that of an Index to which the same calls were made,
// whatever the number of shards. It looks at all shards at once.
func (s *Sharded) Hash() [sha256.Size]byte {
	parts := s.freeze()
	sums := make([]sum, len(parts))
	each(s.shards, func(i int, _ *shard) { sums[i] = parts[i].contactSum() })
	f := parts[0]
	for i, p := range parts[1:] {
		sums[0].plus(sums[i+1])
		for j := range f.meters {
			f.meters[j] = f.meters[j].sum(p.meters[j])
		}
	}
	return f.digest(sums[0])
}

// freeze is the state of the shards at one moment.
func (s *Sharded) freeze() []*frozen {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := make([]*frozen, len(s.shards))
	each(s.shards, func(i int, sh *shard) {
		parts[i] = sh.freeze()
		parts[i].revision = s.revision
	})
	return parts
}

// RestoreSharded is [Restore] into n shards, at least one. The snapshot may be of
// any number of shards, or of an [Index]. With as many shards as it is of, it
// costs little more than the reading; with another number each contact is moved,
// which takes some microseconds a contact and an event each, and memory for the
// state twice.
func RestoreSharded(r io.Reader, opts Options, n int) (*Sharded, error) {
	parts, err := restoreAll(r, opts, max(n, 1))
	if err != nil {
		return nil, err
	}
	s := &Sharded{calendar: parts[0].calendar, now: parts[0].now, revision: parts[0].revision}
	for _, ix := range parts {
		s.shards = append(s.shards, &shard{Index: ix})
		if t := ix.store.turn; t.compare(s.turn) > 0 {
			s.turn = t
		}
	}
	return s, nil
}
