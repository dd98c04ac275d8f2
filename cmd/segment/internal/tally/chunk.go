package tally

import (
	"github.com/segmentrules/segment/cmd/segment/internal/contacts"
)

// A tallied is what a chunk adds to the result.
type tallied struct {
	of, count  int
	each, left []int // of the parts
	sample     []string
	matching   []contacts.Row // of a preview
	attached   int            // events
	contacts.Rows
}

// decide decides contacts.
func (q *compiled) decide(rows []contacts.Row) (t tallied) {
	t.of = len(rows)
	if !q.Preview {
		for _, r := range rows {
			if q.whole.Match(r.Record, q.At) {
				t.count++
			}
		}
		return t
	}
	t.each, t.left = make([]int, len(q.parts)), make([]int, len(q.parts))
	for _, r := range rows {
		in := true
		for i, p := range q.parts {
			if !p.Match(r.Record, q.At) {
				in = false
				continue
			}
			if t.each[i]++; in {
				t.left[i]++
			}
		}
		if !in {
			continue
		}
		t.count++
		t.matching = append(t.matching, r)
		if len(t.sample) < q.Sample {
			t.sample = append(t.sample, r.ID)
		}
	}
	return t
}
