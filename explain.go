package segment

import (
	"strconv"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// An Explanation says of one condition, one contact and one instant what the
// answer is and why: a tree in the shape of the condition. Its texts are plain
// English for people and may be worded better in a later version; programs
// should read Holds, Next and the shape. It is plain data, and shares nothing
// with the contact.
type Explanation struct {
	// Condition is the rule text, shortened where it is long: of lists of values
	// the first few, and of the whole no more than a line.
	Condition string
	// Group says of a part with parts what it asks of them, such as "ALL OF" or
	// "AT LEAST 2 OF"; of an element of a list, which element. It is empty for a
	// single test, also a negated one: `country != "US"` is one part.
	Group string
	// Holds is the answer, the same as [Evaluate] gives where the part stands: in
	// its zone, and for its element.
	Holds bool
	// Seen says which values were found: `country is "US"`.
	Seen string
	// Note says why they lead to the answer: "2 short", "true because missing".
	Note string
	// Next is when the answer changes if nothing else happens, in the zone of the
	// part. It is zero if it never does, and for parts where it is not looked for:
	// groups below the top, elements of lists, and all but the first of many.
	Next time.Time
	// Parts are the conditions within, at most 100; More is how many were left out.
	Parts []*Explanation
	More  int
}

// The bounds of an explanation, which is for people: nobody reads a thousand lines.
const (
	maxExplainedParts    = 100   // of one group
	maxExplanation       = 1_000 // parts in all
	maxExplainedNext     = 32    // parts whose next change is looked for
	maxExplainedElements = 3     // of a list, shown with their parts
)

// Explain returns the reasons for the answer of [Program.Match]. It answers for
// every contact, also nil, as [Evaluate] does, and never fails. Of a group that
// is too large to show, the parts that decide are shown first.
//
// It is for people who ask about one contact: its cost is that of Evaluate times
// the depth of the condition, of reading the events a few times for each part
// that looks at them, and of [Program.Next] for the whole and up to 32 of its
// parts. It may be called by many goroutines at once.
func (p *Program) Explain(x Contact, at time.Time) *Explanation {
	var c Condition
	if p != nil {
		c = p.c
	}
	w := explainer{parts: maxExplanation, nexts: maxExplainedNext}
	s := newScope(x, at)
	e := w.explain(s, c)
	e.Next = time.Time{}
	if !w.next(s, c, e) {
		e.add("never changes by itself")
	}
	return e
}

// An explainer is what may still be spent.
type explainer struct{ parts, nexts int }

// explain explains a condition in its scope.
func (w *explainer) explain(s scope, c Condition) *Explanation {
	w.parts--
	c = rule.Ungroup(c)
	e := &Explanation{Condition: shortCondition(c), Holds: holdsIn(s, c)}
	switch c := c.(type) {
	case rule.And:
		if len(c) > 0 {
			w.group(s, e, "ALL OF", c, false)
		}
	case rule.Or:
		if len(c) > 0 {
			w.group(s, e, "ANY OF", c, true)
		}
	case rule.Count:
		w.group(s, e, quantityWords(c), c.Of, c.Quantity != rule.QuantityAtLeast || e.Holds)
		e.Note = countNote(countIn(s, c.Of), c)
	case rule.Not:
		w.negation(s, e, c)
	case rule.Zoned:
		w.zoned(s, e, c)
	case rule.Each:
		w.each(s, e, c, false)
	default:
		w.leaf(s, e, c, false)
	}
	return e
}

// holdsIn is whether a condition holds in a scope: by a program where it reads events, of which
// the definition would try all pairs for a sequence.
func holdsIn(s scope, c Condition) bool {
	if s.bound || len(rule.Reads(c).Events) == 0 {
		return s.holds(c)
	}
	return compile(c).Match(s.x, s.now)
}

// countIn is how many of the conditions hold.
func countIn(s scope, cs []Condition) (n int) {
	for _, c := range cs {
		if holdsIn(s, c) {
			n++
		}
	}
	return n
}

// isGroup reports whether a condition is explained by its parts.
func isGroup(c Condition) bool {
	switch c := rule.Ungroup(c).(type) {
	case rule.And:
		return len(c) > 0
	case rule.Or:
		return len(c) > 0
	case rule.Count:
		return true
	case rule.Not:
		return isGroup(c.C)
	case rule.Zoned:
		return isGroup(c.C)
	}
	return false
}

// group explains the parts of a group; those with the verdict that decides come
// first if not all have a place.
func (w *explainer) group(s scope, e *Explanation, word string, cs []Condition, deciding bool) {
	e.Group = word
	holds, n := make([]bool, len(cs)), 0
	for i, c := range cs {
		if holds[i] = holdsIn(s, c); holds[i] {
			n++
		}
	}
	e.Note = grouped(n) + " of " + grouped(len(cs)) + " hold"
	deciders := n
	if !deciding {
		deciders = len(cs) - n
	}
	places := min(maxExplainedParts, max(0, w.parts))
	deciders, others := min(deciders, places), max(0, places-deciders)
	for i, c := range cs {
		left := &others
		if holds[i] == deciding {
			left = &deciders
		}
		if *left > 0 && w.parts > 0 {
			*left--
			e.Parts = append(e.Parts, w.explain(s, c))
		}
	}
	e.More = len(cs) - len(e.Parts)
}

// quantityWords is what a Count asks of its parts.
func quantityWords(c rule.Count) string {
	words := [...]string{"AT LEAST ", "AT MOST ", "EXACTLY "}
	return words[min(c.Quantity, rule.QuantityExactly)] + strconv.Itoa(c.K) + " OF"
}

// countNote says of a Count how many parts hold, and how many too few or too many
// that is.
func countNote(n int, c rule.Count) string {
	note := grouped(n) + " of " + grouped(len(c.Of)) + " hold"
	switch {
	case n < c.K && c.Quantity != rule.QuantityAtMost:
		return note + ", " + grouped(c.K-n) + " short"
	case n > c.K && c.Quantity != rule.QuantityAtLeast:
		return note + ", " + grouped(n-c.K) + " over"
	}
	return note
}

// negation explains NOT: of a single test as one part.
func (w *explainer) negation(s scope, e *Explanation, c rule.Not) {
	inner, negated := rule.Ungroup(c.C), true
	for {
		n, ok := inner.(rule.Not)
		if !ok || isGroup(inner) {
			break
		}
		inner, negated = rule.Ungroup(n.C), !negated
	}
	z, zoned := inner.(rule.Zoned)
	switch {
	case isGroup(inner):
		e.Group = "NOT"
		if w.parts > 0 {
			e.Parts = []*Explanation{w.explain(s, c.C)}
		} else {
			e.More = 1
		}
	case zoned && negated:
		w.zoned(s, e, rule.Zoned{C: rule.Not{C: z.C}, Zone: z.Zone})
	case zoned:
		w.zoned(s, e, z)
	default:
		w.leaf(s, e, inner, negated)
	}
}

// zoned explains a condition in another calendar: of a single test as one part.
func (w *explainer) zoned(s scope, e *Explanation, c rule.Zoned) {
	in := s.inZone(c.Zone)
	local := localTime(s, c.Zone)
	if isGroup(c.C) {
		e.Group = "IN ZONE " + clipped(rule.ExprText(c.Zone), maxWords)
		e.Note = local
		if w.parts > 0 {
			e.Parts = []*Explanation{w.explain(in, c.C)}
		} else {
			e.More = 1
		}
		return
	}
	inner := w.explain(in, c.C)
	w.parts++ // it is the same part
	inner.Condition = e.Condition
	*e = *inner
	e.add(local)
}

// localTime says which time it is in the zone of a part.
func localTime(s scope, zone rule.Expr) string {
	name := s.value(zone)
	loc, ok := calendar.Zone(name.Text())
	switch {
	case ok:
		return "local time " + s.now.In(loc).Format("2006-01-02 15:04") + " in " + clipped(name.Text(), maxWords)
	case name.IsNull():
		return "the zone is missing, so the calendar stays " + s.now.Location().String()
	}
	return "no zone is called " + valueWords(s.now.Location(), name) + ", so the calendar stays " + s.now.Location().String()
}

// leaf explains a single test, in one part.
func (w *explainer) leaf(s scope, e *Explanation, c Condition, negated bool) {
	if each, ok := c.(rule.Each); ok {
		w.each(s, e, each, negated)
		return
	}
	f := finding{s: s, holds: holdsIn(s, c), negated: negated}
	if as := rule.Anniversaries(c); len(as) > 0 {
		if year, ok := s.nearestYear(c, as); ok {
			f.s = s.inYear(year) // it is told of that day
		}
	}
	f.look(c)
	f.tell(e)
	if !s.bound && w.nexts > 0 && moves(c) {
		w.nexts--
		w.next(s, c, e)
	}
}

// next notes when the answer changes, and reports whether it does.
func (w *explainer) next(s scope, c Condition, e *Explanation) bool {
	next, ok := (&Program{c: c}).Next(s.x, s.now)
	switch {
	case !ok:
	case compile(c).Match(s.x, next) == holdsIn(s, c):
		e.add("ask again on " + stamp(next)) // Next gave up early
	default:
		e.Next = next
	}
	return ok
}

// add adds a note behind those there are.
func (e *Explanation) add(note string) {
	if e.Note != "" && note != "" {
		e.Note += "; "
	}
	e.Note += note
}

// moves reports whether time alone can change the answer of a single test.
func moves(c Condition) (does bool) {
	switch c.(type) {
	case rule.When, rule.Changed, rule.HasBeen, rule.Sequence, rule.Regularity, rule.InList:
		return true
	}
	for _, e := range rule.Operands(c) {
		rule.WalkExpr(e, func(e rule.Expr) {
			switch e := e.(type) {
			case rule.Metric, rule.Joined:
				does = true
			case rule.Span:
				_, calendar := e.Months()
				does = does || calendar
			case rule.Call:
				does = does || e.Fn == rule.FnNow || e.Fn == rule.FnToday || e.Fn == rule.FnAge || e.Fn == rule.FnAnniversary
			}
		})
	}
	return does
}
