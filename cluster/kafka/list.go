package kafka

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// mostSnaps is how many snapshots of a partition are kept.
const mostSnaps = 3

// A listed snapshot is one as the list has it.
type listed struct {
	Version int     `json:"v"` // of the list
	Upto    uint64  `json:"upto"`
	Size    int     `json:"size"`
	Sum     uint64  `json:"sum"` // a checksum over all of it
	Chunks  []int64 `json:"chunks"`
	at      int64   // its own offset in the list
}

// listVersion is the version of the list that is written, and the only one that is read.
const listVersion = 1

// list reads the list of a partition's snapshots, the highest upto first, and of equal ones the
// last. What it cannot read is passed over.
func (e *Engine) list(ctx context.Context, partition int) (all []listed, err error) {
	topic := e.o.topic(kindList)
	end, err := e.route.offset(ctx, topic, atEnd, true, partition)
	if err != nil {
		return nil, err
	}
	at, err := e.route.offset(ctx, topic, atStart, false, partition)
	if err != nil {
		return nil, err
	}
	for at < end {
		s, err := e.route.fetch(ctx, topic, partition, at, fetchBytes)
		if errors.Is(err, kerr.OffsetOutOfRange) { // another has let go of it meanwhile
			before := at
			if at, err = e.route.offset(ctx, topic, atStart, false, partition); err == nil && at > before {
				continue
			}
			return nil, cmp.Or(err, wrapped(ErrTruncated, topic, partition))
		}
		if err != nil {
			return nil, err
		}
		for _, r := range s.records {
			var l listed
			if json.Unmarshal(r.Value, &l) == nil && l.Version == listVersion && slices.IsSorted(l.Chunks) && (len(l.Chunks) == 0 || l.Chunks[0] >= 0) {
				l.at = r.Offset
				all = append(all, l)
			}
		}
		if s.next <= at {
			break
		}
		at = s.next
	}
	slices.SortFunc(all, func(a, b listed) int { return cmp.Or(cmp.Compare(b.Upto, a.Upto), cmp.Compare(b.at, a.at)) })
	return all, nil
}

// kept are those of a list that stay.
func kept(all []listed) []listed { return all[:min(len(all), mostSnaps)] }

// sweep lets go of what lies before all that is kept, in the list and of the chunks. Who knows
// an old list lets go of nothing that another keeps: what was not among the highest then is not
// later.
func (e *Engine) sweep(ctx context.Context, partition int) error {
	all, err := e.list(ctx, partition)
	if err != nil || len(all) <= mostSnaps {
		return err
	}
	list, chunk := int64(-1), int64(-1)
	for _, l := range kept(all) {
		if list < 0 || l.at < list {
			list = l.at
		}
		if len(l.Chunks) > 0 && (chunk < 0 || l.Chunks[0] < chunk) {
			chunk = l.Chunks[0]
		}
	}
	if err := e.delete(ctx, kindList, partition, list); err != nil || chunk < 0 {
		return err
	}
	return e.delete(ctx, kindSnap, partition, chunk)
}

// delete lets go of what lies before an offset. It is no error if that is gone already.
func (e *Engine) delete(ctx context.Context, kind string, partition int, before int64) error {
	ctx, cancel := context.WithTimeout(ctx, e.o.Patience)
	defer cancel()
	req := kmsg.NewPtrDeleteRecordsRequest()
	req.TimeoutMillis = int32(max(e.o.Patience/2, time.Second).Milliseconds())
	t := kmsg.NewDeleteRecordsRequestTopic()
	t.Topic = e.o.topic(kind)
	p := kmsg.NewDeleteRecordsRequestTopicPartition()
	p.Partition, p.Offset = int32(partition), before
	t.Partitions = append(t.Partitions, p)
	req.Topics = append(req.Topics, t)
	answer, err := e.cl.Request(ctx, req)
	if err != nil {
		return wrapped(err, t.Topic, partition)
	}
	for _, t := range answer.(*kmsg.DeleteRecordsResponse).Topics {
		for _, p := range t.Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil && !errors.Is(err, kerr.OffsetOutOfRange) {
				return wrapped(err, t.Topic, partition)
			}
		}
	}
	return nil
}
