package query

import (
	"encoding/json"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster/client"
	"github.com/segmentrules/segment/index"
)

// Questions and answers as they go over the network: a question is one JSON object; the answer
// is a line of JSON for each partition that was asked for, in any order, several for one with
// many members. A partition has answered with its last line; what is cut off before is no
// answer.

// Path is where members answer, behind their Address.
const Path = "/v1/ask"

// A kind is what is asked.
type kind string

const (
	kindCount    kind = "count"
	kindPreview  kind = "preview"
	kindMembers  kind = "members"
	kindOverlap  kind = "overlap"
	kindMetrics  kind = "metrics"
	kindDefined  kind = "defined"
	kindExplain  kind = "explain"
	kindSegments kind = "segments"
	kindContact  kind = "contact"
)

// A question is asked of some partitions.
type question struct {
	Kind       kind            `json:"kind"`
	Of         int             `json:"of"` // how many partitions the cluster has
	Partitions []need          `json:"partitions"`
	Condition  json.RawMessage `json:"condition,omitempty"` // of count and preview, as a schema resolved it
	Sample     int             `json:"sample,omitempty"`    // of preview
	Segments   []string        `json:"segments,omitempty"`  // ids; of members none for all
	Contact    string          `json:"contact,omitempty"`
}

// A need is a partition that is asked, with what it must have read before it may answer.
type need struct {
	Partition int    `json:"partition"`
	Upto      uint64 `json:"upto,omitempty"`
	Sent      []sent `json:"sent,omitempty"`
}

// A sent is what a producer has sent.
type sent struct {
	Producer   string `json:"producer"`
	Updates    uint64 `json:"updates,omitempty"` // the number of its last message of updates
	Broadcasts uint64 `json:"broadcasts,omitempty"`
}

// needOf is what a partition must have read of what marks say.
func needOf(partition int, marks []client.Mark) need {
	n := need{Partition: partition}
	for _, m := range marks {
		if s := (sent{m.Producer, m.Updates[partition], m.Broadcasts}); s.Updates > 0 || s.Broadcasts > 0 {
			n.Sent = append(n.Sent, s)
		}
	}
	return n
}

// A line is an answer of a partition, or one of several lines of it.
type line struct {
	State
	None   string          `json:"none,omitempty"`   // why the partition is not answered for here
	Refuse segment.Errors  `json:"refuse,omitempty"` // what the index says is wrong with the question
	Answer json.RawMessage `json:"answer,omitempty"` // by kind, see below
	More   bool            `json:"more,omitempty"`   // another line follows
}

// Why a partition is not answered for.
const (
	noneElsewhere = "elsewhere" // it is not worked on here, or not loaded yet
	noneBehind    = "behind"    // it has not read what it must
)

// A counted is the answer to count and overlap.
type counted struct {
	Count int `json:"count"`
}

// A previewed is the answer to preview.
type previewed struct {
	Preview index.Preview `json:"preview"`
	Known   []time.Time   `json:"known"` // since when those of the sample are
}

// A membership is a part of the answer to members: some of those of a segment. One without ids
// says that there is the segment.
type membership struct {
	Segment string   `json:"segment"`
	IDs     []string `json:"ids"`
}

// A measured is the answer to metrics.
type measured struct {
	Known   bool          `json:"known"` // there is the segment
	Metrics index.Metrics `json:"metrics"`
}

// The answer to defined is a list of segments, to explain an explanation, to segments a list of
// ids.

// A found is the answer to contact.
type found struct {
	Known   bool           `json:"known"`
	Contact segment.Record `json:"contact"`
}
