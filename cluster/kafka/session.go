package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// A transactional id has one producer at a time: whoever asks Kafka to be it (InitProducerID)
// gets a number, the epoch, above that of the one before, whose transaction is aborted if it is
// open, and who is refused from then on. That is the fence. What it means that nothing of the
// one before can come later: Kafka answers only when the transaction that was open is ended to
// the last partition.
//
// The client heals some errors by asking anew, without a word. Here that would be a producer
// that does not know what the one between has written; so the epoch is looked at before each
// transaction and before it is ended, and after any error the producer is given up.

// A session is a transactional id of an engine, and the producer that it is at present, if any.
// It is used by who holds it: see take.
type session struct {
	txid string
	make func() (*kgo.Client, error)
	held chan struct{} // full while it is held

	cl    *kgo.Client // nil if it is no producer
	id    int64
	epoch int16
	last  uint64 // of an output: the position of its last commit, as long as cl has the id
}

// newSession returns a session that is no producer yet. It ends with the context.
func newSession(ctx context.Context, o Options, txid string) session {
	return session{txid: txid, held: make(chan struct{}, 1), make: func() (*kgo.Client, error) {
		return o.client(kgo.WithContext(ctx), kgo.TransactionalID(txid), kgo.TransactionTimeout(max(o.Patience, time.Second)))
	}}
}

// take waits until nobody else holds the session. It is given back by give.
func (s *session) take(ctx context.Context) error {
	select {
	case s.held <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// give gives the session to the next.
func (s *session) give() { <-s.held }

// drop gives up the producer. What it has left open is aborted by the next, or by Kafka.
func (s *session) drop() {
	if s.cl != nil {
		s.cl.Close()
	}
	s.cl = nil
}

// start makes the session the producer of its id: every other one is fenced when it returns,
// and what they have committed can be read.
func (s *session) start(ctx context.Context) (err error) {
	s.drop()
	if s.cl, err = s.make(); err != nil {
		return err
	}
	if s.id, s.epoch, err = s.cl.ProducerID(ctx); err == nil && s.id < 0 {
		err = errors.New("the brokers know no transactions")
	}
	if err != nil {
		s.drop()
		return fmt.Errorf("kafka: transactional id %s: %w", s.txid, err)
	}
	return nil
}

// transact writes records in one transaction, and sets their offsets. The error is an
// [ErrNotCommitted] if nothing was written, now or later; after another one nobody knows. After
// any the producer is given up. before, if set, is asked when all is written and not yet
// committed.
func (s *session) transact(ctx context.Context, records []*kgo.Record, before func() error) (err error) {
	defer func() {
		if err != nil {
			s.drop()
		}
	}()
	if err := s.fill(ctx, records); err != nil {
		return fmt.Errorf("%w: transactional id %s: %w", ErrNotCommitted, s.txid, err)
	}
	if before != nil {
		if err := before(); err != nil {
			return fmt.Errorf("%w: %w", ErrNotCommitted, err)
		}
	}
	if err := s.cl.EndTransaction(ctx, kgo.TryCommit); err != nil {
		return fmt.Errorf("kafka: transactional id %s: a commit of unknown outcome: %w", s.txid, err)
	}
	if s.id, s.epoch, err = s.cl.ProducerID(ctx); err != nil {
		s.drop() // what was committed is committed
	}
	return nil
}

// fill begins a transaction and waits until every record is written.
func (s *session) fill(ctx context.Context, records []*kgo.Record) error {
	if err := s.cl.BeginTransaction(); err != nil {
		return err
	}
	if err := s.same(ctx); err != nil {
		return err
	}
	done := make(chan error, len(records))
	for _, r := range records {
		s.cl.Produce(ctx, r, func(_ *kgo.Record, err error) { done <- err })
	}
	for range records {
		select {
		case err := <-done:
			if err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for _, r := range records {
		if r.Offset < 0 {
			return errors.New("Kafka does not say where it has written")
		}
	}
	return s.same(ctx)
}

// same refuses a producer that has begun anew by itself.
func (s *session) same(ctx context.Context) error {
	id, epoch, err := s.cl.ProducerID(ctx)
	if err == nil && (id != s.id || epoch != s.epoch) {
		err = fmt.Errorf("the producer has begun anew: epoch %d of %d, was %d of %d", epoch, id, s.epoch, s.id)
	}
	return err
}
