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
func (q *compiled) decide(rows []contacts.Row) tallied {
	t := q.begin()
	for _, r := range rows {
		q.add(&t, r)
	}
	return t
}

// begin is a tally of no contact.
func (q *compiled) begin() tallied {
	return tallied{each: make([]int, len(q.parts)), left: make([]int, len(q.parts))}
}

// add decides a contact. It reports whether the contact is kept.
func (q *compiled) add(t *tallied, r contacts.Row) (kept bool) {
	t.of++
	if !q.Preview {
		if q.whole.Match(r.Record, q.At) {
			t.count++
		}
		return false
	}
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
		return false
	}
	t.count++
	t.matching = append(t.matching, r)
	if len(t.sample) < q.Sample {
		t.sample = append(t.sample, r.ID)
	}
	return true
}
