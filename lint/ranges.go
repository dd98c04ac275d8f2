package lint

import (
	"math/big"
	"slices"

	"github.com/segmentrules/segment/internal/normal"
	"github.com/segmentrules/segment/rule"
)

// A rangeEnd is an end of an interval: a point that belongs to it or not, or
// nowhere.
type rangeEnd struct {
	at    rule.Value
	open  bool
	loose bool // there is no end on this side
}

type interval struct{ lo, hi rangeEnd }

// ranges is a set of points of one kind on a line: disjoint intervals in order.
// No interval is the empty set. The line is taken as dense: between two points
// there is a third; where there are whole numbers only, see whole.
type ranges []interval

// everywhere is the set of all points.
func everywhere() ranges { return ranges{{rangeEnd{loose: true}, rangeEnd{loose: true}}} }

// point is the interval of one point.
func point(v rule.Value) interval { return interval{rangeEnd{at: v}, rangeEnd{at: v}} }

// pointSet is the set of these points, whatever their order.
func pointSet(vs []rule.Value) ranges {
	out := make(ranges, 0, len(vs))
	for _, v := range normal.SortedValues(vs, false) {
		out = append(out, point(v))
	}
	return out
}

// side is the set of points x with x op v.
func side(op rule.Op, v rule.Value) ranges {
	switch op {
	case rule.OpEq:
		return ranges{point(v)}
	case rule.OpLt, rule.OpLe:
		return ranges{{rangeEnd{loose: true}, rangeEnd{at: v, open: op == rule.OpLt}}}
	}
	return ranges{{rangeEnd{at: v, open: op == rule.OpGt}, rangeEnd{loose: true}}}
}

// endsFirst reports whether the upper edge a lies before b.
func endsFirst(a, b rangeEnd) bool {
	if a.loose || b.loose {
		return !a.loose
	}
	n := normal.OrderValues(a.at, b.at)
	return n < 0 || n == 0 && a.open && !b.open
}

// laterLo is the greater of two lower edges, earlierHi the lesser of two upper.
func laterLo(a, b rangeEnd) rangeEnd   { return tighter(a, b, 1) }
func earlierHi(a, b rangeEnd) rangeEnd { return tighter(a, b, -1) }

// tighter is the edge that lets fewer values through: of lower edges (side 1) the
// greater, of upper ones (side -1) the lesser, of equal ones the open one.
func tighter(a, b rangeEnd, side int) rangeEnd {
	switch {
	case a.loose:
		return b
	case b.loose:
		return a
	}
	if n := normal.OrderValues(a.at, b.at) * side; n > 0 || n == 0 && a.open {
		return a
	}
	return b
}

// empty reports whether the interval has no point.
func (i interval) empty() bool {
	if i.lo.loose || i.hi.loose {
		return false
	}
	n := normal.OrderValues(i.lo.at, i.hi.at)
	return n > 0 || n == 0 && (i.lo.open || i.hi.open)
}

// and is the intersection. Its cost grows with both sets.
func (r ranges) and(o ranges) (out ranges) {
	for i, j := 0, 0; i < len(r) && j < len(o); {
		a, b := r[i], o[j]
		if both := (interval{laterLo(a.lo, b.lo), earlierHi(a.hi, b.hi)}); !both.empty() {
			out = append(out, both)
		}
		if endsFirst(a.hi, b.hi) {
			i++
		} else {
			j++
		}
	}
	return out
}

// not is the complement on the whole line.
func (r ranges) not() (out ranges) {
	lo := rangeEnd{loose: true}
	for _, i := range r {
		if !i.lo.loose {
			if gap := (interval{lo, rangeEnd{at: i.lo.at, open: !i.lo.open}}); !gap.empty() {
				out = append(out, gap)
			}
		}
		if i.hi.loose {
			return out
		}
		lo = rangeEnd{at: i.hi.at, open: !i.hi.open}
	}
	return append(out, interval{lo, rangeEnd{loose: true}})
}

// oneIf is 1 for true and 0 for false.
func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// union joins intervals, whatever their order.
func union(is []interval) (out ranges) {
	slices.SortFunc(is, func(a, b interval) int {
		switch {
		case a.lo.loose || b.lo.loose:
			return oneIf(b.lo.loose) - oneIf(a.lo.loose)
		case normal.OrderValues(a.lo.at, b.lo.at) != 0:
			return normal.OrderValues(a.lo.at, b.lo.at)
		}
		return oneIf(a.lo.open) - oneIf(b.lo.open)
	})
	for _, i := range is {
		n := len(out)
		if n == 0 || apart(out[n-1].hi, i.lo) {
			out = append(out, i)
			continue
		}
		if last := &out[n-1]; endsFirst(last.hi, i.hi) {
			last.hi = i.hi
		}
	}
	return out
}

// apart reports whether there is a point between an upper edge and a lower one.
func apart(hi, lo rangeEnd) bool {
	if hi.loose || lo.loose {
		return false
	}
	n := normal.OrderValues(hi.at, lo.at)
	return n < 0 || n == 0 && hi.open && lo.open
}

// whole drops the intervals in which there is no whole number.
func (r ranges) whole() ranges {
	return slices.DeleteFunc(slices.Clone(r), func(i interval) bool {
		if i.lo.loose || i.hi.loose {
			return false
		}
		n := floor(i.lo.at.Rat())
		if lo := new(big.Rat).SetInt(n); lo.Cmp(i.lo.at.Rat()) < 0 || i.lo.open {
			n.Add(n, big.NewInt(1))
		}
		c := new(big.Rat).SetInt(n).Cmp(i.hi.at.Rat())
		return c > 0 || c == 0 && i.hi.open
	})
}

// floor is the greatest whole number not above a fraction.
func floor(r *big.Rat) *big.Int { return new(big.Int).Div(r.Num(), r.Denom()) }

// finite returns the points of a set that has no others.
func (r ranges) finite() (vs []rule.Value, ok bool) {
	for _, i := range r {
		if i.lo.loose || i.hi.loose || normal.OrderValues(i.lo.at, i.hi.at) != 0 {
			return nil, false
		}
		vs = append(vs, i.lo.at)
	}
	return vs, true
}
