package clustertest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// A Load makes the messages of a shop whose contacts open mails and change plans, and whose
// segments have windows of some seconds, so that much is told by time alone. Segments are
// defined anew and dropped meanwhile. It is used by one goroutine.
type Load struct {
	Partitions int
	Contacts   int // how many there are

	rand     *rand.Rand
	sent     uint64 // updates
	all      uint64 // what is broadcast
	barriers uint64
	events   int
}

// NewLoad returns a load of some hundred contacts, the same for one seed but for the instants
// of its events.
func NewLoad(seed uint64, partitions int) *Load {
	return &Load{Partitions: partitions, Contacts: 300, rand: rand.New(rand.NewPCG(seed, 16))}
}

// The segments that a load defines, each in several ways.
var loadSegments = []struct {
	id    string
	rules []string
}{
	{"pro", []string{`plan = "pro"`, `plan IN ("pro", "trial")`}},
	{"busy", []string{`COUNT(opened) >= 2 IN LAST 5 seconds`, `COUNT(opened) >= 3 IN LAST 8 seconds`}},
	{"quiet", []string{`NOT DID opened IN LAST 4 seconds`, `NOT DID opened IN LAST 7 seconds`}},
	{"fans", []string{`DID clicked IN LAST 12 seconds AND plan = "pro"`, `DID clicked IN LAST 3 seconds OR SUM(bought.amount) > 40 IN LAST 10 seconds`}},
	{"spenders", []string{`SUM(bought.amount) >= 20 IN LAST 15 seconds`, `SUM(bought.amount) >= 15 IN LAST 20 seconds`}},
	{"listed", []string{`IN LIST "news" AND COUNT(clicked) >= 1 IN LAST 6 seconds`, `IN LIST "news"`}},
	{"core", []string{`IN SEGMENT "busy" AND NOT IN SEGMENT "quiet"`, `IN SEGMENT "busy" OR IN SEGMENT "fans"`}},
	{"first", []string{`score > 50`, `score > 30 AND DID opened IN LAST 9 seconds`}},
}

// Begin returns the messages that a cluster of this environment begins with.
func (l *Load) Begin() (out []cluster.Message) {
	out = append(out, l.broadcast(cluster.Message{Kind: cluster.KindEpoch,
		Epoch: cluster.Epoch{Number: 1, Partitions: l.Partitions, Environment: segment.EnvironmentHere()}}))
	for i := range loadSegments {
		out = append(out, l.define(i, 0))
	}
	return out
}

// Barrier returns the next barrier, and its number.
func (l *Load) Barrier() (cluster.Message, uint64) {
	l.barriers++
	return Barrier(l.barriers), l.barriers
}

func (l *Load) broadcast(m cluster.Message) cluster.Message {
	l.all++
	m.Producer, m.Number = "load", l.all
	return m
}

func (l *Load) define(i, rule int) cluster.Message {
	s := loadSegments[i]
	return l.broadcast(cluster.Message{Kind: cluster.KindDefine,
		Segment: segment.Segment{ID: s.id, Condition: segment.MustParse(s.rules[rule%len(s.rules)])}})
}

// Next returns the next message: in most cases updates of one contact, else a definition, a
// segment dropped, or a message that is refused.
func (l *Load) Next(now time.Time) cluster.Message {
	switch n := l.rand.IntN(200); {
	case n < 3:
		return l.define(l.rand.IntN(len(loadSegments)), l.rand.IntN(2))
	case n < 6: // refused while another segment refers to it
		return l.broadcast(cluster.Message{Kind: cluster.KindDrop, Segment: segment.Segment{ID: loadSegments[l.rand.IntN(len(loadSegments))].id}})
	}
	contact := fmt.Sprint("c", l.rand.IntN(l.Contacts))
	l.sent++
	m := cluster.Message{Kind: cluster.KindUpdates, Producer: "load", Number: l.sent}
	for range 1 + l.rand.IntN(3) {
		m.Updates = append(m.Updates, l.update(contact, now))
	}
	return m
}

// update changes a contact in one of several ways.
func (l *Load) update(contact string, now time.Time) segment.Update {
	u := segment.Update{Contact: contact}
	switch n := l.rand.IntN(20); {
	case n < 12:
		name := []string{"opened", "clicked", "bought"}[l.rand.IntN(3)]
		l.events++
		// some late, and many at one instant, so that more than one thing is due at once
		at := now.Add(-time.Duration(l.rand.IntN(2_500)) * time.Millisecond).Truncate(250 * time.Millisecond)
		u.Events = []segment.Event{{ID: fmt.Sprint("e", l.events), Name: name, At: at,
			Props: fmt.Appendf(nil, `{"amount":%d}`, l.rand.IntN(30))}}
	case n < 15:
		u.Set = map[string]segment.Value{"plan": segment.Text([]string{"free", "trial", "pro"}[l.rand.IntN(3)])}
	case n < 17:
		u.Set = map[string]segment.Value{"score": segment.Number(float64(l.rand.IntN(100)))}
	case n < 18:
		u.Join = []string{"news"}
	case n < 19:
		u.Leave = []string{"news"}
	default:
		u.Delete = true
	}
	return u
}

// Send sends a message until it is known to be stored, or the context ends: then nobody
// knows. It is sent with one number and one key, however often; one without a producer has no
// key, and may be stored as often as it is sent.
func Send(ctx context.Context, in cluster.Input, m cluster.Message, partitions int) error {
	data, err := m.AppendBinary(nil)
	if err != nil {
		return err
	}
	partition, broadcast, err := m.Route(partitions)
	if err != nil {
		return err
	}
	if broadcast {
		partition = cluster.Everyone
	}
	var key string
	if m.Producer != "" {
		key = fmt.Sprintf("%s %d %d", m.Producer, m.Kind, m.Number)
	}
	for {
		if err = in.Append(ctx, partition, key, data); err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		pause.For(ctx, 50*time.Millisecond)
	}
}
