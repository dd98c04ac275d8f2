package segment

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/document"
	"github.com/segmentrules/segment/internal/normal"
	"github.com/segmentrules/segment/internal/numeric"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// From a condition to a list of tests. AND, OR and NOT leave no test behind: they
// only decide which test comes next. So `a AND NOT b` is two steps:
//
//	0: a   if it holds, go to 1; if not, the block fails
//	1: b   if it holds, the block fails; if not, it holds

// A step is one test of a block and where to go from it.
type step struct {
	leaf *leaf
	yes  int32 // the next step if the test holds; see holds and fails
	no   int32
}

// Ends of a block.
const (
	holds int32 = -1
	fails int32 = -2
)

// A space is a set of fields that conditions read: those of the contact, of an
// event, or of an element.
type space struct {
	paths []string
	names [][]string
	tree  *document.PathTree
}

func newSpace() *space { return &space{} }

// slot returns the number of a field, the same for the same path.
func (s *space) slot(f rule.Field) int {
	if i := slices.Index(s.paths, string(f)); i >= 0 {
		return i
	}
	s.paths = append(s.paths, string(f))
	s.names = append(s.names, f.Names())
	return len(s.paths) - 1
}

// seal makes what finds all fields in a document at once; no slot is added after it.
func (s *space) seal() { s.tree = document.NewPathTree(s.names) }

// A compiler turns conditions over one space into blocks.
type compiler struct {
	space *space
	bound bool // within a WHERE or HAS
	steps []step
}

// block compiles a condition to steps of its own.
func (c *compiler) block(cond Condition) []step {
	saved := c.steps
	c.steps = nil
	cond, _ = normal.CheapFirst(cond)
	start := c.emit(cond, holds, fails)
	if last := int32(len(c.steps) - 1); start != last || start < 0 {
		c.steps = append(c.steps, step{leaf: &leaf{op: leafConstant, k: 1, slot: -1}, yes: start, no: start})
	}
	steps := c.steps
	c.steps = saved
	slices.Reverse(steps)
	last := int32(len(steps) - 1)
	for i := range steps {
		if steps[i].yes >= 0 {
			steps[i].yes = last - steps[i].yes
		}
		if steps[i].no >= 0 {
			steps[i].no = last - steps[i].no
		}
	}
	return steps
}

// emit appends the steps of a condition back to front, so that every step
// knows where the next one is, and returns where the condition starts.
func (c *compiler) emit(cond Condition, yes, no int32) int32 {
	switch cond := cond.(type) {
	case rule.And:
		for i, part := range slices.Backward(cond) {
			if yes = c.emit(part, yes, no); i+1 < len(cond) {
				yes = c.merge(yes)
			}
		}
		return yes
	case rule.Or:
		for _, part := range slices.Backward(cond) {
			no = c.emit(part, yes, no)
		}
		return no
	case rule.Not:
		return c.emit(cond.C, no, yes)
	case rule.Everyone:
		return yes
	}
	c.steps = append(c.steps, step{leaf: c.leaf(cond), yes: yes, no: no})
	return int32(len(c.steps) - 1)
}

// merge joins two parts of an AND that test the same number, such as `x > 5` and
// `x < 10`, to one step with one range. The parts are the last step, where start
// points, and the one that it goes to if it holds.
func (c *compiler) merge(start int32) int32 {
	last := int32(len(c.steps) - 1)
	if start != last || last < 1 {
		return start
	}
	a, b := &c.steps[last], &c.steps[last-1]
	x, y := a.leaf, b.leaf
	if a.yes != last-1 || a.no != b.no || x.op != leafNumber || y.op != leafNumber || x.slot < 0 || x.slot != y.slot || !x.num.OfOneTest() || !y.num.OfOneTest() {
		return start
	}
	l := *x
	l.c, l.num = rule.And{x.c, y.c}, x.num.And(y.num)
	c.steps = append(c.steps[:last-1], step{leaf: &l, yes: b.yes, no: b.no})
	return last - 1
}

// A leafOp says how a leaf is tested.
type leafOp uint8

const (
	leafDefinition leafOp = iota // as Evaluate does
	leafConstant
	leafNumber  // a number in a range
	leafNumbers // a number among some
	leafText    // a text beside one
	leafTexts   // a text among some
	leafHas     // a text or list that contains some
	leafLike    // a text that starts or ends with some
	leafMatches // a text and a pattern
	leafNet     // a text and nets
	leafBool    // a bool
	leafInstant // an instant in a window
	leafIsNull  //
	leafIsBlank //
	leafIn      // any value among any
	leafCompare // two computed values
	leafBetween // three
	leafMetric  // a count, sum or average beside a number
	leafEach    //
	leafCount   //
	leafZoned   //
	leafList    //
	leafSegment //
	leafChanged //
	leafHasBeen //
	leafSequence
	leafRegular
)

// A leaf is one test. Which fields are set depends on op: see leafOp.
type leaf struct {
	op       leafOp
	c        Condition // as the definition knows it
	slot     int       // of the field tested; -1 if x is no plain field
	unix     bool      // leafInstant: the field is a number of seconds
	x, y, z  *expr
	cmp      rule.Op
	fold     bool
	end      rule.LikeEnd
	mode     rule.ContainsMode
	num      numeric.Range
	value    Value
	values   []Value
	text     string
	texts    []string
	set      *textset.Set
	window   *timeWindow
	re       *regexp.Regexp
	nets     []netip.Prefix
	blocks   [][]step
	quantity rule.Quantity
	each     rule.Quantifier
	k        int
	inner    *space
	metric   *metric
	sequence []sequenceStep
	name     string
}

// leaf compiles a condition that is no AND, OR or NOT.
func (c *compiler) leaf(cond Condition) *leaf {
	l := &leaf{c: cond, slot: -1}
	if len(rule.Anniversaries(cond)) > 0 {
		return l // the definition knows of which years
	}
	switch cond := cond.(type) {
	case rule.Count:
		l.op, l.quantity, l.k = leafCount, cond.Quantity, cond.K
		for _, part := range cond.Of {
			l.blocks = append(l.blocks, c.block(part))
		}
	case rule.Zoned:
		l.op, l.blocks = leafZoned, [][]step{c.block(cond.C)}
		c.operand(l, cond.Zone)
	case rule.Compare:
		c.compare(l, cond)
	case rule.Between:
		c.between(l, cond)
	case rule.In:
		c.in(l, cond)
	case rule.IsNull:
		l.op = leafIsNull
		c.operand(l, cond.X)
	case rule.IsBlank:
		l.op = leafIsBlank
		c.operand(l, cond.X)
	case rule.Contains:
		l.op, l.mode, l.fold, l.values = leafHas, cond.Mode, cond.Fold, cond.Values
		l.setTexts(cond.Values)
		c.operand(l, cond.X)
	case rule.Like:
		l.op, l.end, l.fold = leafLike, cond.End, cond.Fold
		for _, v := range cond.Values {
			l.texts = append(l.texts, textset.Folded(v, cond.Fold))
		}
		c.operand(l, cond.X)
	default:
		c.rareLeaf(l, cond)
	}
	return l
}

// rareLeaf compiles the rest.
func (c *compiler) rareLeaf(l *leaf, cond Condition) {
	switch cond := cond.(type) {
	case rule.Matches:
		pattern := cond.Pattern
		if cond.Fold {
			pattern = "(?i:" + pattern + ")"
		}
		l.op = leafMatches
		l.re, _ = regexp.Compile(pattern) // valid has told of one that is wrong
		c.operand(l, cond.X)
	case rule.InCIDR:
		l.op = leafNet
		for _, n := range cond.Nets {
			if p, ok := check.ParseNet(n); ok {
				l.nets = append(l.nets, p)
			}
		}
		c.operand(l, cond.X)
	case rule.Each:
		inner := compiler{space: newSpace(), bound: true}
		l.op, l.each, l.k = leafEach, cond.Quantifier, cond.K
		l.blocks, l.inner = [][]step{inner.block(cond.C)}, inner.space
		inner.space.seal()
		c.operand(l, cond.X)
	case rule.When:
		l.op, l.window = leafInstant, c.window(cond.Window)
		c.instant(l, cond.X)
	case rule.Sequence:
		c.sequence(l, cond)
	case rule.Regularity:
		l.op, l.metric = leafRegular, c.selection(cond.Events)
	case rule.InList:
		l.op, l.name = leafList, string(cond)
	case rule.InSegment:
		l.op, l.name = leafSegment, string(cond)
	case rule.Changed:
		l.op, l.name, l.window = leafChanged, string(cond.Field), c.window(cond.Window)
	case rule.HasBeen:
		l.op, l.name, l.value, l.fold = leafHasBeen, string(cond.Field), cond.Value, cond.Fold
	}
}

// operand sets the value that a leaf tests.
func (c *compiler) operand(l *leaf, e rule.Expr) {
	l.x = c.expr(e)
	if l.x.op == xField {
		l.slot = l.x.slot
	}
}

// instant is operand for a leaf that wants an instant.
func (c *compiler) instant(l *leaf, e rule.Expr) {
	if call, ok := e.(rule.Call); ok && call.Fn == rule.FnUnix && len(call.Args) > 0 {
		if f, ok := call.Args[0].(rule.Field); ok {
			l.slot, l.unix = c.space.slot(f), true
		}
		l.x = c.expr(e)
		return
	}
	c.operand(l, e)
}

// setTexts notes texts of which all values are, as the leaf compares them.
func (l *leaf) setTexts(vs []Value) bool {
	for _, v := range vs {
		if v.Kind() != KindText {
			l.texts = nil
			return false
		}
		l.texts = append(l.texts, textset.Folded(v.Text(), l.fold))
	}
	return true
}

// compare compiles a comparison; a constant stands on the right.
func (c *compiler) compare(l *leaf, cond rule.Compare) {
	l.op, l.cmp, l.fold = leafCompare, cond.Op, cond.Fold
	if v, ok := cond.Left.(Value); ok {
		if _, both := cond.Right.(Value); !both {
			cond = rule.Compare{Left: cond.Right, Op: cond.Op.Mirrored(), Right: v, Fold: cond.Fold}
			l.cmp = cond.Op
		}
	}
	v, constant := cond.Right.(Value)
	if m, ok := cond.Left.(rule.Metric); ok && constant && v.Kind() == KindNumber && l.cmp <= rule.OpGe {
		l.op, l.metric, l.num, l.value = leafMetric, c.metric(m), numeric.RangeOf(l.cmp, v), v
		return
	}
	if w, ok := c.comparedInstant(cond); ok {
		l.op, l.window = leafInstant, w
		l.y, l.value = c.expr(cond.Right), v
		c.instant(l, cond.Left)
		return
	}
	c.operand(l, cond.Left)
	l.y = c.expr(cond.Right)
	l.value = v
	switch {
	case !constant || l.cmp > rule.OpGe:
	case v.Kind() == KindNumber:
		l.op, l.num = leafNumber, numeric.RangeOf(l.cmp, v)
	case v.Kind() == KindText:
		l.op, l.text = leafText, textset.Folded(v.Text(), l.fold)
	case v.Kind() == KindBool:
		l.op = leafBool
	}
}

// between compiles a BETWEEN: of two constant numbers to one range.
func (c *compiler) between(l *leaf, cond rule.Between) {
	l.op, l.fold = leafBetween, cond.Fold
	c.operand(l, cond.X)
	l.y, l.z = c.expr(cond.Lo), c.expr(cond.Hi)
	lo, ok := cond.Lo.(Value)
	hi, ok2 := cond.Hi.(Value)
	if ok && ok2 && lo.Kind() == KindNumber && hi.Kind() == KindNumber {
		l.op, l.num = leafNumber, numeric.RangeOf(rule.OpGe, lo).And(numeric.RangeOf(rule.OpLe, hi))
	}
}

// in compiles an IN: of texts to a set, of numbers to a sorted list.
func (c *compiler) in(l *leaf, cond rule.In) {
	l.op, l.fold, l.values = leafIn, cond.Fold, cond.Values
	c.operand(l, cond.X)
	switch {
	case l.setTexts(cond.Values) && len(cond.Values) > 0:
		l.op, l.set = leafTexts, textset.NewSet(l.texts)
	case !slices.ContainsFunc(cond.Values, func(v Value) bool { return v.Kind() != KindNumber }):
		l.op, l.values = leafNumbers, slices.Clone(cond.Values)
		slices.SortFunc(l.values, rule.CompareNumbers)
	}
}

// named reports whether an event with this name is selected; names without * are
// compared as they stand.
func (m *metric) named(name string) bool {
	for i := range m.names {
		if n := &m.names[i]; n.text == name || n.prefix && strings.HasPrefix(name, n.text[:len(n.text)-1]) {
			return true
		}
	}
	return false
}
