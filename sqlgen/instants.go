package sqlgen

import "github.com/segmentrules/segment/rule"

// Two stored instants of different forms, such as milliseconds since 1970 and a
// timestamp, are compared as what both are exactly: numbers of the smaller unit since
// 1970, of a type that holds them whatever the rows say.

// exactInstants compares two instants.
func (s scope) exactInstants(x term, op rule.Op, y term, _ bool) cond {
	if s.alikeInstants(x, y) {
		return s.asStored(x, op, y, false)
	}
	a, b, _ := s.sameUnit(x, y)
	return exactly(s.twoCompare(a, op, b))
}

// alikeInstants reports whether two instants are stored in one form, so that they
// compare as they are.
func (s scope) alikeInstants(x, y term) bool {
	return x.col.Type == y.col.Type && s.instantPlaces(x.col) == s.instantPlaces(y.col)
}

// writtenInstant compares a property that is an instant with another instant, for which
// its text is read.
func (s scope) writtenInstant(x term, op rule.Op, y term, _ bool) cond {
	if !s.asWritten(x).instant() {
		return undecided() // where a day begins depends on the calendar
	}
	return s.exactInstants(s.asWritten(x), op, y, false)
}

// sameUnit writes two instants as numbers of one unit, with so many decimal places of a
// second.
func (s scope) sameUnit(x, y term) (a, b frag, places int) {
	places = max(s.instantPlaces(x.col), s.instantPlaces(y.col))
	return s.unitsOf(x, places), s.unitsOf(y, places), places
}

// unitsOf is an instant as a number of units since 1970.
func (s scope) unitsOf(x term, places int) frag {
	if has, ok := unixPlaces(x.col.Type); ok {
		return s.scaledUp(x.frag, places-has)
	}
	if !x.is(TypeISOTimestamp) {
		return s.sinceEpoch(x.frag, x.col, places)
	}
	return s.let(x.frag, func(t frag) frag {
		n := s.scaledUp(s.secondsOf(substr(t, 1, 19)), places)
		if x.col.Scale > 0 {
			n = cat("(", n, " + ", s.scaledUp(s.asInt(substr(t, 21, x.col.Scale)), places-x.col.Scale), ")")
		}
		return cat("CASE WHEN ", s.inForm(t, true), " THEN CASE WHEN ", s.dayExists(t), " THEN ", n, " END END")
	})
}

// inOneForm makes the instants of several tables comparable: as they are if all have one
// form, and else numbers of a unit that all are whole numbers of.
func (s scope) inOneForm(of []*Events) func(x term) term {
	alike, places := true, 0
	for _, e := range of {
		alike = alike && s.alikeInstants(term{col: e.At}, term{col: of[0].At})
		places = max(places, s.instantPlaces(e.At))
	}
	if alike {
		return func(x term) term { return x }
	}
	units := []Type{TypeUnix, TypeUnixMilli, TypeUnixMicro, TypeUnixNano}
	unit := units[(places+2)/3]
	return func(x term) term {
		places, _ := unixPlaces(unit)
		return term{frag: s.unitsOf(x, places), col: Column{Type: unit}}
	}
}

// scaledUp is an integer of 64 bits times a power of ten, in a type that holds it.
func (t *translation) scaledUp(x frag, places int) frag {
	return tenfold(t.wide(x, 19+places, 0), places)
}

// tenfold is a number times a power of ten.
func tenfold(x frag, places int) frag {
	if places <= 0 {
		return x
	}
	return cat("(", x, " * 1"+zeroDigits[:places]+")")
}

const zeroDigits = "000000000"
