package durable

import (
	"context"
	"iter"
	"maps"

	"github.com/segmentrules/segment"
)

// A Consumer takes the diffs of a store in order, and says what it has done with them. Its
// name outlives it: who opens the same name after a restart goes on behind what was
// acknowledged, so that each diff is told at least once, and its content never changes. Who
// keeps the last revision in the transaction of its own effects, and leaves out what is not
// beyond it, has each exactly once.
//
// One goroutine uses a Consumer at a time, and one Consumer of a name at a time.
type Consumer struct {
	s    *Store
	name string
	at   uint64 // the revision that it has been given
}

// Consumer returns the consumer of a name. A new one begins behind the last diff that has
// been told, which [Consumer.Revision] is, and is durable when this returns.
func (s *Store) Consumer(name string) (*Consumer, error) {
	if err := checkName(name, "consumer"); err != nil {
		return nil, err
	}
	var at uint64
	_, err := s.submit(func(c *core) (outcome, error) {
		var has bool
		if at, has = c.box.from[name]; has {
			return outcome{}, nil
		}
		at = c.revision
		return c.submit(&call{kind: kindConsumer, consumer: name, revision: at})
	})()
	if err != nil {
		return nil, err
	}
	return &Consumer{s, name, at}, nil
}

// Consumers returns the names of all consumers, and the revision that each has
// acknowledged.
func (s *Store) Consumers() map[string]uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.c.box.from)
}

// Forget ends a consumer: diffs are no longer kept for it.
func (s *Store) Forget(name string) error {
	_, err := s.submit(func(c *core) (outcome, error) {
		if _, has := c.box.from[name]; !has {
			return outcome{}, nil
		}
		return c.submit(&call{kind: kindForget, consumer: name})
	})()
	return err
}

// Revision returns the revision of the last diff that the consumer has been given.
func (c *Consumer) Revision() uint64 { return c.at }

// Next returns the diffs behind those that it has returned before, about n of them and
// whole changes always (see [segment.Diff]), and waits until there are some. They are
// durable. Errors: that of the context; [*ResyncError]; that of the store, once there is
// nothing more to be had.
func (c *Consumer) Next(ctx context.Context, n int) ([]segment.Diff, error) {
	s := c.s
	stop := context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.progress.Broadcast()
	})
	defer stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		upTo := s.told
		if s.o.mistake == nextAhead {
			upTo = s.c.revision
		}
		ds, err := s.c.box.next(c.name, c.at, upTo, max(n, 1))
		if err != nil {
			return nil, err
		}
		if len(ds) > 0 {
			c.at = ds[len(ds)-1].Revision
			return ds, nil
		}
		if err := s.c.j.Err(); err != nil {
			return nil, err
		}
		s.progress.Wait()
	}
}

// Ack says that all diffs up to a revision need not be told again. It is durable when it
// returns. A revision that was acknowledged before is no error.
func (c *Consumer) Ack(revision uint64) error {
	_, err := c.s.submit(func(k *core) (outcome, error) {
		if at, has := k.box.from[c.name]; has && revision <= at {
			return outcome{}, nil
		}
		return k.submit(&call{kind: kindAck, consumer: c.name, revision: min(revision, c.at)})
	})()
	return err
}

// Reset has the consumer go on behind a revision, which is where it has read the members of
// its segments: after a [*ResyncError], or to begin with members that are there already.
// [index.Index.Revision] before the reading is right: what is told twice changes nothing.
func (c *Consumer) Reset(revision uint64) error {
	_, err := c.s.submit(func(k *core) (outcome, error) {
		revision = min(revision, k.revision) // else the diffs up to it would never be told
		return k.submit(&call{kind: kindConsumer, consumer: c.name, revision: revision})
	})()
	if err == nil {
		c.at = revision
	}
	return err
}

// History yields the diffs behind a revision, in order and without a gap, up to the newest
// that is durable when it is called: those that are kept, see [Options.History]. Where the
// first is no longer kept the error is a [*ResyncError]. It is for readers that keep their
// own place, such as the subscribers of a live.Host after a restart.
func (s *Store) History(from uint64) iter.Seq2[segment.Diff, error] {
	return func(yield func(segment.Diff, error) bool) {
		s.mu.Lock()
		upTo := s.told
		if s.o.mistake == historyAhead {
			upTo = s.c.revision
		}
		s.mu.Unlock()
		for from < upTo {
			s.mu.Lock()
			ds, err := s.c.box.next("", from, upTo, 1_000)
			s.mu.Unlock()
			if err != nil {
				yield(segment.Diff{}, err)
				return
			}
			if len(ds) == 0 {
				return
			}
			for _, d := range ds {
				if !yield(d, nil) {
					return
				}
			}
			from = ds[len(ds)-1].Revision
		}
	}
}
