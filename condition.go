package segment

import (
	"bytes"
	"encoding/json"

	"github.com/segmentrules/segment/internal/definition"
	"github.com/segmentrules/segment/internal/normal"
	"github.com/segmentrules/segment/rule"
)

// A Condition is the rule of a segment: a tree that is true or false of one
// contact at one instant. Its nodes are in package rule: [rule.And], [rule.Or]
// and [rule.Not] join conditions to any depth, [rule.Compare] and its like test
// a contact. Most hosts read a condition with [Parse] or [UnmarshalCondition];
// one that builds it by hand writes the nodes as literals:
//
//	rule.And{
//		rule.In{X: rule.Field("country"), Values: []segment.Value{segment.Text("US"), segment.Text("CA")}},
//		rule.Or{
//			rule.Compare{Left: rule.Field("plan"), Op: rule.OpEq, Right: segment.Text("pro")},
//			rule.InList("VIP"),
//		},
//	}
//
// This is the tree of `country IN ("US", "CA") AND (plan = "pro" OR IN LIST
// "VIP")`, which its String method gives back. Conditions are plain values: they
// hold no positions, caches or results, and may be shared between goroutines.
// [rule.Equal] compares two, [rule.Walk] goes through one, [rule.Reads] says
// what it asks of a contact.
type Condition = rule.Condition

// A Rule is a condition in a field of a host's own type. A Condition is an interface, which
// encoding/json can write, as its rule text, and cannot read; a Rule it can do both with:
//
//	type Campaign struct {
//		Title string       `json:"title"`
//		Who   segment.Rule `json:"who"`
//	}
//
// It is written as rule text and read from rule text or definition JSON, within the default
// limits; null is a Rule without a condition, and so is an empty text where
// encoding.TextUnmarshaler is asked. What no text says is an error, as is what
// [UnmarshalCondition] refuses.
type Rule struct{ Condition Condition }

// MarshalJSON returns the rule text as a JSON string, null without a condition.
func (r Rule) MarshalJSON() ([]byte, error) { return json.Marshal(r.Condition) }

// UnmarshalJSON reads what [UnmarshalCondition] reads, or null.
func (r *Rule) UnmarshalJSON(text []byte) (err error) {
	if string(bytes.TrimSpace(text)) == "null" {
		r.Condition = nil
		return nil
	}
	c, err := UnmarshalCondition(text)
	if err == nil {
		r.Condition = c
	}
	return err
}

// MarshalText returns the rule text, nothing without a condition.
func (r Rule) MarshalText() ([]byte, error) {
	if r.Condition == nil {
		return nil, nil
	}
	return r.Condition.MarshalText()
}

// UnmarshalText reads a rule text; an empty one is a Rule without a condition.
func (r *Rule) UnmarshalText(text []byte) (err error) {
	r.Condition = nil
	if len(text) > 0 {
		r.Condition, err = Parse(string(text))
	}
	return err
}

// Simplify returns a condition with the same meaning, for every contact at
// every instant, in the normal form that programs, indexes and SQL share: NOT
// stands at the leaves only, groups are flat and without repetition, the
// equalities of one expression within OR are one IN, and a constant stands on
// the right of its comparison. It shares unchanged parts with c, and
// Simplify(Simplify(c)) equals Simplify(c). Its cost grows with the size of c
// times its depth. Nil stays nil; what is deeper than [rule.MaxDepth] allows is
// cut off, as it is false.
func Simplify(c Condition) Condition { return normal.Simplify(c) }

// MarshalCondition returns the condition as definition JSON:
// [UnmarshalCondition] gives an equal tree. A tree that no rule text or JSON
// could have given (nil nodes, foreign types, values out of range, beyond the
// default limits) is an error that names every such place.
func MarshalCondition(c Condition) ([]byte, error) { return definition.MarshalCondition(c) }
