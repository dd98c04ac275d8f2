package index

import "github.com/segmentrules/segment"

// mergeDates makes one leaf of the parts of an AND that compare parts of one
// date with the clock. DAY(x) = DAY(TODAY) flips twice a month for everybody;
// together with MONTH(x) = MONTH(TODAY) twice a year, and that is how often a
// contact must be looked at.
func mergeDates(cs []segment.Condition) (rest []segment.Condition, merged segment.Condition) {
	var field segment.Field
	var dates []segment.Condition
	for _, c := range cs {
		if f, ok := partOfDate(c); ok && (dates == nil || f == field) {
			field, dates = f, append(dates, c)
		} else {
			rest = append(rest, c)
		}
	}
	if len(dates) < 2 {
		return cs, nil
	}
	return rest, segment.And(dates)
}

// partOfDate returns the field of a leaf that compares a part of it with the
// clock, and reads nothing else.
func partOfDate(c segment.Condition) (segment.Field, bool) {
	cmp, ok := c.(segment.Compare)
	if !ok || cmp.Op != segment.Eq {
		return "", false
	}
	if _, ok := cmp.Left.(segment.Call); !ok {
		return "", false
	}
	in := segment.Reads(c)
	if !in.Clock || len(in.Fields) != 1 || len(in.Events)+len(in.Lists)+len(in.Segments)+len(in.History) > 0 {
		return "", false
	}
	return in.Fields[0], true
}
