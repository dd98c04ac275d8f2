package query

import (
	"errors"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/client"
	"github.com/segmentrules/segment/index"
)

// Options are how a cluster is asked. The zero Options are good.
type Options struct {
	// Partitions is how many the cluster has; 0 means 256.
	Partitions int

	// Schema, if set, resolves and checks the conditions that are asked about.
	Schema *segment.Schema

	// Client asks the members; nil means one of its own, which follows no redirects. Whoever
	// must say who asks has a Client with a Transport that does.
	Client *http.Client

	// Stall is how long a member may send nothing before others are asked; 0 means 10 seconds.
	// It must be longer than a partition takes to look at all of its contacts.
	Stall time.Duration

	// MaxAnswer is how many bytes a member may send in answer to a question; 0 means 1 GiB.
	MaxAnswer int64
}

// A Cluster asks the members of a cluster. It may be used by many goroutines at once. All of
// its methods ask until they have the whole answer or the context ends: give them one that
// does.
type Cluster struct {
	*core
	marks []client.Mark
}

// A core is what a Cluster has in common with those that [Cluster.After] returns.
type core struct {
	signs  cluster.Signs
	o      Options
	schema atomic.Pointer[segment.Schema]
	read   []atomic.Uint64 // by partition: the furthest position that was answered of
}

// New returns a cluster, of which nobody was asked yet. Errors: numbers below zero.
func New(signs cluster.Signs, o Options) (*Cluster, error) {
	if o.Partitions == 0 {
		o.Partitions = cluster.Partitions
	}
	if o.Stall == 0 {
		o.Stall = 10 * time.Second
	}
	if o.MaxAnswer == 0 {
		o.MaxAnswer = 1 << 30
	}
	if signs == nil || o.Partitions < 1 || o.Stall < 0 || o.MaxAnswer < 0 {
		return nil, errors.New("query: a cluster needs Signs, and Options without numbers below zero")
	}
	if o.Client == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = 16
		o.Client = &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	c := &core{signs: signs, o: o, read: make([]atomic.Uint64, o.Partitions)}
	c.schema.Store(o.Schema)
	return &Cluster{core: c}, nil
}

// After returns the same cluster, whose answers are of partitions that have read what some
// producers have sent, such as this program's own: see client.Producer.Sent. It waits for them.
func (c *Cluster) After(sent ...client.Mark) *Cluster {
	return &Cluster{c.core, append(slices.Clip(c.marks), sent...)}
}

// SetSchema replaces the schema for later questions; nil for none.
func (c *Cluster) SetSchema(s *segment.Schema) { c.schema.Store(s) }

// least is the position that an answer of a partition must have come to: it does not go back.
func (c *core) least(partition int) uint64 { return c.read[partition].Load() }

// seen notes of which position a partition has answered.
func (c *core) seen(partition int, upto uint64) {
	at := &c.read[partition]
	for was := at.Load(); was < upto && !at.CompareAndSwap(was, upto); was = at.Load() {
	}
}

// resolve returns a condition as JSON, as the schema resolves it.
func (c *core) resolve(condition segment.Condition) ([]byte, error) {
	resolved, err := index.Options{Schema: c.schema.Load()}.Resolve(condition)
	if err != nil {
		return nil, err
	}
	return segment.MarshalCondition(resolved)
}

// all are the numbers of all partitions.
func (c *core) all() []int {
	all := make([]int, c.o.Partitions)
	for p := range all {
		all[p] = p
	}
	return all
}
