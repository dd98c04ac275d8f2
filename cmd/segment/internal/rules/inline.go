package rules

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Inlined returns what puts the rules of segments in the place of IN SEGMENT. The segments
// come in the order of [Segments]; others are left as they are. A segment of which the rule
// is in another zone cannot be: a zone around it would change it, as it does around the part
// that names it; so the place of a name must not be within IN ZONE, which [Zoned] tells.
func Inlined(segs []segment.Segment) func(segment.Condition) segment.Condition {
	byID := make(map[rule.InSegment]segment.Condition)
	var put func(c segment.Condition) segment.Condition
	put = func(c segment.Condition) segment.Condition {
		if in, ok := c.(rule.InSegment); ok {
			if own, known := byID[in]; known {
				return own
			}
			return c
		}
		return rule.Rewriter{Condition: put}.Rewrite(c)
	}
	for _, seg := range segs {
		byID[rule.InSegment(seg.ID)] = put(seg.Condition)
	}
	return put
}

// Zoned reports whether a condition names a segment within IN ZONE: the segment is decided
// in the calendar's zone, and so its rule cannot stand there.
func Zoned(c segment.Condition) (id string, zoned bool) {
	var visit func(c segment.Condition, within bool) bool
	visit = func(c segment.Condition, within bool) bool {
		if in, ok := c.(rule.InSegment); ok && within {
			id, zoned = string(in), true
			return false
		}
		if _, ok := c.(rule.Zoned); ok {
			within = true
		}
		return rule.Visitor{Condition: func(c segment.Condition) bool { return visit(c, within) }}.Visit(c)
	}
	visit(c, false)
	return id, zoned
}
