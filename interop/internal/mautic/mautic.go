package mautic

import (
	"slices"
	"strings"
	"unicode"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Mautic's segments: a list of rows {glue, object, field, type, operator, filter}, in JSON or as
// PHP serialises it. A row with the glue "or" begins a new group; rows of a group must all hold, and one of the groups.
//
// It asks MySQL: texts compare without case and accents (of which rules can do the first: a
// loss), !=, !like, !in and !between keep contacts without a value, !regexp does not; empty is
// also "". What contacts did is in rows with fields such as hit_url. No rows are nobody; who was
// added or removed by hand is in or not, whatever the rows say.

// A reader reads one definition.
type reader struct{ *source.Reader }

// Read reads a definition of Mautic; mistakes and losses gather in the reader.
func Read(from *source.Reader, n *source.Node) (s segment.Segment) {
	r := &reader{from}
	if n.Is(source.Text) {
		if n = r.php(n); len(r.Errs) > 0 {
			return s
		}
	}
	rows := n
	if n.Is(source.Object) {
		r.Only(n, "filters", "id", "name", "public", "populate", "manually_add", "manually_remove", "publicName", "alias", "description", "isPublished", "isGlobal", "isPreferenceCenter", "category", "dateAdded", "dateModified",
			"createdBy", "createdByUser", "modifiedBy", "modifiedByUser", "lastBuiltDate", "lastBuiltTime")
		s.ID, s.Name, rows = n.Get("id").Scalar(), n.Get("name").Str(), n.Want("filters")
	}
	var groups []rule.Condition
	var group []rule.Condition
	for i, row := range r.Elements(rows, "rows") {
		if !r.Object(row, "a row") {
			continue
		}
		glue := "and"
		if g := row.Get("glue"); !g.Absent() {
			glue, _ = r.Word(g, "glue", "and", "or")
		}
		if glue == "or" && i > 0 {
			groups, group = append(groups, build.All(group...)), nil
		}
		m := mauticRow{reader: r, n: row, field: row.Get("field"), op: row.Get("operator")}
		group = append(group, m.condition())
	}
	s.Condition = build.AnyOf(append(groups, build.All(group...))...)
	if rows.Is(source.List) && len(rows.Items) == 0 {
		s.Condition = build.Nobody()
	}
	added, removed := r.mauticMembers(n.Get("manually_add")), r.mauticMembers(n.Get("manually_remove"))
	if removed != nil && s.Condition != nil {
		s.Condition = rule.And{build.Not(removed), s.Condition}
	}
	s.Condition = build.AnyOf(added, s.Condition)
	return s
}

// mauticMembers holds for the contacts with these ids.
func (r *reader) mauticMembers(n *source.Node) rule.Condition {
	var ids []rule.Value
	for _, id := range n.List() {
		if id.Scalar() == "" {
			r.Fail(id, rule.ErrType, "the id of a contact is expected here")
			continue
		}
		ids = append(ids, rule.Text(id.Text))
	}
	if len(ids) == 0 {
		return nil
	}
	return build.OneOf(rule.Field(r.Named(n, "id")), ids, false)
}

// A mauticRow is a row that is being read.
type mauticRow struct {
	*reader
	n, field, op, value *source.Node
	kind, word          string // the type of the field, and the operator
}

func (m *mauticRow) condition() rule.Condition {
	m.Only(m.n, "glue", "object", "field", "type", "operator", "filter", "properties", "display", "null_value", "merged_property", "group", "id")
	m.Only(m.n.Get("properties"), "filter", "display", "list", "data")
	m.kind, m.word = m.n.Get("type").Str(), m.op.Str()
	if m.value = m.n.Get("properties").Get("filter"); m.value.Absent() {
		m.value = m.n.Get("filter")
	}
	if m.value.Is(source.List) && (m.word == "=" || m.word == "!=") {
		m.word = map[string]string{"=": "in", "!=": "!in"}[m.word]
	}
	if !slices.Contains(mauticOperators, m.word) {
		at := m.op
		if at == nil {
			at = m.n
		}
		return m.Unknown(at, "operator", m.word, mauticOperators...)
	}
	name := m.field.Str()
	if name == "" {
		return m.Fail(m.n, rule.ErrSyntax, "a row has a field")
	}
	object := m.n.Get("object").Str()
	switch object {
	case "", "lead", "contact", "behaviors":
	case "company", "company_all":
		if stripped := strings.TrimPrefix(name, "company"); stripped != "" {
			name = strings.TrimPrefix(stripped, "_")
		}
	default:
		return m.Unknown(m.n.Get("object"), "object", object, "lead", "company", "company_all", "behaviors")
	}
	if object == "company_all" {
		x, ok := m.reader.Field(m.field, name)
		if !ok {
			return nil
		}
		return build.AnElement(rule.Field(m.Named(m.field, "companies")), m.test(x))
	}
	if object == "company" {
		name = "company." + name
	} else if c, is := m.behaviour(name); is {
		return c
	} else if object == "behaviors" {
		return m.Unknown(m.field, "behaviour", name, mauticBehaviours()...)
	}
	x, ok := m.reader.Field(m.field, name)
	if !ok {
		return nil
	}
	return m.test(x)
}

var mauticOperators = []string{"=", "!=", "gt", "gte", "lt", "lte", "!gt", "!lt", "empty", "!empty", "like", "!like", "between", "!between", "in", "!in",
	"regexp", "!regexp", "startsWith", "endsWith", "contains", "date", "inLast", "inNext"}

// mauticNegated are the operators that are complements, which keep contacts without a value.
var mauticNegated = map[string]string{"!=": "=", "!like": "like", "!in": "in", "!between": "between"}

// test is what the row asks of a value.
func (m *mauticRow) test(x rule.Expr) rule.Condition {
	switch m.word {
	case "!regexp":
		m.word = "regexp"
		return build.Known(build.Not(m.test(x)), x)
	case "!gt", "!lt":
		m.word = m.word[1:]
		return build.Known(build.Not(m.test(x)), x)
	case "empty":
		return m.empty(x)
	case "!empty":
		if c, ok := m.empty(x).(rule.Or); ok {
			return rule.And{build.IsSet(x), build.Not(c[1])}
		}
		return build.IsSet(x)
	}
	if positive, negated := mauticNegated[m.word]; negated {
		m.word = positive
		return build.Not(m.test(x))
	}
	switch {
	case m.kind == "date" || m.kind == "datetime":
		return m.dated(x)
	case m.kind == "boolean" && m.word == "=":
		yes, ok := m.truth()
		if !ok {
			return nil
		}
		return build.Eq(x, rule.Bool(yes))
	case m.kind == "multiselect" && m.word == "in":
		return build.AnElement(x, build.OneOf(rule.Elem{}, m.list(), true))
	case (m.kind == "tags" || mauticListTypes[m.kind]) && m.word == "in":
		vs, fold := m.collated(m.list())
		return rule.Or{rule.In{X: x, Values: vs, Fold: fold}, build.AnElement(x, rule.In{X: rule.Elem{}, Values: vs, Fold: fold})}
	}
	return m.compared(x)
}

// mauticListTypes are the types of fields with several values.
var mauticListTypes = map[string]bool{"globalcategory": true, "campaign": true, "device_type": true, "device_brand": true, "device_os": true, "integration_campaigns": true}

// empty holds if there is nothing: also no text, and the number 0, which MySQL takes for "".
func (m *mauticRow) empty(x rule.Expr) rule.Condition {
	switch m.kind {
	case "date", "datetime", "multiselect", "tags":
		return rule.IsNull{X: x}
	case "number":
		return rule.Or{rule.IsNull{X: x}, build.Eq(x, rule.Int(0))}
	case "boolean":
		return rule.Or{rule.IsNull{X: x}, build.Eq(x, rule.Bool(false))}
	}
	return build.IsBlankText(x)
}

// truth is a yes or no as PHP takes it.
func (m *mauticRow) truth() (yes, ok bool) {
	switch {
	case m.value.Is(source.Bool):
		return m.value.Truth, true
	case m.value.Is(source.Number):
		v, ok := m.Number(m.value)
		return !v.Equal(rule.Int(0)), ok
	case m.value.Is(source.Text):
		return m.value.Text != "" && m.value.Text != "0", true
	case m.value.Absent():
		return false, true
	}
	m.Fail(m.value, rule.ErrType, "true or false is expected here")
	return false, false
}

// list is the values of in: a list, or a text with | between them. Of a number they are
// numbers, though they may be written as texts.
func (m *mauticRow) list() []rule.Value {
	if m.kind != "number" && !m.value.Is(source.Text) {
		return m.Constants(m.value)
	}
	items := m.value.List()
	if m.value.Is(source.Text) {
		items = nil
		for _, t := range strings.Split(m.value.Text, "|") {
			item := *m.value
			item.Text = t
			items = append(items, &item)
		}
	}
	var vs []rule.Value
	for _, n := range items {
		v := rule.Text(n.Text)
		if m.kind == "number" {
			v, _ = m.Number(n)
		}
		vs = append(vs, v)
	}
	return vs
}

// collated is values as MySQL compares them: texts without case, and with a loss.
func (m *mauticRow) collated(vs []rule.Value) (same []rule.Value, fold bool) {
	for _, v := range vs {
		fold = fold || strings.ContainsFunc(v.Text(), unicode.IsLetter)
	}
	if fold {
		m.Change(m.n, source.NeedCollation, "%s is compared with its accents", source.Shortened(m.field.Text))
	}
	return vs, fold
}

// compared compares with constants: numbers, texts.
func (m *mauticRow) compared(x rule.Expr) rule.Condition {
	switch m.word {
	case "in":
		vs, fold := m.collated(m.list())
		return build.OneOf(x, vs, fold)
	case "between":
		ends := m.value.List()
		if len(ends) != 2 {
			return m.Fail(m.valueAt(), rule.ErrType, "two values are expected here")
		}
		lo, ok := m.scalar(ends[0])
		hi, ok2 := m.scalar(ends[1])
		if !ok || !ok2 {
			return nil
		}
		_, fold := m.collated([]rule.Value{lo, hi})
		return rule.Between{X: x, Lo: lo, Hi: hi, Fold: fold}
	case "inLast", "inNext", "date":
		return m.Fail(m.op, rule.ErrType, "%s is of dates only", m.word)
	}
	v, ok := m.scalar(m.value)
	if !ok {
		return nil
	}
	switch m.word {
	case "like", "startsWith", "endsWith", "contains", "regexp":
		return m.pattern(x, m.value.Scalar())
	}
	_, fold := m.collated([]rule.Value{v})
	return rule.Compare{Left: x, Op: mauticOps[m.word], Right: v, Fold: fold}
}

var mauticOps = map[string]rule.Op{"=": rule.OpEq, "date": rule.OpEq, "gt": rule.OpGt, "gte": rule.OpGe, "lt": rule.OpLt, "lte": rule.OpLe}

// pattern is a test of a text by LIKE, in which % and _ stand for others, or by REGEXP.
func (m *mauticRow) pattern(x rule.Expr, text string) rule.Condition {
	switch {
	case m.word == "regexp":
		return m.Matches(m.value, x, "(?i)"+strings.ReplaceAll(text, `\\`, `\`), false)
	case m.word == "startsWith":
		text += "%"
	case m.word == "endsWith":
		text = "%" + text
	case m.word == "contains" || !strings.Contains(text, "%"):
		text = "%" + text + "%"
	}
	_, fold := m.collated([]rule.Value{rule.Text(text)})
	return m.LikePattern(m.value, x, text, fold)
}

// scalar is a constant of the type of the field.
func (m *mauticRow) scalar(n *source.Node) (v rule.Value, ok bool) {
	switch {
	case n.Absent():
		if m.kind == "number" {
			return rule.Int(0), true
		}
		return rule.Text(""), true
	case m.kind == "number":
		return m.Number(n)
	case n.Is(source.Number):
		return rule.Text(n.Text), true
	case n.Is(source.Text):
		return m.Constant(n)
	}
	m.Fail(n, rule.ErrType, "a text or a number is expected here")
	return v, false
}

// valueAt is where the value is, or would be.
func (m *mauticRow) valueAt() *source.Node {
	if m.value == nil {
		return m.n
	}
	return m.value
}
