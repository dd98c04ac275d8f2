package kafka

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/segmentrules/segment/cluster"
)

// Whose clock says how old a sign of life is? Not that of who gives it, nor Kafka's, whose
// instants are those of the senders: who reads a sign notes when, by its own clock, and so one
// clock is compared with itself. A sign of somebody dead that is read late holds for a lease
// once more; that delays a takeover, and nothing else.

// signMark stands before the address in a sign, so that one without an address is not that of
// somebody who leaves, which has nothing.
const signMark = " "

// A roll is who lives, as far as the signs are read.
type roll struct {
	mu   sync.Mutex
	next int64           // the offset behind the last sign that was read
	by   map[string]sign // nil until signs are read for the first time
}

// A sign is the last one of a member.
type sign struct {
	member cluster.Member
	heard  time.Time
}

// hear takes in a sign that is read now.
func (n *roll) hear(r *kgo.Record, now time.Time) {
	name := string(r.Key)
	if address, ok := strings.CutPrefix(string(r.Value), signMark); ok {
		n.by[name] = sign{cluster.Member{Name: name, Address: address}, now}
		return
	}
	delete(n.by, name)
}

// living returns who lives now, by name, and forgets the others.
func (n *roll) living(lease time.Duration, now time.Time) (members []cluster.Member) {
	for name, s := range n.by {
		if now.Sub(s.heard) > lease {
			delete(n.by, name)
			continue
		}
		members = append(members, s.member)
	}
	slices.SortFunc(members, func(a, b cluster.Member) int { return strings.Compare(a.Name, b.Name) })
	return members
}
