package sqlgen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
)

// Every database has statements that it refuses for their size: so many placeholders,
// tables joined, bytes; and others that it plans for minutes. Where a statement has more
// than its capacity of something, the condition of the topmost AND that has most of it is left to
// Go, until the statement fits.

// A size is how much of a statement there is, by what its capacity bounds.
type size struct {
	name  string
	most  func(c capacity) int
	whole func(t *translation, parts []frag, whole sent) int
	one   func(t *translation, part frag) int
}

// sizes are all that are bounded, but for nesting, which elements.go bounds.
var sizes = []size{
	{"placeholders", func(c capacity) int { return c.params },
		func(_ *translation, _ []frag, whole sent) int { return len(whole.args) },
		func(_ *translation, part frag) int { return len(part.args) }},
	{"joined tables", func(c capacity) int { return c.tables },
		func(t *translation, parts []frag, _ sent) int { return 1 + t.joined(parts...) },
		func(t *translation, part frag) int { return t.joined(part) }},
	{"subqueries", func(c capacity) int { return c.subqueries },
		func(_ *translation, _ []frag, whole sent) int { return semiJoins(whole.text) },
		func(_ *translation, part frag) int { return semiJoins(part.sql) }},
	{"bytes", func(c capacity) int { return c.bytes },
		func(_ *translation, _ []frag, whole sent) int { return len(whole.text) },
		func(t *translation, part frag) int { return len(part.sql) }},
}

// joined is how many tables are joined to the contacts for what conditions read.
func (t *translation) joined(parts ...frag) int {
	return len(t.joinsIn(parts...)) + len(t.kinRead(t.families[contacts], parts...))
}

// semiJoins is how many subqueries of ids a condition asks.
func semiJoins(sql string) int {
	return strings.Count(sql, " IN (SELECT ") + strings.Count(sql, "EXISTS (SELECT ")
}

// exceeded is what a statement has too much of; ok is false if it fits.
func (t *translation) exceeded(parts []frag, whole sent) (of size, ok bool) {
	for _, s := range sizes {
		if s.whole(t, parts, whole) > s.most(t.limits().capacity) {
			return s, true
		}
	}
	return size{}, false
}

// fitting writes the statement, with as few conditions left to Go as it takes to fit.
func (t *translation) fitting(parts []conjunct) (f sent, err error) {
	f = t.whole(parts)
	for {
		of, ok := t.exceeded(frags(parts), f)
		if !ok {
			return f, nil
		}
		has := make([]int, len(parts))
		for i, p := range parts {
			has[i] = of.one(t, p.frag)
		}
		whole, most := of.whole(t, frags(parts), f), of.most(t.limits().capacity)
		if slices.Max(has) == 0 {
			return f, segment.Errors{{Code: segment.ErrLimit, Msg: fmt.Sprintf("the statement has %d %s, and the database takes %d", whole, of.name, most)}}
		}
		for excess := whole - most; excess > 0 && slices.Max(has) > 0; {
			i := slices.Index(has, slices.Max(has))
			excess -= has[i]
			has[i], parts[i].cond = 0, undecided()
		}
		f = t.whole(parts)
	}
}
