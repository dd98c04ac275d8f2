package mongo

import (
	"regexp"
	"strings"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/interop/internal/target"
	"github.com/segmentrules/segment/rule"
)

// Writing a condition as a query filter of MongoDB. There a test reaches into lists, and a
// path leads through them; in a rule it does not. So a test of what may be a list says
// {$not: {$type: "array"}} besides, for each name on the way, unless a schema says that the
// field is none. Instants are dates of BSON: a text that reads as one is none there.

// Export writes a condition that fits the schema as a filter of MongoDB.
func Export(o source.Options, c rule.Condition) ([]byte, []source.Loss, error) {
	w := &mongoWriter{Writer: target.Writer{Options: o}}
	text := w.filter(nil, c)
	return text, w.Losses(c), nil
}

type mongoWriter struct {
	target.Writer
	inside bool // an element of a list
}

// filter writes a condition; nil if nothing of it can be said.
func (w *mongoWriter) filter(at *rule.Trail, c rule.Condition) []byte {
	switch c := c.(type) {
	case rule.Everyone:
		return []byte("{}")
	case rule.And:
		return w.group(at, "$and", c)
	case rule.Or:
		if len(c) == 0 {
			return []byte(`{"$nor":[{}]}`)
		}
		return w.group(at, "$or", c)
	case rule.Not:
		return wrapped("$nor", w.filter(at.In(".C"), c.C))
	case rule.Compare:
		return w.compare(at, c)
	case rule.IsNull:
		return w.isNull(at, c)
	case rule.Like:
		return w.like(at, c)
	case rule.Matches:
		return w.test(at, c, c.X, regexOps(c.Pattern, c.Fold))
	case rule.When:
		return w.when(at, c)
	}
	switch out := w.Spelt(at, c).(type) {
	case nil:
		return nil
	case rule.In:
		return w.in(at, out)
	case rule.Contains:
		return w.contains(at, out)
	case rule.Each:
		return w.each(at, out)
	case rule.And, rule.Or, rule.Not, rule.Everyone:
		return w.WrittenOut(at, out, w.filter)
	}
	return w.Unsayable(at, c)
}

// wrapped is {op: [filter]}; nil of nil.
func wrapped(op string, filter []byte) []byte {
	if filter == nil {
		return nil
	}
	return target.Object(op, target.List([][]byte{filter}))
}

func (w *mongoWriter) group(at *rule.Trail, op string, cs []rule.Condition) []byte {
	var filters [][]byte
	for i, c := range cs {
		if f := w.filter(at.At(i), c); f != nil {
			filters = append(filters, f)
		}
	}
	switch {
	case len(cs) == 0:
		return []byte("{}")
	case len(filters) == 0:
		return nil
	case len(filters) == 1:
		return filters[0]
	}
	return target.Object(op, target.List(filters))
}

// An op of a test with its value.
type mongoOp struct {
	name  string
	value []byte
}

const notAList = `{"$not":{"$type":"array"}}`

// test writes a test of a field by operators.
func (w *mongoWriter) test(at *rule.Trail, c rule.Condition, x rule.Expr, ops []mongoOp) []byte {
	f, ok := x.(rule.Field)
	if !ok {
		return w.Unsayable(at, c)
	}
	return w.tests(at, c, f, ops, w.mayBeList(f))
}

// tests writes a test of a field, which is no list if guarded.
func (w *mongoWriter) tests(at *rule.Trail, c rule.Condition, f rule.Field, ops []mongoOp, guarded bool) []byte {
	names := f.Names()
	for i, name := range names {
		if strings.ContainsAny(name, ".") || strings.HasPrefix(name, "$") || i > 0 && strings.Trim(name, "0123456789") == "" {
			return w.Omit(at, source.NeedComputed, "the field %s, whose name has a dot, a dollar sign or only digits: %s", f, c)
		}
	}
	var m target.Members
	m.Raw(strings.Join(names, "."), w.operators(ops, guarded))
	for i := 1; i < len(names); i++ {
		if w.mayBeList(rule.Path(names[:i]...)) {
			m.Raw(strings.Join(names[:i], "."), []byte(notAList))
		}
	}
	return m.Append(nil)
}

func (w *mongoWriter) operators(ops []mongoOp, guarded bool) []byte {
	var m target.Members
	for _, op := range ops {
		m.Raw(op.name, op.value)
	}
	if guarded {
		m.Raw("$not", []byte(`{"$type":"array"}`))
	}
	return m.Append(nil)
}

// mayBeList reports whether a field may be a list, as far as the schema knows.
func (w *mongoWriter) mayBeList(f rule.Field) bool {
	if w.Schema == nil || w.inside {
		return w.inside || f != "id" // a text in every rule
	}
	t, ok := w.Schema.ContactScope().Listed(f)
	return !ok || t.Kind == rule.KindNull || t.Kind == rule.KindList || t.Kind == rule.KindObject
}

// mongoValue is a constant in extended JSON; ok is false for kinds that it does not have.
func mongoValue(v rule.Value) (text []byte, ok bool) {
	switch v.Kind() {
	case rule.KindText, rule.KindBool:
		return source.AppendJSON(nil, v), true
	case rule.KindNumber:
		text = source.AppendJSON(nil, v)
		return text, len(text) > 0 && text[0] != '{' // a fraction
	case rule.KindTime:
		return []byte(strings.Replace(string(source.AppendJSON(nil, v)), `"$time"`, `"$date"`, 1)), true
	}
	return nil, false
}

var mongoSigns = [...]string{rule.OpEq: "$eq", rule.OpLt: "$lt", rule.OpLe: "$lte", rule.OpGt: "$gt", rule.OpGe: "$gte"}

func (w *mongoWriter) compare(at *rule.Trail, c rule.Compare) []byte {
	if _, ok := c.Left.(rule.Value); ok {
		c = rule.Compare{Left: c.Right, Op: build.Mirrored(c.Op), Right: c.Left, Fold: c.Fold}
	}
	if right, ok := c.Right.(rule.Field); ok && !c.Fold && !w.inside {
		return w.twoFields(at, c, right)
	}
	v, ok := c.Right.(rule.Value)
	if !ok {
		return w.Unsayable(at, c)
	}
	text, ok := mongoValue(v)
	if c.Fold && v.Kind() == rule.KindText {
		if c.Op != rule.OpEq {
			return w.Omit(at, source.NeedFold, "an order that ignores letter case: %s", c)
		}
		return w.test(at, c, c.Left, exactly([]string{v.Text()}))
	}
	if v.IsNull() || !ok {
		return w.Unsayable(at, c)
	}
	return w.test(at, c, c.Left, []mongoOp{{mongoSigns[c.Op], text}})
}

// exactly is the operators of a text that equals one of several, ignoring case.
func exactly(texts []string) []mongoOp {
	var quoted []string
	for _, t := range texts {
		quoted = append(quoted, regexp.QuoteMeta(t))
	}
	return regexOps(`^(?:`+strings.Join(quoted, "|")+`)\z`, true)
}

func regexOps(pattern string, fold bool) []mongoOp {
	ops := []mongoOp{{"$regex", source.AppendJSON(nil, pattern)}}
	if fold {
		ops = append(ops, mongoOp{"$options", []byte(`"i"`)})
	}
	return ops
}

// twoFields compares two fields, both of which must be there.
func (w *mongoWriter) twoFields(at *rule.Trail, c rule.Compare, right rule.Field) []byte {
	left, ok := c.Left.(rule.Field)
	if !ok {
		return w.Unsayable(at, c)
	}
	a, b := w.isNull(at, rule.IsNull{X: left}), w.isNull(at, rule.IsNull{X: right})
	if a == nil || b == nil {
		return nil
	}
	if c.Op != rule.OpEq {
		w.Lose(at, source.Changed, source.NeedKindOrder, "values of two kinds, such as a text and a number, have an order in MongoDB: "+c.String())
	}
	args := target.List([][]byte{source.AppendJSON(nil, "$"+strings.Join(left.Names(), ".")), source.AppendJSON(nil, "$"+strings.Join(right.Names(), "."))})
	return target.Object("$and", target.List([][]byte{wrapped("$nor", a), wrapped("$nor", b), target.Object("$expr", target.Object(mongoSigns[c.Op], args))}))
}

// Null is no value: what is neither a list nor anything but null.
func (w *mongoWriter) isNull(at *rule.Trail, c rule.IsNull) []byte {
	f, ok := c.X.(rule.Field)
	if !ok {
		return w.Unsayable(at, c)
	}
	value := w.tests(at, c, f, []mongoOp{{"$ne", []byte("null")}}, false)
	if value == nil || !w.mayBeList(f) && len(f.Names()) == 1 {
		return wrapped("$nor", value)
	}
	list := w.tests(at, c, f, []mongoOp{{"$type", []byte(`"array"`)}}, false)
	return target.Object("$nor", target.List([][]byte{value, list}))
}

func (w *mongoWriter) in(at *rule.Trail, c rule.In) []byte {
	var values [][]byte
	var texts []string
	for _, v := range c.Values {
		text, ok := mongoValue(v)
		if !ok {
			return w.Unsayable(at, c)
		}
		if c.Fold && v.Kind() == rule.KindText {
			texts = append(texts, v.Text())
		} else {
			values = append(values, text)
		}
	}
	var either [][]byte
	if len(values) > 0 {
		either = append(either, w.test(at, c, c.X, []mongoOp{{"$in", target.List(values)}}))
	}
	if len(texts) > 0 {
		either = append(either, w.test(at, c, c.X, exactly(texts)))
	}
	switch {
	case either[0] == nil:
		return nil
	case len(either) == 1:
		return either[0]
	}
	return target.Object("$or", target.List(either))
}

func (w *mongoWriter) like(at *rule.Trail, c rule.Like) []byte {
	var quoted []string
	for _, t := range c.Values {
		quoted = append(quoted, regexp.QuoteMeta(t))
	}
	pattern := `(?:` + strings.Join(quoted, "|") + `)`
	if c.End == rule.LikePrefix {
		return w.test(at, c, c.X, regexOps("^"+pattern, c.Fold))
	}
	return w.test(at, c, c.X, regexOps(pattern+`\z`, c.Fold))
}
