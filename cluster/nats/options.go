package nats

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// Options are how a cluster is laid out and how its servers are asked. The zero Options are
// good for three servers or more.
type Options struct {
	// Name begins the names of all streams and subjects of the cluster: letters, digits, -
	// and _; empty means segments. Clusters on the same servers have different names.
	Name string

	// Partitions is the number that the epochs of the input state; 0 means 256. It is noted
	// in the streams when they are made, and never changes.
	Partitions int

	// Replicas is on how many servers each stream is kept; 0 means 3. With 1 a server that is
	// lost takes the cluster with it.
	Replicas int

	// Lease is how long a sign of life holds; 0 means two seconds. All of a cluster should
	// have the same.
	Lease time.Duration

	// Timeout is how long one request waits for its answer, and Patience how long requests
	// are made again while servers elect a leader or cannot be reached, before an error is
	// returned; 0 means 2 and 30 seconds.
	Timeout, Patience time.Duration

	// Buffer is how many messages of a partition are fetched ahead of its worker; 0 means
	// 500. A process holds up to twice as many for each of its partitions.
	Buffer int

	// Window is for how long keys of [Engine.Append] are remembered; 0 means two minutes. It
	// holds for streams that Setup makes.
	Window time.Duration
}

// pace is how the engine waits.
const (
	heartbeat = time.Second            // a server that has nothing to send says so; twice as long without is trouble
	again     = 100 * time.Millisecond // between a request and its repetition
	linger    = 50 * time.Millisecond  // for how long Read waits where nothing has come before
	expect    = time.Second            // for how long Read waits for what is known to be there
	unused    = 30 * time.Second       // behind which a consumer that nobody reads is let go
	keepSnaps = 3                      // snapshots of a partition
)

// goodName is what may begin names of streams and subjects.
var goodName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// filled returns the options with what was left out, or what is wrong with them.
func (o Options) filled() (Options, error) {
	if o.Name == "" {
		o.Name = "segments"
	}
	for _, n := range [...]struct {
		of    *int
		means int
	}{{&o.Partitions, cluster.Partitions}, {&o.Replicas, 3}, {&o.Buffer, 500}} {
		if *n.of == 0 {
			*n.of = n.means
		}
	}
	for _, d := range [...]struct {
		of    *time.Duration
		means time.Duration
	}{{&o.Lease, 2 * time.Second}, {&o.Timeout, 2 * time.Second}, {&o.Patience, 30 * time.Second}, {&o.Window, 2 * time.Minute}} {
		if *d.of == 0 {
			*d.of = d.means
		}
	}
	switch {
	case !goodName.MatchString(o.Name):
		return o, fmt.Errorf("nats: the name %q is to be 1 to 64 letters, digits, - and _", o.Name)
	case min(o.Partitions, o.Replicas, o.Buffer) < 1 || min(o.Lease, o.Timeout, o.Patience, o.Window) < 0:
		return o, fmt.Errorf("nats: Options have a number below zero")
	}
	return o, nil
}

// Names of streams.

func (o Options) inStream() string   { return o.Name + "_IN" }
func (o Options) diffStream() string { return o.Name + "_DIFF" }
func (o Options) snapStream() string { return o.Name + "_SNAP" }

// Names of subjects.

func (o Options) inSubject(p int) string   { return o.Name + ".in." + strconv.Itoa(p) }
func (o Options) inEveryone() string       { return o.Name + ".in.all" }
func (o Options) diffSubject(p int) string { return o.Name + ".diff." + strconv.Itoa(p) }
func (o Options) snapSubject(p int, what string) string {
	return o.Name + ".snap." + strconv.Itoa(p) + "." + what
}
func (o Options) signSubject() string { return o.Name + ".sign" }
func (o Options) whoSubject() string  { return o.Name + ".who" }

// partitionOf is the partition at the end of the subject of a commit.
func (o Options) partitionOf(subject string) (int, error) {
	p, err := strconv.Atoi(subject[strings.LastIndexByte(subject, '.')+1:])
	if err == nil && (p < 0 || p >= o.Partitions) {
		err = ErrPartition
	}
	return p, err
}
