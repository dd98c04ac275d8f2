package workload

import (
	"fmt"
	"time"

	"github.com/segmentrules/segment"
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
		return segment.And(kids)
	case Or:
		return segment.Or(kids)
	case Not:
		return segment.Not{C: kids[0]}
	}
	return test(n.Leaf)
}

func test(l *Leaf) segment.Condition {
	x := segment.Path(Schema[l.Field].Name)
	n := segment.Int(int64(l.Num))
	texts := make([]segment.Value, len(l.Strs))
	for i, s := range l.Strs {
		texts[i] = segment.Text(s)
	}
	not := func(c segment.Condition) segment.Condition { return segment.Not{C: c} }
	compare := func(op segment.Op, v segment.Value) segment.Condition {
		return segment.Compare{Left: x, Op: op, Right: v}
	}
	switch l.Op {
	case Eq:
		return compare(segment.Eq, texts[0])
	case Ne:
		return not(compare(segment.Eq, texts[0]))
	case In:
		return segment.In{X: x, Values: texts}
	case NotIn:
		return not(segment.In{X: x, Values: texts})
	case Lt:
		return compare(segment.Lt, n)
	case Le:
		return compare(segment.Le, n)
	case Gt:
		return compare(segment.Gt, n)
	case Ge:
		return compare(segment.Ge, n)
	case Between:
		return segment.Between{X: x, Lo: n, Hi: segment.Int(int64(l.Num2))}
	case Within:
		return segment.When{X: x, Window: segment.Window{Kind: segment.WindowLast, A: segment.Span{N: int64(l.Num), Unit: segment.Day}}}
	case Older:
		return segment.When{X: x, Window: segment.Window{Kind: segment.WindowOlder, A: segment.Span{N: int64(l.Num), Unit: segment.Day}}}
	case IsTrue:
		return compare(segment.Eq, segment.Bool(true))
	case IsFalse:
		return compare(segment.Eq, segment.Bool(false))
	case Contains:
		return segment.Contains{X: x, Mode: segment.AnyOf, Values: texts}
	case Prefix:
		return segment.Like{X: x, End: segment.Prefix, Values: l.Strs}
	case Suffix:
		return segment.Like{X: x, End: segment.Suffix, Values: l.Strs}
	case HasAny:
		return segment.Contains{X: x, Mode: segment.AnyOf, Values: texts}
	case HasAll:
		return segment.Contains{X: x, Mode: segment.AllOf, Values: texts}
	case HasNone:
		return not(segment.Contains{X: x, Mode: segment.AnyOf, Values: texts})
	case IsNull:
		return segment.IsNull{X: x}
	}
	return not(segment.IsNull{X: x})
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
