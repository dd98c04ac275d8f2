package column

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment"
)

// values is a strip of what no other form can say: lists and objects, integers
// above int64, fractions, far times, and mixtures of many values of different
// kinds.
type values struct {
	n    int
	held int64 // bytes that the values refer to, roughly
	data []segment.Value
}

// newValues returns a strip of n rows with these values, of whatever kinds.
func newValues(vs []segment.Value, n int) *values {
	s := &values{data: make([]segment.Value, n)}
	for r, v := range vs {
		if !v.IsNull() {
			s.set(nil, r, v)
		}
	}
	return s
}

// get returns the value of a row.
func (s *values) get(_ []segment.Value, row int) segment.Value {
	if row >= len(s.data) {
		return segment.Value{}
	}
	return s.data[row]
}

// set gives a row a value, and never fails.
func (s *values) set(_ *dictionary, row int, v segment.Value) bool {
	if row >= len(s.data) {
		s.data = grown(s.data, room(row+1))
	}
	if !s.data[row].IsNull() {
		s.clear(row)
	}
	if v.Kind() == segment.KindText {
		// it may be part of a large document, which should not be held for it
		v = segment.Text(strings.Clone(v.Text()))
	}
	s.data[row] = v
	s.held += heldBy(v)
	s.n++
	return true
}

// clear makes a row null.
func (s *values) clear(row int) {
	s.held -= heldBy(s.data[row])
	s.data[row] = segment.Value{}
	s.n--
}

func (s *values) count() int         { return s.n }
func (s *values) rows() int          { return len(s.data) }
func (s *values) coded() bool        { return false }
func (s *values) decides(*Test) bool { return false }
func (s *values) clone() strip       { return &values{s.n, s.held, slices.Clone(s.data)} }
func (s *values) bytes() int64       { return 48 + int64(cap(s.data))*24 + s.held }

// choose asks value by value.
func (s *values) choose(sel *Selector, in, out *Mask) { chooseRows(sel, s, nil, in, out) }

// heldBy returns the bytes that a value refers to. Fractions do not say how
// long they are; one of a few words is assumed.
func heldBy(v segment.Value) (n int64) {
	switch v.Kind() {
	case segment.KindText, segment.KindVersion:
		return int64(len(v.Text())+7) &^ 7 // memory comes in such sizes
	case segment.KindList:
		n = int64(cap(v.List()))*24 + 8
		for _, e := range v.List() {
			n += heldBy(e)
		}
	case segment.KindObject:
		for _, m := range v.Members() {
			n += 40 + int64(len(m.Name)) + heldBy(m.Value)
		}
	case segment.KindNumber:
		if classOf(v) == classNone && v.Float() < 1<<63 {
			return 112
		}
	}
	return n
}
