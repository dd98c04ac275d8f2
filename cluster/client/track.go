package client

import (
	"fmt"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// What a reader checks of one partition. Each commit says the revision of its last diff and
// the checksum over all diffs up to it, so that nothing can be missing, doubled or changed
// without being seen, also where a reader has begun amid a commit.

// A track is how far one partition has been read, and whether all fits.
type track struct {
	partition int
	at        Place
	// behind is true until the first commit that reaches the place at which the reader began.
	// That place may lie in a commit, or several commits behind its Position: a worker that
	// answered a question was ahead of what it had committed.
	behind bool
}

// take goes over the next commit, and moves behind it. It returns the diffs in it that have not
// been read; fresh is false if the commit itself was. Errors are [*GapError] and [*ChangedError].
func (t *track) take(position uint64, c *cluster.Commit) (diffs []segment.Diff, fresh bool, err error) {
	if position <= t.at.Position {
		return nil, false, nil // told again
	}
	base := c.Revision - uint64(len(c.Diffs))
	for i, d := range c.Diffs {
		if d.Revision != base+uint64(i)+1 {
			return nil, false, t.changed(position, "the revisions in a commit do not follow each other, at %d", d.Revision)
		}
	}
	switch {
	case base > t.at.Revision:
		return nil, false, &GapError{Partition: t.partition, Position: position, Last: t.at.Revision, Next: base + 1}
	case base < t.at.Revision && !t.behind:
		return nil, false, t.changed(position, "revision %d follows revision %d", base+1, t.at.Revision)
	case c.Revision < t.at.Revision:
		t.at.Position = position // all of it was read before
		return nil, true, nil
	}
	diffs = c.Diffs[t.at.Revision-base:]
	if chain := t.at.Chain.Add(diffs...); chain != c.Chain {
		return nil, false, t.changed(position, "the checksum over the diffs up to revision %d is %016x, and the worker's %016x", c.Revision, uint64(chain), uint64(c.Chain))
	}
	t.at = Place{position, c.Revision, c.Chain}
	t.behind = false
	return diffs, true, nil
}

// changed says what is not as it was.
func (t *track) changed(position uint64, format string, args ...any) error {
	return &ChangedError{Partition: t.partition, Position: position, What: fmt.Sprintf(format, args...)}
}
