package client

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

// Options are how a [Producer] or a [Relay] works. All but the Name may be left out.
type Options struct {
	// Name says who sends. A Producer adds random letters; a Relay takes it as it is.
	Name string

	// Partitions is how many the cluster has; 0 means 256.
	Partitions int

	// Index is what the workers' indexes are made with (cluster.Options.Index), so that
	// definitions and updates that they refuse are refused here. Beside that, and here alone,
	// Schema resolves and checks conditions, and with Strict or Unfit updates are fitted to it:
	// see index.Options.Resolve and index.Options.Fit. Several goroutines may call Unfit at
	// once. Shards, Location and the like do not matter.
	Index index.Options

	// MaxMessage is how many bytes a message may have; 0 means 1,000,000, which brokers take
	// as they are delivered. One that the engine never takes is sent again for ever.
	MaxMessage int

	// Report, if set, is told of every error of the engine, before what was sent is sent
	// again. Several goroutines call it at once.
	Report func(partition int, err error)

	// Retry is how long is waited after the first error before a message is sent again; 0
	// means 20 milliseconds. It doubles with each error, up to 5 seconds.
	Retry time.Duration
}

// filled returns the options with what was left out. Errors: Options that nobody can have.
func (o Options) filled() (Options, error) {
	if o.Partitions == 0 {
		o.Partitions = cluster.Partitions
	}
	if o.MaxMessage == 0 {
		o.MaxMessage = 1_000_000
	}
	if o.Retry == 0 {
		o.Retry = 20 * time.Millisecond
	}
	switch {
	case o.Name == "" || !utf8.ValidString(o.Name):
		return o, errors.New("client: Options need a Name, which is UTF-8")
	case o.Partitions < 1 || o.MaxMessage < 1 || o.Retry < 0:
		return o, errors.New("client: Options have a number below zero")
	}
	return o, nil
}

// checkUpdates refuses what no worker accepts but what is found as messages are written, and
// returns the updates as they fit the schema. Errors are [*index.UpdateError].
func checkUpdates(o index.Options, us []segment.Update) ([]segment.Update, error) {
	us, err := o.Fit(us)
	if err != nil {
		return nil, err
	}
	for i, u := range us {
		var why *segment.Error
		switch {
		case !u.At.IsZero():
			why = refuse("/at", segment.ErrValue, "the instant of an update is when the engine has stored it, and cannot be given; those of events can")
		case o.Retention.Newest > 0 && len(u.Retract) > 0 && !u.Delete:
			why = refuse("/retract", segment.ErrLimit, "an event cannot be retracted where only the newest are kept")
		}
		if why != nil {
			return nil, index.RefuseUpdate(i, why)
		}
	}
	return us, nil
}

// placed is an error of writing updates, with the position of the one that is wrong.
func placed(us []segment.Update, err error) error {
	for i, u := range us {
		u.At = anInstant
		if why := u.Validate(); why != nil {
			return index.RefuseUpdate(i, why)
		}
	}
	return err
}

// anInstant is one that no index refuses.
var anInstant = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// refuse is an error about a part of an update.
func refuse(path string, code segment.Code, format string, args ...any) *segment.Error {
	err := rule.Errorf(code, format, args...)
	err.Path = path
	return err
}

// checkDefinition returns a segment as the schema resolves it. It refuses what every index of
// the cluster refuses, whatever else is defined: an empty index is asked, and only what it
// says of other segments does not count. Errors are those of index.Index.Define.
func checkDefinition(o index.Options, s segment.Segment) (segment.Segment, error) {
	c, err := o.Resolve(s.Condition)
	if err != nil {
		return s, err
	}
	s.Condition = c
	o.Schema, o.Strict, o.Unfit, o.Shards = nil, false, nil, 0
	if _, err := index.New(o).DefineResolved(s, anInstant); err != nil && !errors.Is(err, segment.ErrUnknown) {
		return s, err
	}
	return s, nil
}

// checkEpoch fills in the partitions of an epoch, or refuses others than those of the cluster.
func checkEpoch(e cluster.Epoch, partitions int) (cluster.Epoch, error) {
	if e.Partitions == 0 {
		e.Partitions = partitions
	}
	if e.Partitions != partitions {
		return e, fmt.Errorf("client: an epoch of %d partitions, and the cluster has %d", e.Partitions, partitions)
	}
	return e, nil
}
