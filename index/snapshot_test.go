package index_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/segmenttest"
)

// Restart implements [segmenttest.Restarter]: with it, Run's law about restarts
// covers snapshots.
func (s system) Restart() (segmenttest.System, error) {
	ix, err := again(s.Index)
	return system{ix}, err
}

// again returns the index restored from its snapshot, which must have its Hash,
// and whose snapshot must be the same to the byte.
func again(ix *index.Index) (*index.Index, error) {
	var first, second bytes.Buffer
	if err := ix.Snapshot(&first); err != nil {
		return nil, err
	}
	restored, err := index.Restore(bytes.NewReader(first.Bytes()), index.Options{Verify: true})
	if err != nil {
		return nil, err
	}
	if err := restored.Snapshot(&second); err != nil {
		return nil, err
	}
	switch {
	case ix.Hash() != restored.Hash():
		return nil, fmt.Errorf("a restored index has another Hash")
	case !bytes.Equal(first.Bytes(), second.Bytes()):
		return nil, fmt.Errorf("the snapshot of a restored index is another")
	}
	return restored, nil
}

var day = time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)

func TestSnapshotOfNothing(t *testing.T) {
	ix, err := again(index.New(index.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	if !ix.Now().IsZero() {
		t.Errorf("the clock of an empty index is %v", ix.Now())
	}
	if _, err := ix.Apply(segment.Update{Contact: "ann", At: day}); err != nil {
		t.Error(err)
	}
}
