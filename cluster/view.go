package cluster

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// A View is the state of a partition as it is at one moment, between two steps of its worker.
// It is of use only within the function that [Worker.View] calls with it.
//
// The state may be ahead of what is committed. That is as it should be: it is a function of
// the input, which is durable, so that whoever takes the partition over comes to the same.
type View struct{ w *Worker }

// Index returns the index, for reading.
func (v View) Index() *index.Index { return v.w.m.ix }

// Upto returns the position of the last message of the input that is done. Time may already
// have run further, to the instant of the next message or a part of the way.
func (v View) Upto() uint64 { return v.w.m.upto }

// Epoch returns the epoch that is in force; the zero Epoch before the first.
func (v View) Epoch() Epoch { return v.w.m.epoch }

// Number returns the last number of a producer's updates in this partition, or of its
// broadcasts; 0 if there is none, or if the producer has been silent for a month or two.
func (v View) Number(producer string, broadcast bool) uint64 {
	m := Message{Kind: KindUpdates, Producer: producer}
	if broadcast {
		m.Kind = KindTick
	}
	return v.w.m.senders.last(m.sender())
}

// Output returns where the state lies in the output: the position of the last commit that the
// worker knows of, the revision of the last diff that is made, which may be in a commit to
// come, and the checksum over all diffs up to that one. It costs the diffs that are not
// committed yet.
func (v View) Output() (position, revision uint64, chain segment.Chain) {
	return v.w.last, v.w.m.ix.Revision(), v.w.chain.Add(v.w.ahead...)
}

// View calls a function with the state as it is, and reports whether it did: a worker that has
// not loaded, or has not come yet to what is committed, shows nothing. The worker waits until
// the function returns, but for calls of the broker that are under way. Several goroutines may
// look at once.
func (w *Worker) View(look func(View)) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.behind() || w.m.ix.Revision() < w.told.Revision {
		return false
	}
	look(View{w})
	return true
}
