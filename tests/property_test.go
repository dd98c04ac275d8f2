package tests

import (
	"fmt"
	"iter"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/segmenttest"
)

// The laws of the language, each checked for 1,000 random cases, and for 5,000
// where the environment says CI. The seed is fixed, so that a failure is a failure
// everywhere; LAW_SEED=17 gives other cases.

// law checks that a law holds of all cases; broken says how it does not.
func law(t *testing.T, cases gopter.Gen, broken func(segmenttest.Case) string) {
	t.Helper()
	t.Parallel()
	seed := int64(1)
	if s := os.Getenv("LAW_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseInt(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	params := gopter.DefaultTestParametersWithSeed(seed)
	params.MinSuccessfulTests = 1_000
	if os.Getenv("CI") != "" && !testing.Short() {
		params.MinSuccessfulTests = 5_000
	}
	result := prop.ForAll(func(q quiet) string {
		if msg := broken(q.c); msg != "" {
			return msg + "\n" + q.c.String()
		}
		return ""
	}, hushed(cases)).Check(params)
	if !result.Passed() {
		t.Errorf("after %d cases: %v %v %s\n%s", result.Succeeded, result.Status, result.Labels, result.Error, result.ErrorStack)
	}
}

// quiet is a case that gopter, which formats each before it is needed, does not
// spend time on.
type quiet struct{ c segmenttest.Case }

func (quiet) Format(fmt.State, rune) {}

func hushed(cases gopter.Gen) gopter.Gen {
	return func(p *gopter.GenParameters) *gopter.GenResult {
		r := cases(p)
		return gopter.NewGenResult(quiet{r.Result.(segmenttest.Case)}, func(v any) gopter.Shrink {
			return r.Shrinker(v.(quiet).c).Map(func(c segmenttest.Case) quiet { return quiet{c} })
		})
	}
}

// same says how two answers to what should be one question differ.
func same(what string, got, want bool) string {
	if got != want {
		return fmt.Sprintf("%s: %v, want %v", what, got, want)
	}
	return ""
}

func holds(c segmenttest.Case) bool { return segment.Evaluate(c.Condition, c.Contact, c.At) }

func with(c segmenttest.Case, cond segment.Condition) segmenttest.Case {
	c.Condition = cond
	return c
}

func TestLawNotIsTheComplement(t *testing.T) {
	law(t, segmenttest.WildCases(), func(c segmenttest.Case) string {
		return same("NOT", holds(with(c, rule.Not{C: c.Condition})), !holds(c))
	})
}

func TestLawDoubleNegation(t *testing.T) {
	law(t, segmenttest.WildCases(), func(c segmenttest.Case) string {
		return same("NOT NOT", holds(with(c, rule.Not{C: rule.Not{C: c.Condition}})), holds(c))
	})
}

func TestLawExcludedMiddle(t *testing.T) {
	law(t, segmenttest.WildCases(), func(c segmenttest.Case) string {
		not := rule.Not{C: c.Condition}
		if msg := same("c OR NOT c", holds(with(c, rule.Or{c.Condition, not})), true); msg != "" {
			return msg
		}
		return same("c AND NOT c", holds(with(c, rule.And{c.Condition, not})), false)
	})
}

func TestLawDeMorgan(t *testing.T) {
	law(t, segmenttest.WildCases(), func(c segmenttest.Case) string {
		parts := parts(c.Condition)
		nots := make([]segment.Condition, len(parts))
		for i, p := range parts {
			nots[i] = rule.Not{C: p}
		}
		if msg := same("NOT (a AND b) = NOT a OR NOT b",
			holds(with(c, rule.Not{C: rule.And(parts)})), holds(with(c, rule.Or(nots)))); msg != "" {
			return msg
		}
		return same("NOT (a OR b) = NOT a AND NOT b",
			holds(with(c, rule.Not{C: rule.Or(parts)})), holds(with(c, rule.And(nots))))
	})
}

// parts returns conditions to make groups of: those of a group, or the
// condition beside one that is about something else.
func parts(c segment.Condition) []segment.Condition {
	switch c := c.(type) {
	case rule.And:
		return c
	case rule.Or:
		return c
	case rule.Count:
		return c.Of
	}
	return []segment.Condition{c, rule.InList("vip")}
}

// The tree has no negated operators: each is a Not. What can be compared is the
// order of values: exactly one of <, = and > holds if the two compare at all.
func TestLawOperatorsPartition(t *testing.T) {
	law(t, segmenttest.WildCases(), func(c segmenttest.Case) string {
		cmp, ok := c.Condition.(rule.Compare)
		if !ok {
			return ""
		}
		is := func(op rule.Op) bool {
			cmp.Op = op
			return holds(with(c, cmp))
		}
		lt, eq, gt := is(rule.OpLt), is(rule.OpEq), is(rule.OpGt)
		if lt && eq || eq && gt || lt && gt {
			return fmt.Sprintf("more than one of <, = and > holds: %v %v %v", lt, eq, gt)
		}
		if is(rule.OpLe) != (lt || eq) && !eq || is(rule.OpGe) != (gt || eq) && !eq {
			return "<= is not < or ="
		}
		return ""
	})
}

func TestLawATLEASTAndATMOSTAreComplements(t *testing.T) {
	law(t, segmenttest.WildCases(), func(c segmenttest.Case) string {
		count, ok := c.Condition.(rule.Count)
		if !ok {
			count = rule.Count{K: 1, Of: parts(c.Condition)}
		}
		is := func(q rule.Quantity, k int) bool {
			return holds(with(c, rule.Count{Quantity: q, K: k, Of: count.Of}))
		}
		for k := range len(count.Of) + 2 {
			if is(rule.QuantityAtLeast, k+1) == is(rule.QuantityAtMost, k) {
				return fmt.Sprintf("AT LEAST %d is not NOT AT MOST %d", k+1, k)
			}
			if is(rule.QuantityExactly, k) != (is(rule.QuantityAtLeast, k) && is(rule.QuantityAtMost, k)) {
				return fmt.Sprintf("EXACTLY %d is not AT LEAST and AT MOST", k)
			}
		}
		return ""
	})
}

func TestLawSimplifyKeepsMeaning(t *testing.T) {
	law(t, segmenttest.WildCases(), func(c segmenttest.Case) string {
		simple := segment.Simplify(c.Condition)
		if msg := same(fmt.Sprintf("simplified to %v", simple), holds(with(c, simple)), holds(c)); msg != "" {
			return msg
		}
		if again := segment.Simplify(simple); !rule.Equal(again, simple) {
			return fmt.Sprintf("simplified to %v, and that to %v", simple, again)
		}
		return ""
	})
}

func TestLawProgramIsEvaluate(t *testing.T) {
	law(t, segmenttest.WildCases(), func(c segmenttest.Case) string {
		p, err := segment.Compile(c.Condition)
		if err != nil {
			return "" // refused, which only a wild tree can be; see the next law
		}
		for name, x := range map[string]segment.Contact{"record": c.Contact, "pointer": &c.Contact, "foreign": foreign{c.Contact}} {
			if msg := same("Program on a "+name, p.Match(x, c.At), holds(c)); msg != "" {
				return msg
			}
		}
		return ""
	})
}

func TestLawWhatParseYieldsCompiles(t *testing.T) {
	law(t, segmenttest.Cases(), func(c segmenttest.Case) string {
		if _, err := segment.Compile(c.Condition); err != nil {
			return err.Error()
		}
		return ""
	})
}

// foreign is a contact of a type that no fast path can know.
type foreign struct{ r segment.Record }

func (f foreign) Field(path string) segment.Value              { return f.r.Field(path) }
func (f foreign) Events(name string) iter.Seq[segment.Event]   { return f.r.Events(name) }
func (f foreign) List(name string) (time.Time, bool)           { return f.r.List(name) }
func (f foreign) Segment(id string) bool                       { return f.r.Segment(id) }
func (f foreign) History(path string) iter.Seq[segment.Change] { return f.r.History(path) }

func TestLawReadingChangesNothing(t *testing.T) {
	law(t, segmenttest.WildCases(), func(c segmenttest.Case) string {
		before, text := copyOf(c.Contact), fmt.Sprint(c.Condition)
		first := holds(c)
		if msg := same("second reading", holds(c), first); msg != "" {
			return msg
		}
		if p, err := segment.Compile(c.Condition); err == nil {
			p.Match(c.Contact, c.At)
			p.Match(&c.Contact, c.At)
		}
		segment.Simplify(c.Condition)
		if diff := cmp.Diff(before, c.Contact, cmp.AllowUnexported(segment.Record{})); diff != "" {
			return "the contact changed: " + diff
		}
		if now := fmt.Sprint(c.Condition); now != text {
			return "the condition changed: it was " + text
		}
		return ""
	})
}

// copyOf is a contact that shares nothing that can be written to.
func copyOf(r segment.Record) segment.Record {
	out := segment.Record{ID: r.ID, Fields: map[string]segment.Value{}, Lists: map[string]time.Time{}, Changes: map[string][]segment.Change{}}
	for k, v := range r.Fields {
		out.Fields[k] = v
	}
	for k, v := range r.Lists {
		out.Lists[k] = v
	}
	for k, v := range r.Changes {
		out.Changes[k] = append([]segment.Change{}, v...)
	}
	for _, e := range r.Log {
		if e.Props != nil {
			e.Props = append(segment.Document{}, e.Props...)
		}
		out.Log = append(out.Log, e)
	}
	out.Segments = append(out.Segments, r.Segments...)
	if r.Fields == nil {
		out.Fields = nil
	}
	return out
}

// Next is never late: between an instant and it no answer differs.
func TestLawNothingChangesBeforeNext(t *testing.T) {
	law(t, segmenttest.WildCases(), func(c segmenttest.Case) string {
		p, err := segment.Compile(c.Condition)
		if err != nil {
			return ""
		}
		next, ok := p.Next(c.Contact, c.At)
		if ok && !next.After(c.At) {
			return fmt.Sprintf("Next is %v, which is not later", next)
		}
		probes := []time.Time{c.At.Add(1)}
		for _, d := range []time.Duration{time.Second, time.Hour, 11 * time.Hour, 25 * time.Hour, 73 * time.Hour, 8 * 24 * time.Hour, 40 * 24 * time.Hour, 400 * 24 * time.Hour} {
			probes = append(probes, c.At.Add(d))
		}
		if ok {
			probes = append(probes, next.Add(-1), c.At.Add(next.Sub(c.At)/2))
		}
		for _, at := range probes {
			if !at.After(c.At) || ok && !at.Before(next) {
				continue
			}
			if msg := same(fmt.Sprintf("at %v, before Next, %v %v", at, next, ok), segment.Evaluate(c.Condition, c.Contact, at.In(c.At.Location())), holds(c)); msg != "" {
				return msg
			}
		}
		return ""
	})
}
