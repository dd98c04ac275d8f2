package kafka

import (
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
)

// The errors beside those of package cluster, which are ErrFenced and ErrPurged. What Kafka
// itself answers is wrapped, and found by errors.Is with the errors of package kerr.
var (
	// ErrTruncated says that a position is behind the end of what Kafka keeps: it was given
	// out once, and the log has lost it since, or it is of another cluster.
	ErrTruncated = errors.New("kafka: the log ends before that position: it was cut off, or is another one")

	// ErrOpen says that a transaction in an output neither ends nor can be ended. What lies
	// behind it is not known, so that nothing may be committed. On brokers before 3.6 a
	// record that arrives late may leave one; kafka-transactions.sh finds and aborts it.
	ErrOpen = errors.New("kafka: a transaction is open and does not end")

	// ErrNotCommitted says that a commit has failed before Kafka was asked to commit it: it
	// is not in the output and never will be.
	ErrNotCommitted = errors.New("kafka: nothing was committed")

	// ErrClock says that a broadcast found no instant that is ahead of all messages before
	// it: its transaction took too long, again and again.
	ErrClock = errors.New("kafka: a broadcast took longer than it may")

	// ErrClosed says that the engine is closed.
	ErrClosed = errors.New("kafka: the engine is closed")
)

// A TopicError says that a topic is not as an [Engine] needs it.
type TopicError struct {
	Topic     string
	What      string // that is looked at: "partitions", or the name of a setting
	Was, Want string // Was is empty if the topic is not there
}

// Error says what differs.
func (e *TopicError) Error() string {
	if e.Was == "" {
		return fmt.Sprintf("kafka: there is no topic %s: has Setup been called for this name?", e.Topic)
	}
	if e.What == inPartitions {
		return fmt.Sprintf("kafka: topic %s has %s partitions, and %s are asked for: are there two clusters of one name?", e.Topic, e.Was, e.Want)
	}
	return fmt.Sprintf("kafka: topic %s has %s=%s, and must have %s", e.Topic, e.What, e.Was, e.Want)
}

// inPartitions stands in a TopicError for the number of partitions.
const inPartitions = "partitions"

// fenced reports whether an error says that another producer has the transactional id now,
// or that Kafka has ended the transaction itself, because it took too long.
func fenced(err error) bool {
	for _, k := range [...]error{kerr.InvalidProducerEpoch, kerr.ProducerFenced, kerr.InvalidProducerIDMapping, kerr.InvalidTxnState, kerr.TransactionAbortable} {
		if errors.Is(err, k) {
			return true
		}
	}
	return false
}
