package kafka

import (
	"fmt"
	"regexp"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/segmentrules/segment/cluster"
)

// Options say where Kafka is and what a cluster is called there. Those of all processes of a
// cluster are the same, but for Brokers and Client.
type Options struct {
	// Brokers are addresses, host:port, of some brokers; from them the others are found.
	Brokers []string

	// Name begins the names of the topics and of the transactional ids. It is that of one
	// cluster alone: letters, digits, '.', '_' and '-', 200 at most.
	Name string

	// Partitions is the number of partitions, for the life of the cluster; 0 means 256.
	Partitions int

	// Replicas is on how many brokers each topic is kept; 0 means 3. With 3 or more, a
	// record counts as written when 2 have it. Only Setup uses it.
	Replicas int

	// Skew is by how much the clocks of those that send may differ, for broadcasts to be
	// ahead of all that is before them; 0 means 100 milliseconds.
	Skew time.Duration

	// Lease is for how long a sign of life holds; 0 means 2 seconds.
	Lease time.Duration

	// Patience is for how long a call tries again before it fails; 0 means 15 seconds.
	// Transactions that nobody ends are ended by Kafka after as long, rounded up by some
	// seconds; until then nobody reads on behind them.
	Patience time.Duration

	// Client are further options of franz-go, such as TLS and SASL. They must not be about
	// producing or consuming.
	Client []kgo.Opt
}

const (
	// mostBytes is how long a message or a commit may be, with what Kafka adds.
	mostBytes = 8 << 20
	// mostName is how long a name may be: those of topics may have 249 letters.
	mostName = 200
)

// goodName is what the names of topics are made of.
var goodName = regexp.MustCompile(`^[a-zA-Z0-9._-]+$`)

// filled returns the options with what was left out, or says what is wrong with them.
func (o Options) filled() (Options, error) {
	if o.Partitions == 0 {
		o.Partitions = cluster.Partitions
	}
	if o.Replicas == 0 {
		o.Replicas = 3
	}
	for _, d := range [...]struct {
		of    *time.Duration
		means time.Duration
	}{{&o.Skew, 100 * time.Millisecond}, {&o.Lease, 2 * time.Second}, {&o.Patience, 15 * time.Second}} {
		if *d.of == 0 {
			*d.of = d.means
		}
	}
	switch {
	case len(o.Brokers) == 0:
		return o, fmt.Errorf("kafka: Options have no Brokers")
	case !goodName.MatchString(o.Name) || len(o.Name) > mostName:
		return o, fmt.Errorf("kafka: %q cannot be a name: it is made of letters, digits, '.', '_' and '-', %d at most", o.Name, mostName)
	case o.Partitions < 1 || o.Replicas < 1:
		return o, fmt.Errorf("kafka: Options have %d partitions and %d replicas: of each there is 1 at least", o.Partitions, o.Replicas)
	case o.Skew < 0 || o.Lease < 0 || o.Patience < 0:
		return o, fmt.Errorf("kafka: Options have a length of time below zero")
	}
	return o, nil
}

// client returns a client of franz-go. It connects when it is first used.
func (o Options) client(more ...kgo.Opt) (*kgo.Client, error) {
	all := []kgo.Opt{
		kgo.SeedBrokers(o.Brokers...),
		kgo.ClientID("segment-" + o.Name),
		kgo.DisableClientMetrics(),
		kgo.RetryTimeout(o.Patience),
		kgo.RequestTimeoutOverhead(max(o.Patience/2, time.Second)),
		kgo.RetryBackoffFn(backoff),
		kgo.MetadataMinAge(250 * time.Millisecond), // how soon a new leader is found
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.ProducerBatchMaxBytes(mostBytes),
		kgo.ProducerLinger(0), // what comes while a request is under way goes with the next
		kgo.ProduceRequestTimeout(max(o.Patience/2, time.Second)),
		kgo.RecordDeliveryTimeout(max(o.Patience, time.Second)),
	}
	cl, err := kgo.NewClient(append(append(all, o.Client...), more...)...)
	if err != nil {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	return cl, nil
}

// backoff is how long to wait after so many failures: from 20 milliseconds on, half a second
// at most.
func backoff(fails int) time.Duration {
	return min(20*time.Millisecond<<min(max(fails-1, 0), 5), time.Second/2)
}
