package cluster

import (
	"context"
	"errors"
	"math/rand/v2"
)

// ErrUnruly is what an [Unruly] broker answers when it fails: the outcome is not known.
var ErrUnruly = errors.New("cluster: the broker has failed, and nobody knows whether before or after")

// An Unruly broker is a [Fake] that misbehaves as brokers do, by a random source and so the
// same way for one seed: calls fail before or after they take effect, commits arrive after
// their sender has given up, in another order, what is read is old, snapshots are lost or
// damaged. It keeps to what [Broker] promises all the same. It is not safe for concurrent
// use.
type Unruly struct {
	*Fake
	rand *rand.Rand
	odds int
	held []heldCommit
}

// A heldCommit is a commit that is still under way.
type heldCommit struct {
	partition int
	expected  uint64
	data      []byte
}

// NewUnruly returns a broker that misbehaves about once in so many calls, which are 1 at
// least.
func NewUnruly(f *Fake, r *rand.Rand, odds int) *Unruly { return &Unruly{Fake: f, rand: r, odds: odds} }

// whim is one of n misbehaviours, or -1.
func (u *Unruly) whim(n int) int {
	if u.rand.IntN(u.odds) > 0 {
		return -1
	}
	return u.rand.IntN(n)
}

// Read fails, or returns less than there is.
func (u *Unruly) Read(ctx context.Context, partition int, after uint64, most int) ([]Entry, error) {
	switch u.whim(3) {
	case 0:
		return nil, ErrUnruly
	case 1:
		return nil, nil // as if nothing had been sent yet
	case 2:
		most = 1
	}
	return u.Fake.Read(ctx, partition, after, most)
}

// Last fails, or returns a commit that was the last once.
func (u *Unruly) Last(ctx context.Context, partition int) (Committed, error) {
	switch all := u.Output(partition); u.whim(2) {
	case 0:
		return Committed{}, ErrUnruly
	case 1:
		if n := u.rand.IntN(min(len(all), 4) + 1); n < len(all) {
			return all[len(all)-1-n], nil
		}
		return Committed{}, nil
	}
	return u.Fake.Last(ctx, partition)
}

// Commit fails before or after the commit is appended, or long before: see Deliver.
func (u *Unruly) Commit(ctx context.Context, partition int, expected uint64, commit []byte) (uint64, error) {
	switch u.whim(4) {
	case 0:
		return 0, ErrUnruly
	case 1:
		_, _ = u.Fake.Commit(ctx, partition, expected, commit) // nobody hears of it
		return 0, ErrUnruly
	case 2, 3:
		u.held = append(u.held, heldCommit{partition, expected, commit})
		return 0, ErrUnruly
	}
	return u.Fake.Commit(ctx, partition, expected, commit)
}

// Deliver lets one of the commits arrive that are still under way, whichever, and reports
// whether there was one.
func (u *Unruly) Deliver() bool {
	if len(u.held) == 0 {
		return false
	}
	i := u.rand.IntN(len(u.held))
	h := u.held[i]
	u.held = append(u.held[:i], u.held[i+1:]...)
	_, _ = u.Fake.Commit(context.Background(), h.partition, h.expected, h.data) // nobody waits for it
	return true
}

// Snap fails, or returns an older one, none, or one that is damaged.
func (u *Unruly) Snap(ctx context.Context, partition int, most uint64) ([]byte, error) {
	whim := u.whim(4)
	switch whim {
	case 0:
		return nil, ErrUnruly
	case 1:
		return nil, nil
	case 2:
		most = u.rand.Uint64N(min(most, 1<<40) + 1)
	}
	b, err := u.Fake.Snap(ctx, partition, most)
	if whim == 3 && len(b) > 0 {
		b = append([]byte(nil), b...)
		// behind the version, for a later one is no damage
		at := min(len(b)-1, len(imageMagic)+1+u.rand.IntN(len(b)))
		b[at] ^= 1 << u.rand.IntN(8)
	}
	return b, err
}

// PutSnap fails before or after, or does nothing.
func (u *Unruly) PutSnap(ctx context.Context, partition int, upto uint64, snapshot []byte) error {
	switch u.whim(3) {
	case 0:
		return ErrUnruly
	case 1:
		_ = u.Fake.PutSnap(ctx, partition, upto, snapshot) // nobody hears of it
		return ErrUnruly
	case 2:
		return nil
	}
	return u.Fake.PutSnap(ctx, partition, upto, snapshot)
}
