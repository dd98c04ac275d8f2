package nats

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// A snapshot is pieces under a subject of its own, and a line in the list of its partition,
// which is written last and only if nobody has written it since it was read. Whoever dies
// before that leaves pieces that nobody lists; the next snapshot of the partition clears them
// away. (The object store of the client library would leave them for ever, and cannot list the
// objects of one partition alone.)

// A snapList is what is kept of a partition, the highest upto first.
type snapList struct {
	Snaps []snapLine `json:"snaps"`
	at    uint64     // its sequence, 0 for none
}

// A snapLine is one snapshot.
type snapLine struct {
	Upto   uint64 `json:"upto"`
	ID     string `json:"id"`
	Pieces int    `json:"pieces"`
	Bytes  int    `json:"bytes"`
	Sum    uint64 `json:"sum"` // crc64, ECMA
}

const (
	listName = "list" // the last part of the subject of a list; ids have a -
	// young is how long pieces that are in no list are left alone: they may be of a snapshot
	// that is being written.
	young = 10 * time.Minute
)

// snapList reads the list of a partition.
func (e *Engine) snapList(ctx context.Context, partition int) (list snapList, err error) {
	err = e.o.insist(ctx, func(ctx context.Context) error {
		list = snapList{}
		m, err := e.snap.GetLastMsgForSubject(ctx, e.o.snapSubject(partition, listName))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := json.Unmarshal(m.Data, &list); err != nil {
			return fmt.Errorf("nats: the list of snapshots of partition %d: %w", partition, err)
		}
		list.at = m.Sequence
		return nil
	})
	return list, err
}

// errListed says that another process has written the list meanwhile; it is worth another try.
var errListed = fmt.Errorf("nats: another process has put a snapshot at the same time: %w", natsgo.ErrTimeout)

// enter writes the list with a line more, and without those that are too many.
func (e *Engine) enter(ctx context.Context, partition int, line snapLine) error {
	list, err := e.snapList(ctx, partition)
	if err != nil {
		return err
	}
	all := slices.DeleteFunc(list.Snaps, func(l snapLine) bool { return l.Upto == line.Upto })
	all = append(all, line)
	slices.SortFunc(all, func(a, b snapLine) int { return cmp.Compare(b.Upto, a.Upto) })
	list.Snaps = all[:min(keepSnaps, len(all))]
	m := natsgo.NewMsg(e.o.snapSubject(partition, listName))
	if m.Data, err = json.Marshal(list); err != nil {
		return err
	}
	m.Header.Set(jetstream.MsgRollup, jetstream.MsgRollupSubject)
	m.Header.Set(jetstream.ExpectedLastSubjSeqHeader, strconv.FormatUint(list.at, 10))
	_, err = e.publish(ctx, m, e.o.Timeout)
	if wrong, _ := wrongPlace(err); wrong {
		err = errListed
	}
	return err
}

// clear lets go of pieces that are in no list: those of snapshots that were listed before the
// oldest of the list, and those of whoever died. If it fails the next one does it.
func (e *Engine) clear(ctx context.Context, partition int) {
	ctx, cancel := context.WithTimeout(ctx, e.o.Timeout)
	defer cancel()
	info, err := e.snap.Info(ctx, jetstream.WithSubjectFilter(e.o.snapSubject(partition, "*")))
	if err != nil {
		return
	}
	list, err := e.snapList(ctx, partition)
	if err != nil || len(list.Snaps) == 0 {
		return
	}
	for subject := range info.State.Subjects {
		id := subject[strings.LastIndexByte(subject, '.')+1:]
		if id == listName || slices.ContainsFunc(list.Snaps, func(l snapLine) bool { return l.ID == id }) {
			continue
		}
		if made, known := madeAt(id); known && time.Since(made) < young && made.After(oldest(list)) {
			continue // perhaps it is being written
		}
		_ = e.snap.Purge(ctx, jetstream.WithPurgeSubject(subject))
	}
}

// newID returns an id for the pieces of a snapshot, with the time in it.
func newID() string { return strconv.FormatInt(time.Now().UnixNano(), 10) + "-" + nuid.Next() }

// madeAt is the time in an id.
func madeAt(id string) (time.Time, bool) {
	nanos, _, ok := strings.Cut(id, "-")
	n, err := strconv.ParseInt(nanos, 10, 64)
	return time.Unix(0, n), ok && err == nil
}

// oldest is when the oldest snapshot of a list was made.
func oldest(list snapList) (first time.Time) {
	for i, l := range list.Snaps {
		if made, _ := madeAt(l.ID); i == 0 || made.Before(first) {
			first = made
		}
	}
	return first
}
