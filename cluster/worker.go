package cluster

import (
	"errors"
	"sync"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// Options are how a worker works. The zero Options are good.
type Options struct {
	// Index is what the index of each partition is made with. It must be the same for all
	// workers of a cluster, but for Shards. Schema, Strict and Unfit must not be set: producers resolve
	// conditions and fit updates before they send them, for a schema changes over time.
	Index index.Options

	// Partitions is the number that the epochs of the input state; 0 means 256.
	Partitions int

	// CommitDiffs is from how many diffs on, and CommitMessages from how many messages on,
	// a commit is made while more input is there; 0 means 1,000 of each. A commit has at
	// most CommitDiffs diffs, each about as long as the ids in it and 30 bytes.
	CommitDiffs, CommitMessages int

	// Bite is behind about how many diffs of time alone the worker comes to commit; 0 means
	// 10,000. The diffs of a bite are one step (segment.Diff.Step), so that it must be the
	// same for all workers of a cluster.
	Bite int

	// Read is how many messages are asked for at a time; 0 means 1,000.
	Read int

	// SnapshotEvery is behind how many messages a snapshot is put; 0 means 100,000, and
	// below zero none but at the end of an epoch. So many messages, at most, are read again
	// by the next worker.
	SnapshotEvery int

	mistake fault // of tests only
}

// filled returns the options with what was left out.
func (o Options) filled() Options {
	for _, n := range [...]struct {
		of    *int
		means int
	}{{&o.Partitions, Partitions}, {&o.CommitDiffs, 1_000}, {&o.CommitMessages, 1_000}, {&o.Bite, 10_000}, {&o.Read, 1_000}, {&o.SnapshotEvery, 100_000}} {
		if *n.of == 0 {
			*n.of = n.means
		}
	}
	return o
}

// Stats are what a worker has done since it was made.
type Stats struct {
	Loads    uint64 // how often it has loaded
	Restored uint64 // with a snapshot
	Bad      uint64 // snapshots that could not be read, and were passed over
	Messages uint64 // made, also again
	Replayed uint64 // of them again: they were committed before
	Commits  uint64
	Diffs    uint64 // committed
	Snaps    uint64 // snapshots put
	Unput    uint64 // snapshots that the broker has not taken
}

// A Worker reads the input of one partition and commits what comes of it, one step at a
// time. It has no goroutine and no clock: one goroutine calls Step. Any others may look at
// the state meanwhile with [Worker.View]. Any number of workers may work on a partition at
// once, also without knowing of each other; what is committed is the same as by one.
type Worker struct {
	b         Broker
	o         Options
	here      segment.Environment
	partition int
	stats     Stats
	twist     func(*Message) // of tests

	aside aside     // who puts snapshots beside the worker; nil if it does so itself, and waits
	under *snapshot // that is being put beside it
	size  int       // of the last one in bytes

	mu sync.RWMutex // held while what a View shows changes, and never over a call of the broker
	progress
}

// A progress is what a worker knows of its partition, and forgets after an error.
type progress struct {
	m *machine // nil until it is loaded

	last  uint64  // the position of the last commit in the output
	told  Commit  // what it said, without its diffs
	left  []Entry // read, and not opened yet
	open  *call
	ahead []segment.Diff // made, and not committed yet
	marks []Commit       // where messages behind told end, without diffs
	chain segment.Chain  // over all diffs made, up to what is committed
	tidy  bool           // the next step commits all there is, so that a snapshot can be taken
	since int            // messages since the last snapshot
	snap  uint64         // up to where there is a snapshot
	empty int            // how often nothing was there to read before what is committed
	bytes []byte         // room for the diffs of the next commit

	skipped bool // by a mistake
}

// errSchema says that Options do what is for producers to do.
var errSchema = errors.New("cluster: Options.Index has a Schema, Strict or Unfit: resolve conditions and fit updates before they are sent")

// NewWorker returns a worker for a partition, which has not asked the broker for anything
// yet. Errors: a partition that there is not, Options that no worker can have.
func NewWorker(b Broker, partition int, o Options) (*Worker, error) {
	o = o.filled()
	if o.Index.Schema != nil || o.Index.Strict || o.Index.Unfit != nil {
		return nil, errSchema
	}
	if min(o.CommitDiffs, o.CommitMessages, o.Bite, o.Read, o.Partitions) < 1 {
		return nil, errors.New("cluster: Options have a number below zero where there must be some")
	}
	if partition < 0 || partition >= o.Partitions {
		return nil, errors.New("cluster: there is no such partition")
	}
	return &Worker{b: b, o: o, partition: partition, here: segment.EnvironmentHere()}, nil
}

// Stats returns what the worker has done.
func (w *Worker) Stats() Stats { return w.stats }

// Told returns the last commit that the worker knows of, without its diffs.
func (w *Worker) Told() Commit { return w.told }

// Index returns the index of the partition, for reading; nil if the worker is not loaded.
// It may be ahead of what is committed, and is another after an error of Step.
func (w *Worker) Index() *index.Index {
	if w.m == nil {
		return nil
	}
	return w.m.ix
}

// behind reports whether the worker has not read yet what is committed.
func (w *Worker) behind() bool { return w.m == nil || w.m.upto < w.told.Upto }

// reset forgets everything but what it has done. The next step loads anew.
func (w *Worker) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.progress = progress{}
}
