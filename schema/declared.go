package schema

import (
	"slices"

	"github.com/segmentrules/segment/rule"
)

// Declared kinds in the tree. JSON holds instants as text, and exports hold numbers as
// text. A rule already reads a text beside an instant, so only what may stand beside
// another text needs a mark: `opened > sent` becomes TIME(opened) > TIME(sent), and
// `sent <= "2025-12-01"` becomes sent <= 2025-12-01. Nothing beside a number is read
// as one, so a number that may be text is always marked.

// reading is the kind that texts in a field are read as; KindNull if they are texts.
func (t FieldType) reading() rule.Kind {
	switch {
	case t.Epoch != EpochNone:
		return rule.KindNull
	case t.Kind == rule.KindTime || t.Kind == rule.KindDate:
		return rule.KindTime
	case t.Kind == rule.KindNumber && t.Coerce:
		return rule.KindNumber
	}
	return rule.KindNull
}

// number marks a field or element that is a number and may be held as text.
func (r *resolver) number(e rule.Expr) rule.Expr {
	if r.ts.TypeOf(e).reading() == rule.KindNumber {
		return rule.Reading(e, rule.KindNumber)
	}
	return e
}

// reads keeps what a rule says by hand from being marked twice, where the schema says it too.
func (r *resolver) reads(c rule.Call) rule.Expr {
	c = r.inner().RewriteExpr(c).(rule.Call)
	if len(c.Args) == 1 {
		if inner, ok := c.Args[0].(rule.Call); ok && inner.Fn == c.Fn {
			return inner
		}
	}
	return c
}

// isMark reports whether a function reads what the schema says is read so anyway.
func isMark(c rule.Call, ts TypeScope) bool {
	kind := rule.ReadingKind(c.Fn)
	return kind != rule.KindNull && len(c.Args) == 1 && ts.TypeOf(c.Args[0]).reading() == kind
}

// asHeld takes the mark of a number away again where the test is whether there is a
// value at all: a text that is no number is one.
func (r *resolver) asHeld(was, c rule.Condition) rule.Condition {
	switch c := c.(type) {
	case rule.IsNull:
		if was := was.(rule.IsNull); r.ts.TypeOf(was.X).reading() == rule.KindNumber && isStored(was.X) {
			c.X = was.X
		}
		return c
	case rule.IsBlank:
		if was := was.(rule.IsBlank); r.ts.TypeOf(was.X).reading() == rule.KindNumber && isStored(was.X) {
			c.X = was.X
		}
		return c
	}
	return c
}

func isStored(e rule.Expr) bool {
	switch e.(type) {
	case rule.Field, rule.Elem:
		return true
	}
	return false
}

// readMetric marks the property that an aggregate takes. FIRST and LAST give a
// property as it is, which is marked where it is compared.
func (r *resolver) readMetric(m rule.Metric) rule.Metric {
	if m.Prop == "" || m.As != rule.KindNull || m.Agg == rule.AggCount {
		return m
	}
	t, _ := r.ts.EventScope(m.Events.Names).field(m.Prop)
	as := t.reading()
	if as == rule.KindTime && m.Agg != rule.AggMin && m.Agg != rule.AggMax && m.Agg != rule.AggDistinct {
		return m
	}
	m.As = as
	return m
}

// read marks what a test reads as instants, dates or numbers.
func (r *resolver) read(c rule.Condition) rule.Condition {
	switch c := c.(type) {
	case rule.Compare:
		es := r.readBeside([]rule.Expr{c.Left, c.Right})
		c.Left, c.Right = es[0], es[1]
		return c
	case rule.Between:
		es := r.readBeside([]rule.Expr{c.X, c.Lo, c.Hi})
		c.X, c.Lo, c.Hi = es[0], es[1], es[2]
		return c
	case rule.In:
		if !r.isTemporal(c.X) {
			return c
		}
		c.Values = readTimes(c.Values)
		if mayBeText(c.X) && slices.ContainsFunc(c.Values, isText) {
			c.X = rule.Reading(c.X, rule.KindTime)
		}
		return c
	case rule.Contains:
		return r.readElements(c)
	case rule.Changed:
		if t, _ := r.ts.field(c.Field); c.As == rule.KindNull {
			c.As = t.reading()
		}
		return c
	case rule.HasBeen:
		switch t, _ := r.ts.field(c.Field); t.reading() {
		case rule.KindTime:
			c.Value = readTime(c.Value)
		case rule.KindNumber:
			c.As = rule.KindNumber
		}
		return c
	}
	return c
}

// isTemporal reports whether an expression is a time or date by the schema, or read as one.
func (r *resolver) isTemporal(e rule.Expr) bool {
	return r.ts.TypeOf(e).reading() == rule.KindTime
}

// readBeside marks expressions that are compared with each other: if one of them is a
// time or a date, the constants that read as one become it, and if another may be
// text besides, or is a constant text that reads as none, the fields among them are marked.
func (r *resolver) readBeside(es []rule.Expr) []rule.Expr {
	if !slices.ContainsFunc(es, r.isTemporal) {
		return es
	}
	texts := 0 // that may be texts
	for i, e := range es {
		if v, ok := e.(rule.Value); ok {
			v = readTime(v)
			es[i] = v
			if isText(v) {
				texts++
			}
		} else if mayBeText(e) {
			texts++
		}
	}
	if texts < 2 {
		return es
	}
	for i, e := range es {
		if mayBeText(e) && r.isTemporal(e) {
			es[i] = rule.Reading(e, rule.KindTime)
		}
	}
	return es
}

// coalesce marks the times and dates among values of which one stands in for another: what
// the value is compared with is not known here.
func (r *resolver) coalesce(c rule.Call) rule.Expr {
	c = r.inner().RewriteExpr(c).(rule.Call)
	if !slices.ContainsFunc(c.Args, r.isTemporal) {
		return c
	}
	for i, arg := range c.Args {
		if v, ok := arg.(rule.Value); ok {
			c.Args[i] = readTime(v)
		} else if mayBeText(arg) && r.isTemporal(arg) {
			c.Args[i] = rule.Reading(arg, rule.KindTime)
		}
	}
	return c
}

// mayBeText reports whether an expression may have a text as its value, as far as can
// be seen without a schema.
func mayBeText(e rule.Expr) bool {
	switch e := e.(type) {
	case rule.Field, rule.Elem:
		return true
	case rule.Metric:
		return (e.Agg == rule.AggFirst || e.Agg == rule.AggLast) && e.Prop != "" && e.As == rule.KindNull
	case rule.Calculated:
		return mayBeText(e.X)
	case rule.Call:
		return e.Fn == rule.FnCoalesce && slices.ContainsFunc(e.Args, mayBeText)
	}
	return false
}

// readElements marks what a list is asked to contain. Elements that are numbers and may
// be text are asked one by one: `scores CONTAINS 5` is ANY scores HAS (NUMBER(ELEMENT) = 5).
func (r *resolver) readElements(c rule.Contains) rule.Condition {
	t := r.ts.TypeOf(c.X)
	if t.Kind != rule.KindList {
		return c
	}
	elem := FieldType{Kind: t.Of, Coerce: t.Coerce}
	if elem.reading() == rule.KindTime {
		c.Values = readTimes(c.Values)
	}
	if elem.reading() != rule.KindNumber || len(c.Values) == 0 {
		return c
	}
	x := rule.Reading(rule.Elem{}, rule.KindNumber)
	if c.Mode == rule.ContainsAny && len(c.Values) > 1 {
		return rule.Each{X: c.X, C: rule.In{X: x, Values: c.Values, Fold: c.Fold}}
	}
	var all rule.And
	for _, v := range c.Values {
		all = append(all, rule.Each{X: c.X, C: rule.Compare{Left: x, Op: rule.OpEq, Right: v, Fold: c.Fold}})
	}
	if len(all) == 1 {
		return all[0]
	}
	return all
}

// readTime is the instant or date that a constant text reads as; all else is itself.
func readTime(v rule.Value) rule.Value {
	if t := rule.ReadAs(v, rule.KindTime); isText(v) && !t.IsNull() {
		return t
	}
	return v
}

func isText(v rule.Value) bool { return v.Kind() == rule.KindText }

func readTimes(vs []rule.Value) []rule.Value {
	out := slices.Clone(vs)
	for i, v := range out {
		out[i] = readTime(v)
	}
	return out
}
