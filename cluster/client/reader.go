package client

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// Following the output. A goroutine follows the engine, again and again after its errors, and
// checks what it is told; the loop takes the commits from it in its own goroutine.

// ReaderOptions are how a [Reader] works. The zero ReaderOptions are good.
type ReaderOptions struct {
	// Partitions is how many the cluster has; 0 means 256. Only are those that are read, if
	// not all are: several processes may share them out.
	Partitions int
	Only       []int

	// Report, if set, is told of every error of the engine, before the reader waits and
	// follows again. Several goroutines may call it at once, one for each loop.
	Report func(err error)

	// Retry is how long is waited after the first error; 0 means 20 milliseconds. It doubles
	// with each error, up to 5 seconds, and begins anew when something is told.
	Retry time.Duration
}

// A Reader tells the diffs of a cluster. Any number of loops go on at once, and each is told
// all from its cursor on, by itself.
type Reader struct {
	out cluster.Output
	o   ReaderOptions
}

// NewReader returns a reader. Errors: partitions that there are not.
func NewReader(out cluster.Output, o ReaderOptions) (*Reader, error) {
	if o.Partitions == 0 {
		o.Partitions = cluster.Partitions
	}
	if o.Retry == 0 {
		o.Retry = 20 * time.Millisecond
	}
	if out == nil {
		return nil, errors.New("client: there is no Output to read from")
	}
	if o.Partitions < 1 || o.Retry < 0 {
		return nil, errors.New("client: ReaderOptions have a number below zero")
	}
	for _, p := range o.Only {
		if p < 0 || p >= o.Partitions {
			return nil, fmt.Errorf("client: partition %d is to be read, and there are %d", p, o.Partitions)
		}
	}
	if o.Only == nil {
		for p := range o.Partitions {
			o.Only = append(o.Only, p)
		}
	}
	return &Reader{out: out, o: o}, nil
}

// A Commit is a commit of a partition as it is told, with what has not been read of it.
type Commit struct {
	Partition int
	Place     Place          // behind it
	Commit    cluster.Commit // as the worker wrote it, but for its Diffs
	Diffs     []segment.Diff // in it that have not been read; there may be none

	before Place // of the Diffs
}

// Commits yields the commits behind a cursor, those to come too, also those without diffs. It
// is for whoever wants to know how far the input is read (cluster.Commit.Upto), or to keep a
// cursor near the end where nothing is told for long: an engine may let old commits go.
//
// Commits of one partition come in order, those of different partitions in any. The loop may
// take its time: some commits are held for it. It ends with an error: that of the context;
// [*GapError] or [*ChangedError] if what is told cannot be what was committed; [*ResyncError]
// if commits behind the cursor are gone; that of a commit that cannot be read, such as
// [*cluster.VersionError].
func (r *Reader) Commits(ctx context.Context, from Cursor) iter.Seq2[Commit, error] {
	return func(yield func(Commit, error) bool) {
		if len(from) > r.o.Partitions {
			yield(Commit{}, fmt.Errorf("client: the cursor is of %d partitions, and there are %d", len(from), r.o.Partitions))
			return
		}
		ctx, stop := context.WithCancel(ctx)
		f := &following{reader: r, tracks: make(map[int]*track), told: make(chan Commit, someCommits)}
		for _, p := range r.o.Only {
			t := &track{partition: p, behind: true}
			if p < len(from) {
				t.at = from[p]
			}
			f.tracks[p] = t
		}
		ended := make(chan error, 1)
		go func() {
			err := f.run(ctx)
			close(f.told)
			ended <- err
		}()
		defer func() {
			stop()
			for range f.told { // so that who tells need not wait
			}
		}()
		for c := range f.told {
			if ctx.Err() != nil {
				break
			}
			if !yield(c, nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(Commit{}, err)
			return
		}
		yield(Commit{}, <-ended)
	}
}

// someCommits is how many commits are held for a loop that takes its time.
const someCommits = 16

// A following follows the output for one loop, in a goroutine of its own.
type following struct {
	reader *Reader
	tracks map[int]*track
	told   chan Commit
	moved  bool // something was told since the engine was last asked
}

// A wrongError is one of what was told, and not of telling it.
type wrongError struct{ error }

// run follows until the context ends or nothing more can come, and says why.
func (f *following) run(ctx context.Context) error {
	again := rest(f.reader.o.Retry)
	for {
		after := make(map[int]uint64)
		for p, t := range f.tracks {
			after[p] = t.at.Position
		}
		f.moved = false
		err := f.reader.out.Follow(ctx, after, func(p int, c cluster.Committed) error { return f.tell(ctx, p, c) })
		var wrong wrongError
		switch {
		case errors.As(err, &wrong):
			return wrong.error
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, cluster.ErrPurged):
			return &ResyncError{From: f.cursor(), Err: err}
		}
		if f.moved {
			again = rest(f.reader.o.Retry)
		}
		if err != nil && f.reader.o.Report != nil {
			f.reader.o.Report(err)
		}
		if !again.take(ctx) {
			return ctx.Err()
		}
	}
}

// cursor is how far all has been read.
func (f *following) cursor() (c Cursor) {
	for p, t := range f.tracks {
		c.set(p, t.at)
	}
	return c
}

// tell checks a commit and hands it to the loop.
func (f *following) tell(ctx context.Context, partition int, told cluster.Committed) error {
	t := f.tracks[partition]
	if t == nil {
		return nil // which nobody has asked for
	}
	c := Commit{Partition: partition}
	if err := c.Commit.UnmarshalBinary(told.Data); err != nil {
		return wrongError{fmt.Errorf("client: the commit at position %d of partition %d: %w", told.Position, partition, err)}
	}
	c.before = t.at
	diffs, fresh, err := t.take(told.Position, &c.Commit)
	if err != nil {
		return wrongError{err}
	}
	if !fresh {
		return nil
	}
	f.moved = true
	c.Place, c.Diffs, c.Commit.Diffs = t.at, diffs, nil
	select {
	case f.told <- c:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
