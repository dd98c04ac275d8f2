package dittofeed

import (
	"math/big"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Dittofeed: an entry node, and nodes that name their children by id, so that several may share
// one. Compared with rules, texts and numbers are compared as texts: a text that reads as a
// number is also compared as that number. An empty text is as good as none there; hosts leave
// empty texts out. Groups without children hold for nobody.
//
// By convention a manual segment is a list under its id, who subscribed to a group is on the
// list of its id, and who left it is on the list of its id and "unsubscribed".

// A reader reads one definition.
type reader struct{ *source.Reader }

// Read reads a definition of Dittofeed; mistakes and losses gather in the reader.
func Read(from *source.Reader, n *source.Node) segment.Segment {
	r := &reader{from}
	s := segment.Segment{ID: n.Get("id").Str(), Name: n.Get("name").Str()}
	if d := n.Get("definition"); d != nil {
		n = d
	}
	if !r.Object(n, "a definition with an entryNode") {
		return s
	}
	r.Only(n, "entryNode", "nodes")
	d := dittofeed{reader: r, id: s.ID, nodes: map[string]*source.Node{}, made: map[string]*dittofeedPart{}}
	if nodes := n.Get("nodes"); nodes != nil {
		for _, child := range r.Elements(nodes, "nodes") {
			id := child.Get("id").Str()
			if d.nodes[id] != nil {
				r.Fail(child.Want("id"), rule.ErrValue, "two nodes have the id %q", id)
			}
			d.nodes[id] = child
			d.ids = append(d.ids, id)
		}
	}
	s.Condition, _ = d.part(n.Want("entryNode"), 1)
	return s
}

// A dittofeed reads one definition. What is made of a node is kept: a node that many share is
// read once.
type dittofeed struct {
	*reader
	id    string
	nodes map[string]*source.Node
	ids   []string
	made  map[string]*dittofeedPart
}

// A dittofeedPart is what became of a node, and how many conditions it is; while it is read
// it is nil.
type dittofeedPart struct {
	c    rule.Condition
	size int
}

// child is the node with an id.
func (d *dittofeed) child(at *source.Node, level int) (rule.Condition, int) {
	id := at.Str()
	n := d.nodes[id]
	if n == nil {
		return d.Unknown(at, "node", id, d.ids...), 0
	}
	made, begun := d.made[id]
	switch {
	case made != nil && !d.Spend(at, made.c, 1):
		return nil, 0
	case made != nil:
		return made.c, made.size
	case begun:
		return d.Fail(at, rule.ErrCycle, "the node %q is its own child", id), 0
	}
	d.made[id] = nil
	c, size := d.part(n, level)
	d.made[id] = &dittofeedPart{c, size}
	return c, size
}

// part is a node as a condition, and of how many conditions that is.
func (d *dittofeed) part(n *source.Node, level int) (rule.Condition, int) {
	kind, ok := "", false
	if d.Object(n, "a node") {
		kind, ok = d.Word(n.Want("type"), "type of node", "And", "Or", "Trait", "Performed", "LastPerformed", "KeyedPerformed", "Includes",
			"Manual", "RandomBucket", "Everyone", "SubscriptionGroup", "Email", "Broadcast")
	}
	switch {
	case !ok:
		return nil, 0
	case kind != "And" && kind != "Or":
		return d.leaf(n, kind), 1
	case level > rule.DefaultDepth:
		return d.Fail(n, rule.ErrLimit, "nodes are nested deeper than %d levels", rule.DefaultDepth), 0
	}
	d.Only(n, "id", "type", "children")
	var cs []rule.Condition
	size := 1
	children := d.Elements(n.Want("children"), "children")
	for _, at := range children {
		c, of := d.child(at, level+1)
		if size += of; size > rule.DefaultConditions {
			return d.Fail(n, rule.ErrLimit, "written out these are more than %d conditions", rule.DefaultConditions), 0
		}
		cs = append(cs, c)
	}
	switch {
	case len(children) == 0:
		return build.Nobody(), 1
	case kind == "And":
		return build.All(cs...), size
	}
	return build.AnyOf(cs...), size
}

// leaf is a node that has no children.
func (d *dittofeed) leaf(n *source.Node, kind string) rule.Condition {
	switch kind {
	case "Trait":
		d.Only(n, "id", "type", "path", "operator")
		if f, ok := d.jsonPath(n.Want("path")); ok {
			return d.dittofeedTest(f, f, n.Want("operator"))
		}
		return nil
	case "Includes":
		d.Only(n, "id", "type", "path", "item")
		f, ok := d.jsonPath(n.Want("path"))
		v, has := d.Constant(n.Want("item"))
		if !ok || !has {
			return nil
		}
		return build.AnElement(f, build.Eq(rule.Elem{}, v))
	case "Performed":
		return d.performed(n)
	case "LastPerformed":
		return d.lastPerformed(n)
	case "KeyedPerformed":
		return d.Omit(n, source.NeedParameter, "events that have the key of a journey (%s)", n.Get("key").Written())
	case "Email":
		d.Only(n, "id", "type", "event", "templateId", "times", "timesOperator")
		return d.dittofeedEvent(n, "templateId", n.Get("templateId"))
	case "Broadcast":
		d.Only(n, "id", "type", "event")
		return build.Did(build.Events("DFSegmentBroadcast", build.Eq(rule.Field("segmentId"), rule.Text(d.id))), rule.Window{})
	case "Manual":
		d.Only(n, "id", "type", "version")
		id := d.id
		if id == "" {
			id = n.Get("id").Str()
		}
		return d.InList(n.Want("id"), id)
	case "RandomBucket":
		return d.bucket(n)
	case "SubscriptionGroup":
		d.Only(n, "id", "type", "subscriptionGroupId", "subscriptionGroupType")
		at := n.Want("subscriptionGroupId")
		in, ok := d.Word(n.Want("subscriptionGroupType"), "type of group", "OptIn", "OptOut")
		switch {
		case !ok:
			return nil
		case in == "OptIn":
			return d.InList(at, at.Str())
		}
		return build.Not(d.InList(at, at.Str()+" unsubscribed"))
	}
	d.Only(n, "id", "type")
	return rule.Everyone{}
}

// dittofeedEvent counts the events that have a property: one is enough, if the node says no times.
func (d *dittofeed) dittofeedEvent(n *source.Node, prop string, value *source.Node) rule.Condition {
	f, _ := d.Path(value, prop)
	v, ok := d.Constant(source.OrNode(value, n))
	e, named := d.EventNamed(n.Want("event"), n.Get("event").Str(), build.Eq(f, v))
	if !ok || !named {
		return nil
	}
	return d.counted(n, build.CountOf(e, rule.Window{}), ">=")
}

// bucket is a share of all users.
func (d *dittofeed) bucket(n *source.Node) rule.Condition {
	d.Only(n, "id", "type", "percent")
	share, ok := d.Number(n.Want("percent"))
	if !ok {
		return nil
	}
	if share.Rat().Sign() < 0 || share.Rat().Cmp(big.NewRat(1, 1)) > 0 {
		return d.Fail(n.Get("percent"), rule.ErrValue, "a share from 0 to 1 is expected here")
	}
	d.Change(n, source.NeedHash, "a share of %s of all users, but other ones", n.Get("percent").Written())
	parts := int64(100)
	for parts < 1_000_000 && !new(big.Rat).Mul(share.Rat(), big.NewRat(parts, 1)).IsInt() {
		parts *= 10
	}
	hash := rule.Call{Fn: rule.FnHash, Args: []rule.Expr{rule.Field("id"), rule.Text("segment")}}
	below := rule.Arithmetic(rule.ArithMul, share, rule.Int(parts))
	return build.Compare(rule.Arith{Op: rule.ArithMod, Left: hash, Right: rule.Int(parts)}, rule.OpLt, below)
}

// jsonPath is a field by its path: plan, company.size, $.company['size'].
func (r *reader) jsonPath(n *source.Node) (f rule.Field, ok bool) {
	rest := strings.TrimPrefix(n.Str(), "$")
	if rest != "" && rest[0] != '.' && rest[0] != '[' {
		rest = "." + rest
	}
	var names []string
	for rest != "" {
		var name string
		if quoted := len(rest) > 2 && rest[0] == '[' && (rest[1] == '\'' || rest[1] == '"'); quoted {
			name, rest, ok = strings.Cut(rest[2:], rest[1:2]+"]")
		} else if ok = rest[0] == '.'; ok {
			end := strings.IndexAny(rest[1:], ".[") + 1
			if end == 0 {
				end = len(rest)
			}
			name, rest = rest[1:end], rest[end:]
		}
		if !ok || name == "" || name == "*" {
			r.Fail(n, rule.ErrValue, "%s is no path of a field that a rule can have", n.Written())
			return "", false
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		r.Fail(n, rule.ErrValue, "a path is expected here")
		return "", false
	}
	return r.Path(n, names...)
}
