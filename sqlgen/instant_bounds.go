package sqlgen

// Stored instants beside constants, which are brought to the precision of the column.

import (
	"math/big"
	"strings"
	"time"

	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
)

// compareInstant compares a stored instant with a constant.
func (s scope) compareInstant(x term, op rule.Op, t time.Time) frag {
	return s.compareInstants(x, bound{op, t})
}

// compareInstants holds if a stored instant fulfils all of several comparisons with
// constants.
func (s scope) compareInstants(x term, bs ...bound) frag {
	if f, ok := s.compareHeldInstants(x, bs...); ok {
		return f
	}
	var cs []comparison
	all := always() // what those say that hold for all instants, or for none
	for _, b := range bs {
		c, known := s.instantBound(x, b.op, b.at)
		if known.sql != "" {
			all = and(all, known)
			continue
		}
		cs = append(cs, c)
	}
	if len(cs) == 0 || all.never() {
		return all
	}
	return s.compared(x, cs...)
}

// instantBound is a comparison of a stored instant with a constant, which is brought to
// the precision of the column first. If it holds for all instants or for none, known
// says that instead.
func (s scope) instantBound(x term, op rule.Op, t time.Time) (c comparison, known frag) {
	if places, ok := unixPlaces(x.col.Type); ok {
		n, op, ok := onGrid(op, decimal.Scaled(nanos(t), 9), places)
		switch {
		case !ok:
			return c, never()
		case !n.IsInt64():
			return c, s.beyond(x, op, n)
		}
		return comparison{op, integer(n.Int64())}, frag{}
	}
	// A constant before or after all that the database can hold would be an error
	// as an argument.
	oldest, newest := s.limits().oldest, s.limits().newest
	if x.is(TypeISOTimestamp) {
		oldest, newest = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), lastText
	}
	switch {
	case t.Before(oldest):
		return c, s.beyond(x, op, big.NewInt(-1))
	case t.After(newest):
		return c, s.beyond(x, op, big.NewInt(1))
	}
	places := s.instantPlaces(x.col)
	n, op, ok := onGrid(op, decimal.Scaled(nanos(t), 9), places)
	if !ok {
		return c, never()
	}
	n.Mul(n, decimal.Pow10(9-places))
	sec, nsec := new(big.Int).DivMod(n, big.NewInt(1e9), new(big.Int))
	floor := time.Unix(sec.Int64(), nsec.Int64()).UTC()
	return comparison{op, s.instantArg(x.col, floor)}, frag{}
}

// instantArg is an instant as an argument of the type of a column that is no number,
// with as many places as that has.
func (t *translation) instantArg(c Column, at time.Time) frag {
	switch c.Type {
	case TypeISOTimestamp:
		layout := "2006-01-02T15:04:05"
		if c.Scale > 0 {
			layout += "." + strings.Repeat("0", c.Scale)
		}
		return text(at.UTC().Format(layout + "Z"))
	case TypeDatetime:
		return hold(t.timeArg(at, t.instantPlaces(c)), argDatetime)
	}
	return hold(t.timeArg(at, t.instantPlaces(c)), argTime)
}

// instantPlaces is how many digits of the fraction of a second a column has.
func (t *translation) instantPlaces(c Column) int {
	if places, ok := unixPlaces(c.Type); ok {
		return places
	}
	if c.Type == TypeISOTimestamp {
		return c.Scale
	}
	return t.timePlaces(c)
}

// unixPlaces is how many decimal places of a second a type counts.
func unixPlaces(t Type) (places int, ok bool) {
	switch t {
	case TypeUnix:
		return 0, true
	case TypeUnixMilli:
		return 3, true
	case TypeUnixMicro:
		return 6, true
	case TypeUnixNano:
		return 9, true
	}
	return 0, false
}
