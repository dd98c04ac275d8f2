package column

import (
	"math"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A class is a set of values that can be counted: each is an int64, in the
// order of the values, and the value comes back exactly.
type class uint8

const (
	classNone     class = iota
	classInt            // numbers that are an int64
	classCents          // numbers of at most two decimals, in hundredths
	classFloat          // numbers that a float64 says, its bits in order
	classTime           // instants from 1678 to 2262, in nanoseconds
	classDate           // days since 1970
	classDuration       // in nanoseconds
)

// maxCents keeps hundredths where float64 divides them by 100 without two
// falling together.
const maxCents = 1 << 52

const day = 24 * 60 * 60

// maxSecond is the last second of which int64 counts the nanoseconds.
const maxSecond = math.MaxInt64 / 1_000_000_000

// maxDay keeps days where package time counts them right: 27 million years.
const maxDay = 10_000_000_000

// kind is the kind of the values of a class.
func (c class) kind() segment.Kind {
	switch c {
	case classTime:
		return segment.KindTime
	case classDate:
		return segment.KindDate
	case classDuration:
		return segment.KindDuration
	case classNone:
		return segment.KindNull
	}
	return segment.KindNumber
}

// classOf returns the narrowest class that holds the value.
func classOf(v segment.Value) class {
	switch v.Kind() {
	case segment.KindNumber:
		// from the narrowest on: every class holds some that the ones before do not
		for c := classInt; c <= classFloat; c++ {
			if _, ok := c.encode(v); ok {
				return c
			}
		}
	case segment.KindTime:
		return classTime.holding(v)
	case segment.KindDate:
		return classDate.holding(v)
	case segment.KindDuration:
		return classDuration.holding(v)
	}
	return classNone
}

// holding returns the class if it holds the value, else none.
func (c class) holding(v segment.Value) class {
	if _, ok := c.encode(v); ok {
		return c
	}
	return classNone
}

// encode returns the number for a value; ok is false if the value is not of
// the class.
func (c class) encode(v segment.Value) (x int64, ok bool) {
	if v.Kind() != c.kind() {
		return 0, false
	}
	switch c {
	case classInt:
		return v.Int()
	case classCents:
		// whole numbers first: float64 does not hold all of them
		if i, ok := v.Int(); ok {
			return i * 100, i < maxCents/100 && i > -maxCents/100
		}
		f := v.Float()
		// 0.29 as a float64 is not 29/100 exactly, but it is the float64 nearest to it, and so
		// comes back as the same value.
		hundredths := math.Round(f * 100)
		if math.Abs(hundredths) >= maxCents || hundredths/100 != f {
			return 0, false
		}
		return int64(hundredths), segment.Number(f).Equal(v)
	case classFloat:
		f := v.Float()
		return orderedBits(f), segment.Number(f).Equal(v)
	case classTime:
		t := v.Time()
		s := t.Unix()
		return s*1e9 + int64(t.Nanosecond()), s >= -maxSecond && s < maxSecond
	case classDate:
		y, m, d := v.Date()
		s := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()
		x = s / day // exact: midnights
		return x, x >= -maxDay && x <= maxDay && c.decode(x).Equal(v)
	case classDuration:
		d := v.Duration()
		return int64(d), segment.Duration(d).Equal(v)
	}
	return 0, false
}

// decode is the inverse of encode.
func (c class) decode(x int64) segment.Value {
	switch c {
	case classInt:
		return segment.Int(x)
	case classCents:
		return segment.Number(float64(x) / 100)
	case classFloat:
		return segment.Number(fromOrderedBits(x))
	case classTime:
		return segment.Time(time.Unix(0, x))
	case classDate:
		return segment.Date(1970, time.January, int(1+x))
	case classDuration:
		return segment.Duration(time.Duration(x))
	}
	return segment.Value{}
}

// orderedBits returns an int64 that orders as the float64 does.
func orderedBits(f float64) int64 {
	b := int64(math.Float64bits(f))
	// The bits of a float64 order as a sign and a magnitude do. Where the sign is set, all
	// other bits are turned round, so that the larger magnitude is the lesser number.
	return b ^ b>>63&math.MaxInt64
}

// fromOrderedBits is the inverse of orderedBits.
func fromOrderedBits(b int64) float64 {
	return math.Float64frombits(uint64(b ^ b>>63&math.MaxInt64))
}

// units returns in what steps the numbers of a class may be kept, the longest
// first: most instants are whole seconds, and fit 32 bits as such.
func (c class) units() []int64 {
	switch c {
	case classTime, classDuration:
		return []int64{day * 1e9, 1e9, 1e6, 1}
	}
	return []int64{1}
}

// domain returns the least and the greatest number of a class.
func (c class) domain() (least, greatest int64) {
	switch c {
	case classCents:
		return -maxCents, maxCents
	case classFloat:
		return orderedBits(-math.MaxFloat64), orderedBits(math.MaxFloat64)
	case classDate:
		return -maxDay, maxDay
	}
	return math.MinInt64, math.MaxInt64
}

// within returns the numbers of the class whose values lie in the range, from
// lo to hi; none if lo > hi. It asks the definition of a comparison, as a bound
// need not be of the class: 2^53+1 over floats, a third over hundredths.
func (c class) within(r Range) (lo, hi int64) {
	lo, hi = c.domain()
	if x, ok := c.encode(r.Lo); ok && x > lo && x < hi {
		// the bound is a number of the class: an open one begins at the next
		lo = x + int64(b2u(r.LoOpen))
	} else if !r.Lo.IsNull() {
		// no number of the class is the bound, and so the first that is above it is looked for
		lo = first(lo, hi, func(x int64) bool { return ordered(r.Lo, c.decode(x), r.LoOpen) })
		if !ordered(r.Lo, c.decode(lo), r.LoOpen) {
			return 1, 0
		}
	}
	if x, ok := c.encode(r.Hi); ok && x > lo && x < hi {
		return lo, x - int64(b2u(r.HiOpen))
	}
	if !r.Hi.IsNull() && !ordered(c.decode(hi), r.Hi, r.HiOpen) {
		beyond := first(lo, hi, func(x int64) bool { return !ordered(c.decode(x), r.Hi, r.HiOpen) })
		// even the least is too large
		if beyond == lo {
			return 1, 0
		}
		hi = beyond - 1
	}
	return lo, hi
}

// ordered reports whether a is less than b, or equal unless strict.
func ordered(a, b segment.Value, strict bool) bool {
	op := rule.OpLe
	if strict {
		op = rule.OpLt
	}
	return segment.Evaluate(rule.Compare{Left: a, Op: op, Right: b}, segment.Record{}, time.Time{})
}

// first returns the least number from lo to hi for which pass holds, given
// that it holds for all greater ones; hi if for none.
func first(lo, hi int64, pass func(int64) bool) int64 {
	for lo < hi {
		middle := lo + int64((uint64(hi)-uint64(lo))/2)
		if pass(middle) {
			hi = middle
		} else {
			lo = middle + 1
		}
	}
	return lo
}
