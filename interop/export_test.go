package interop_test

import (
	"fmt"
	"math/rand"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/segmenttest"
)

// What Export writes without a loss has, read again, the same answer for every contact; and
// most of what is about fields it writes without one.
func TestExportsAnswerTheSame(t *testing.T) {
	for _, system := range interop.Exports() {
		t.Run(system, func(t *testing.T) {
			whole, said := 0, 0
			r := rand.New(rand.NewSource(3))
			check := func(c segmenttest.Case) string {
				text, losses, err := interop.Export(system, segment.Segment{Condition: c.Condition}, nil)
				if err != nil {
					if checked := new(segment.Schema).Check(c.Condition); checked != nil {
						return ""
					}
					return err.Error()
				}
				whole++
				for _, l := range losses {
					if l.Needs == "" || l.What == "" {
						return fmt.Sprintf("a loss that does not say what it is: %+v", l)
					}
				}
				if len(text) == 0 && len(losses) == 0 {
					return "nothing, without a loss"
				}
				if len(text) == 0 {
					return ""
				}
				again, more, err := interop.Import(system, text, nil)
				if err != nil || len(more) > 0 {
					return fmt.Sprintf("%s\nis not read again: %v %v", text, err, more)
				}
				if len(losses) > 0 {
					return ""
				}
				said++
				n := censusOf(c.At, c.Condition)
				for i := range 30 {
					x := c.Contact
					if i > 0 {
						x = n.contact(r)
					}
					if got, want := segment.Evaluate(again.Condition, x, c.At), segment.Evaluate(c.Condition, x, c.At); got != want {
						return fmt.Sprintf("%v\nis %s\nwhich is %v: %v, not %v, for %v", c.Condition, text, again.Condition, got, want, x.Fields)
					}
				}
				return ""
			}
			p := gopter.NewProperties(cases())
			p.Property("answers", prop.ForAll(func(of segmenttest.Case) string {
				for _, c := range parts(of.Condition) {
					if msg := check(segmenttest.Case{Condition: c, Contact: of.Contact, At: of.At}); msg != "" {
						return msg
					}
				}
				return ""
			}, segmenttest.Cases()))
			p.TestingRun(t)
			t.Logf("%d rules, %d of them without a loss", whole, said)
			if said == 0 {
				t.Error("nothing is written without a loss")
			}
		})
	}
}

// parts is a condition, those that it joins, and so on: not those about elements and events.
func parts(c segment.Condition) []segment.Condition {
	all := []segment.Condition{c}
	switch c := c.(type) {
	case rule.And:
		for _, c := range c {
			all = append(all, parts(c)...)
		}
	case rule.Or:
		for _, c := range c {
			all = append(all, parts(c)...)
		}
	case rule.Count:
		for _, c := range c.Of {
			all = append(all, parts(c)...)
		}
	case rule.Not:
		all = append(all, parts(c.C)...)
	}
	return all
}
