package target

import (
	"bytes"
	"fmt"

	"github.com/segmentrules/segment/internal/definition"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// What all writers of definitions share: losses with their places in the tree, and conditions
// in simpler words, for systems that lack some.

// A Writer writes one condition. What it cannot say gathers in it.
type Writer struct {
	source.Options
	lost    []lost
	written int         // conditions that had to be written out
	pinned  *rule.Trail // the place of all that is written out
}

// lost is a [Loss] with its place in the tree.
type lost struct {
	source.Loss
	at *rule.Trail
}

// Omit reports that a condition is left out; it returns nil, as what is written of it.
func (w *Writer) Omit(at *rule.Trail, needs, format string, args ...any) []byte {
	w.Lose(at, source.Omitted, needs, fmt.Sprintf(format, args...))
	return nil
}

// Lose reports what becomes of a part that cannot be said as it is.
func (w *Writer) Lose(at *rule.Trail, kind string, needs, what string) {
	if w.pinned != nil {
		at = w.pinned
	}
	w.lost = append(w.lost, lost{source.Loss{What: what, Needs: needs, Kind: kind}, at})
}

// WrittenOut writes, by a function of the system, what stands for a condition at a place: all
// that gets lost of it is lost there.
func (w *Writer) WrittenOut(at *rule.Trail, c rule.Condition, write func(*rule.Trail, rule.Condition) []byte) []byte {
	before := w.pinned
	if before == nil {
		w.pinned = at.In("") // never nil
	}
	text := write(at, c)
	w.pinned = before
	return text
}

// Losses is what got lost of the condition, each with its place in the definition of it.
func (w *Writer) Losses(c rule.Condition) (losses []source.Loss) {
	var paths []string
	for _, l := range w.lost {
		paths = append(paths, l.at.Path())
	}
	for i, pointer := range definition.Pointers(c, paths, rule.Limits{}.WithDefaults()) {
		l := w.lost[i].Loss
		l.Path = pointer
		losses = append(losses, l)
	}
	return losses
}

// atLeast holds if at least k of the conditions do, by AND and OR alone: the first and at least
// k-1 of the others, or at least k of the others. It is false where that would be too long.
func (w *Writer) atLeast(k int, cs []rule.Condition) (c rule.Condition, ok bool) {
	const most = 1_000
	switch w.written++; {
	case w.written > most:
		return nil, false
	case k <= 0:
		return rule.Everyone{}, true
	case k > len(cs):
		return build.Nobody(), true
	case k == len(cs):
		return rule.And(cs), true
	case k == 1:
		return rule.Or(cs), true
	}
	with, ok1 := w.atLeast(k-1, cs[1:])
	without, ok2 := w.atLeast(k, cs[1:])
	return rule.Or{rule.And{cs[0], with}, without}, ok1 && ok2
}

// counted is a [rule.Count] by AND, OR and NOT alone.
func (w *Writer) counted(c rule.Count) (rule.Condition, bool) {
	least, ok := w.atLeast(c.K, c.Of)
	if c.Quantity == rule.QuantityAtLeast || !ok {
		return least, ok
	}
	more, ok := w.atLeast(c.K+1, c.Of)
	if c.Quantity == rule.QuantityAtMost {
		return rule.Not{C: more}, ok
	}
	return rule.And{least, rule.Not{C: more}}, ok
}

// Spelt is a condition in words that most systems have: AT LEAST k OF is written out, BETWEEN
// is two comparisons, IN with NULL is IN or IS NULL. It is nil, and told, where it gets too long.
func (w *Writer) Spelt(at *rule.Trail, c rule.Condition) rule.Condition {
	switch c := c.(type) {
	case rule.Count:
		out, ok := w.counted(c)
		if !ok {
			w.Omit(at, source.NeedCombination, "a choice among %d conditions", len(c.Of))
			return nil
		}
		return out
	case rule.Between:
		return rule.And{rule.Compare{Left: c.X, Op: rule.OpGe, Right: c.Lo, Fold: c.Fold}, rule.Compare{Left: c.X, Op: rule.OpLe, Right: c.Hi, Fold: c.Fold}}
	case rule.In:
		var vs []rule.Value
		for _, v := range c.Values {
			if !v.IsNull() {
				vs = append(vs, v)
			}
		}
		if len(vs) == len(c.Values) {
			return c
		}
		or := rule.Or{rule.IsNull{X: c.X}}
		if len(vs) > 0 {
			or = append(or, rule.In{X: c.X, Values: vs, Fold: c.Fold})
		}
		return or
	case rule.Contains:
		if len(c.Values) == 1 {
			return c
		}
		var each []rule.Condition
		for _, v := range c.Values {
			each = append(each, rule.Contains{X: c.X, Values: []rule.Value{v}, Fold: c.Fold})
		}
		if c.Mode == rule.ContainsAll {
			return rule.And(each)
		}
		return rule.Or(each)
	case rule.Each:
		if c.Quantifier == rule.QuantifierMin && c.K == 0 {
			return rule.Everyone{}
		}
		if c.Quantifier == rule.QuantifierMin && c.K == 1 {
			return rule.Each{X: c.X, C: c.C}
		}
	}
	return c
}

// Unsayable is why a condition that only rules have is left out.
func (w *Writer) Unsayable(at *rule.Trail, c rule.Condition) []byte {
	needs := source.NeedComputed
	switch c.(type) {
	case rule.InList, rule.InSegment:
		needs = source.NeedMembership
	case rule.Sequence, rule.Regularity:
		needs = source.NeedEvents
	case rule.Changed, rule.HasBeen:
		needs = source.NeedHistory
	case rule.Zoned, rule.When:
		needs = source.NeedCalendar
	case rule.Each:
		needs = source.NeedElements
	case rule.InCIDR:
		needs = source.NeedNetworks
	case rule.IsBlank:
		needs = source.NeedBlank
	default:
		if reads := rule.Reads(c); len(reads.Events) > 0 {
			needs = source.NeedEvents
		} else if len(reads.Lists) > 0 {
			needs = source.NeedMembership
		} else if reads.Clock {
			needs = source.NeedCalendar
		}
	}
	return w.Omit(at, needs, "%s", c)
}

// Object is an object of one member.
func Object(name string, value []byte) []byte {
	return append(append(append(source.AppendJSON([]byte{'{'}, name), ':'), value...), '}')
}

// List is a list of JSON.
func List(items [][]byte) []byte {
	return append(append([]byte{'['}, bytes.Join(items, []byte{','})...), ']')
}
