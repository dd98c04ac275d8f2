package query

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// The bounds of a question.
const (
	mostNeeds   = 1 << 16 // partitions that are asked at once
	mostSent    = 1 << 10 // producers that are waited for
	mostIDs     = 1 << 16 // segments
	mostSampled = 10_000
)

// questionLimits leave room for a condition of the greatest depth within a question.
var questionLimits = rule.Limits{Depth: rule.DefaultDepth + 4}.WithDefaults()

// A prepared question has been read, and can be asked.
type prepared struct {
	question
	condition segment.Condition
}

// prepare reads a question, which is for a cluster of so many partitions.
func prepare(text []byte, partitions int) (*prepared, error) {
	if err := rule.CheckJSON(text, questionLimits); err != nil {
		return nil, err
	}
	q := new(prepared)
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&q.question); err != nil {
		return nil, rule.Errorf(segment.ErrType, "a question: %v", err)
	}
	if q.Of != partitions {
		return nil, &problem{status: 409, code: codePartitions, detail: fmt.Sprintf("the question is for a cluster of %d partitions, and this one has %d", q.Of, partitions)}
	}
	if err := q.check(); err != nil {
		return nil, rule.Errorf(segment.ErrValue, "a question %v", err)
	}
	if q.Kind == kindCount || q.Kind == kindPreview {
		var err error
		if q.condition, err = segment.UnmarshalCondition(q.Condition); err != nil {
			return nil, err
		}
	}
	return q, nil
}

// check says what a question has too much or too little of.
func (q *question) check() error {
	seen := make(map[int]bool)
	for _, n := range q.Partitions {
		if n.Partition < 0 || n.Partition >= q.Of || seen[n.Partition] {
			return fmt.Errorf("of partition %d, which there is not, or twice", n.Partition)
		}
		seen[n.Partition] = true
		if len(n.Sent) > mostSent {
			return fmt.Errorf("that waits for more than %d producers", mostSent)
		}
	}
	for _, id := range append(q.Segments[:len(q.Segments):len(q.Segments)], q.Contact) {
		if !utf8.ValidString(id) {
			return fmt.Errorf("with an id that is not UTF-8")
		}
	}
	ids, least, most := len(q.Segments), 0, 0
	switch q.Kind {
	case kindOverlap:
		least, most = 2, 2
	case kindMetrics, kindExplain:
		least, most = 1, 1
	case kindMembers:
		most = mostIDs
	case kindCount, kindPreview, kindDefined, kindSegments, kindContact:
	default:
		return fmt.Errorf("of kind %q, which there is not", q.Kind)
	}
	switch {
	case len(q.Partitions) == 0 || len(q.Partitions) > mostNeeds:
		return fmt.Errorf("of %d partitions", len(q.Partitions))
	case ids < least || ids > most:
		return fmt.Errorf("of kind %q with %d segments", q.Kind, ids)
	case q.Sample < 0 || q.Sample > mostSampled:
		return fmt.Errorf("for a sample of %d, which may be %d", q.Sample, mostSampled)
	}
	return nil
}
