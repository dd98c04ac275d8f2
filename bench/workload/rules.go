package workload

import (
	"fmt"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Instant is Now as an instant.
var Instant = time.Unix(int64(Now), 0).UTC()

// Segments returns n segments.
func (g *Gen) Segments(n int) []segment.Segment {
	out := make([]segment.Segment, n)
	for i, r := range g.Rules(n) {
		out[i] = segment.Segment{ID: fmt.Sprintf("s%06d", r.ID), Condition: condition(r.Root)}
	}
	return out
}

func condition(n *Node) segment.Condition {
	var kids []segment.Condition
	for _, k := range n.Kids {
		kids = append(kids, condition(k))
	}
	switch n.Kind {
	case And:
		return rule.And(kids)
	case Or:
		return rule.Or(kids)
	case Not:
		return rule.Not{C: kids[0]}
	}
	return test(n.Leaf)
}

func test(l *Leaf) segment.Condition {
	x := rule.Path(Schema[l.Field].Name)
	n := segment.Int(int64(l.Num))
	texts := make([]segment.Value, len(l.Strs))
	for i, s := range l.Strs {
		texts[i] = segment.Text(s)
	}
	not := func(c segment.Condition) segment.Condition { return rule.Not{C: c} }
	compare := func(op rule.Op, v segment.Value) segment.Condition {
		return rule.Compare{Left: x, Op: op, Right: v}
	}
	switch l.Op {
	case Eq:
		return compare(rule.OpEq, texts[0])
	case Ne:
		return not(compare(rule.OpEq, texts[0]))
	case In:
		return rule.In{X: x, Values: texts}
	case NotIn:
		return not(rule.In{X: x, Values: texts})
	case Lt:
		return compare(rule.OpLt, n)
	case Le:
		return compare(rule.OpLe, n)
	case Gt:
		return compare(rule.OpGt, n)
	case Ge:
		return compare(rule.OpGe, n)
	case Between:
		return rule.Between{X: x, Lo: n, Hi: segment.Int(int64(l.Num2))}
	case Within:
		return rule.When{X: x, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: int64(l.Num), Unit: rule.UnitDay}}}
	case Older:
		return rule.When{X: x, Window: rule.Window{Kind: rule.WindowOlder, A: rule.Span{N: int64(l.Num), Unit: rule.UnitDay}}}
	case IsTrue:
		return compare(rule.OpEq, segment.Bool(true))
	case IsFalse:
		return compare(rule.OpEq, segment.Bool(false))
	case Contains:
		return rule.Contains{X: x, Mode: rule.ContainsAny, Values: texts}
	case Prefix:
		return rule.Like{X: x, End: rule.LikePrefix, Values: l.Strs}
	case Suffix:
		return rule.Like{X: x, End: rule.LikeSuffix, Values: l.Strs}
	case HasAny:
		return rule.Contains{X: x, Mode: rule.ContainsAny, Values: texts}
	case HasAll:
		return rule.Contains{X: x, Mode: rule.ContainsAll, Values: texts}
	case HasNone:
		return not(rule.Contains{X: x, Mode: rule.ContainsAny, Values: texts})
	case IsNull:
		return rule.IsNull{X: x}
	}
	return not(rule.IsNull{X: x})
}

// FieldValue returns a value of a field as the library has it.
func FieldValue(f int, v Value) segment.Value {
	if v.Null {
		return segment.Value{}
	}
	switch Schema[f].Kind {
	case String:
		return segment.Text(v.Str)
	case Number:
		return segment.Int(int64(v.Num))
	case Time:
		return segment.Time(time.Unix(int64(v.Num), 0))
	case Bool:
		return segment.Bool(v.Bool)
	}
	vs := make([]segment.Value, len(v.Strs))
	for i, s := range v.Strs {
		vs[i] = segment.Text(s)
	}
	return segment.List(vs...)
}

// Update returns the update that creates a contact.
func (c Contact) Update() segment.Update {
	u := segment.Update{Contact: c.ID, At: Instant, Set: make(map[string]segment.Value, len(c.Vals))}
	for f, v := range c.Vals {
		u.Set[Schema[f].Name] = FieldValue(f, v)
	}
	return u
}

// Update returns the update of a change of one of the contacts.
func (c Change) Update(contacts []Contact) segment.Update {
	return segment.Update{Contact: contacts[c.Contact].ID, At: Instant,
		Set: map[string]segment.Value{Schema[c.Field].Name: FieldValue(c.Field, c.New)}}
}
