package campaigns

import (
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Notifuse: a tree of branches and leaves; a leaf asks for fields of the contact, a list, its
// timeline or its goals. It becomes SQL, in which a negated test of a missing value does not
// hold. Several values of one filter are joined by OR, also those of a negated one.

// ReadNotifuse reads a definition of Notifuse; mistakes and losses gather in the reader.
func ReadNotifuse(from *source.Reader, n *source.Node) segment.Segment {
	r := &reader{from}
	s := segment.Segment{}
	if tree := n.Get("tree"); tree.Is(source.Object) { // the segment around the tree
		s.ID, s.Name = n.Get("id").Str(), n.Get("name").Str()
		r.Only(n, "id", "name", "tree", "color", "timezone", "version", "status", "description", "generated_sql", "generated_args", "recompute_after", "users_count", "db_created_at", "db_updated_at")
		n = tree
	}
	s.Condition = r.notifuseNode(n)
	return s
}

func (r *reader) notifuseNode(n *source.Node) rule.Condition {
	if !r.Object(n, "a branch or a leaf") {
		return nil
	}
	kind, ok := r.Word(n.Want("kind"), "kind", "branch", "leaf")
	if !ok {
		return nil
	}
	r.Only(n, "kind", "branch", "leaf")
	if kind == "leaf" {
		return r.notifuseLeaf(n.Want("leaf"))
	}
	branch := n.Want("branch")
	if !r.Object(branch, "a branch") {
		return nil
	}
	r.Only(branch, "operator", "leaves")
	op, ok := r.Word(branch.Want("operator"), "operator of a branch", "and", "or")
	leaves := r.Elements(branch.Want("leaves"), "the leaves of a branch")
	if ok && len(leaves) == 0 {
		return r.Fail(branch, rule.ErrValue, "a branch needs at least one leaf")
	}
	var cs []rule.Condition
	for _, leaf := range leaves {
		cs = append(cs, r.notifuseNode(leaf))
	}
	if op == "or" {
		return build.AnyOf(cs...)
	}
	return build.All(cs...)
}

func (r *reader) notifuseLeaf(n *source.Node) rule.Condition {
	if !r.Object(n, "a leaf") {
		return nil
	}
	kind, ok := r.Word(n.Want("source"), "source", "contacts", "contact_lists", "contact_timeline", "custom_events_goals")
	if !ok {
		return nil
	}
	member := map[string]string{"contacts": "contact", "contact_lists": "contact_list", "contact_timeline": "contact_timeline", "custom_events_goals": "custom_events_goal"}[kind]
	r.Only(n, "source", member)
	of := n.Get(member)
	if !r.Object(of, "the condition of the leaf") {
		return nil
	}
	switch kind {
	case "contacts":
		r.Only(of, "filters")
		if len(of.Get("filters").List()) == 0 {
			return r.Fail(of, rule.ErrValue, "a contact condition needs at least one filter")
		}
		return r.notifuseFilters(of.Get("filters"))
	case "contact_lists":
		return r.notifuseList(of)
	case "contact_timeline":
		return r.notifuseTimeline(of)
	}
	return r.notifuseGoal(of)
}

// notifuseList is membership of a list; all but the active ones need lists of their own.
func (r *reader) notifuseList(n *source.Node) rule.Condition {
	r.Only(n, "operator", "list_id", "status")
	op, ok := r.Word(n.Want("operator"), "operator", "in", "not_in")
	id := n.Get("list_id")
	if !id.Is(source.Text) || id.Text == "" {
		return r.Fail(n, rule.ErrSyntax, "a list needs its list_id, a text")
	}
	if status := n.Get("status"); !status.Absent() && status.Str() != "" && status.Str() != "active" {
		if _, ok = r.Word(status, "status", "active", "pending", "unsubscribed", "bounced", "complained"); ok {
			return r.Omit(n, source.NeedListStatus, "the contacts of the list %s that are %s", source.Shortened(id.Text), status.Text)
		}
		return nil
	}
	if !ok {
		return nil
	}
	c := rule.Condition(rule.InList(r.Named(id, id.Text)))
	if op == "not_in" {
		return build.Not(c)
	}
	return c
}

// notifuseTimeline is a number of entries of the timeline of one kind.
func (r *reader) notifuseTimeline(n *source.Node) rule.Condition {
	r.Only(n, "kind", "count_operator", "count_value", "timeframe_operator", "timeframe_values", "filters", "template_id")
	kind := n.Get("kind")
	if !kind.Is(source.Text) || kind.Text == "" {
		return r.Fail(n, rule.ErrSyntax, "a timeline condition needs a kind, a text")
	}
	op, ok1 := r.Word(n.Want("count_operator"), "count_operator", "at_least", "at_most", "exactly")
	k, ok2 := r.Count(n.Get("count_value"))
	w, ok3 := r.notifuseWindow(n)
	var where []rule.Condition
	if template := n.Get("template_id"); !template.Absent() && template.Str() != "" {
		where = append(where, build.Eq(rule.Field("template_id"), rule.Text(template.Str())))
	}
	told := len(r.Losses)
	where = append(where, r.notifuseFilters(n.Get("filters")))
	if !ok1 || !ok2 || !ok3 || len(r.Losses) > told {
		return nil // other events would count
	}
	x := build.CountOf(build.Events(r.Named(kind, kind.Text), build.All(where...)), w)
	return build.Compare(x, map[string]rule.Op{"at_least": rule.OpGe, "at_most": rule.OpLe, "exactly": rule.OpEq}[op], rule.Int(int64(k)))
}

// notifuseGoal is an aggregate of the value of goals, which events of any name reach.
func (r *reader) notifuseGoal(n *source.Node) rule.Condition {
	r.Only(n, "goal_type", "goal_name", "aggregate_operator", "operator", "value", "value_2", "timeframe_operator", "timeframe_values")
	kind := n.Get("goal_type")
	if !kind.Is(source.Text) || kind.Text == "" {
		return r.Fail(n, rule.ErrSyntax, "a goal needs its goal_type, a text")
	}
	where := []rule.Condition{build.Eq(rule.Field("goal_type"), rule.Text(kind.Text))}
	if kind.Text == "*" {
		where[0] = build.IsSet(rule.Field("goal_type"))
	}
	if name := n.Get("goal_name"); !name.Absent() && name.Str() != "" {
		where = append(where, build.Eq(rule.Field("goal_name"), rule.Text(name.Str())))
	}
	agg, ok1 := r.Word(n.Want("aggregate_operator"), "aggregate_operator", "sum", "count", "avg", "min", "max")
	op, ok2 := r.Word(n.Want("operator"), "operator", "gte", "lte", "eq", "between")
	w, ok3 := r.notifuseWindow(n)
	lo, ok4 := r.Number(n.Get("value"))
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return nil
	}
	x := rule.Metric{Agg: map[string]rule.Agg{"sum": rule.AggSum, "count": rule.AggCount, "avg": rule.AggAvg, "min": rule.AggMin, "max": rule.AggMax}[agg],
		Events: build.Events("*", build.All(where...)), Window: w}
	if x.Agg != rule.AggCount {
		x.Prop = "goal_value"
	}
	if op == "between" {
		hi, ok := r.Number(n.Get("value_2"))
		if !ok {
			return nil
		}
		return rule.Between{X: x, Lo: lo, Hi: hi}
	}
	return build.Compare(x, map[string]rule.Op{"gte": rule.OpGe, "lte": rule.OpLe, "eq": rule.OpEq}[op], lo)
}

// notifuseWindow is the window of a timeline or a goal condition.
func (r *reader) notifuseWindow(n *source.Node) (w rule.Window, ok bool) {
	at, values := n.Get("timeframe_operator"), n.Get("timeframe_values")
	if at.Absent() || at.Str() == "" && at.Is(source.Text) {
		return w, true
	}
	op, ok := r.Word(at, "timeframe_operator", "anytime", "in_date_range", "before_date", "after_date", "in_the_last_days")
	switch {
	case !ok || op == "anytime":
		return w, ok
	case op == "in_the_last_days":
		if vs := r.notifuseValues(values, values, 1); vs != nil {
			if k, ok := r.Count(vs[0]); ok {
				return build.LastSpan(build.Days(k)), true
			}
		}
		return w, false
	case op == "in_date_range":
		from, to, ok := r.notifuseRange(values, values)
		return build.Between(from, after(to)), ok
	}
	t, ok := r.notifuseInstant(values, values)
	if op == "before_date" {
		return build.Before(t), ok
	}
	return build.Since(after(t)), ok
}

// after is the first instant after one.
func after(v rule.Value) rule.Value {
	if v.Kind() != rule.KindTime {
		return v
	}
	return rule.Time(v.Time().Add(time.Nanosecond))
}

// notifuseValues is a list of so many values, or nil and an error at the filter.
func (r *reader) notifuseValues(at, n *source.Node, count int) []*source.Node {
	if vs := n.List(); len(vs) == count {
		return vs
	}
	r.Fail(at, rule.ErrValue, "%d values are expected here", count)
	return nil
}

// notifuseInstant is one instant; a day is its beginning.
func (r *reader) notifuseInstant(at, n *source.Node) (v rule.Value, ok bool) {
	vs := r.notifuseValues(at, n, 1)
	if vs == nil {
		return v, false
	}
	return r.notifuseMoment(vs[0])
}

func (r *reader) notifuseMoment(n *source.Node) (v rule.Value, ok bool) {
	if v, ok = r.Moment(n.Str()); !ok {
		r.Fail(n, rule.ErrType, "an instant or a day is expected here, such as 2026-01-31T10:00:00Z")
	}
	return r.Midnight(v), ok
}

func (r *reader) notifuseRange(at, n *source.Node) (from, to rule.Value, ok bool) {
	vs := r.notifuseValues(at, n, 2)
	if vs == nil {
		return from, to, false
	}
	from, ok1 := r.notifuseMoment(vs[0])
	to, ok2 := r.notifuseMoment(vs[1])
	return from, to, ok1 && ok2
}

// notifuseFilters are filters that all hold.
func (r *reader) notifuseFilters(n *source.Node) rule.Condition {
	if n.Absent() {
		return nil
	}
	var cs []rule.Condition
	for _, f := range r.Elements(n, "filters") {
		cs = append(cs, r.notifuseFilter(f))
	}
	return build.All(cs...)
}

// notifuseFilter is one test of a field, or of what is in one that is JSON.
func (r *reader) notifuseFilter(n *source.Node) rule.Condition {
	if !r.Object(n, "a filter") {
		return nil
	}
	r.Only(n, "field_name", "field_type", "operator", "string_values", "number_values", "json_path")
	kind, ok := r.Word(n.Want("field_type"), "field_type", "string", "number", "time", "json")
	name := n.Get("field_name")
	if !ok || !name.Is(source.Text) || name.Text == "" {
		if ok {
			r.Fail(n, rule.ErrSyntax, "a filter needs its field_name, a text")
		}
		return nil
	}
	path := name.Text
	for _, step := range n.Get("json_path").List() {
		if source.IsDigits(step.Scalar()) {
			return r.Omit(step, source.NeedElementAt, "the element %s of a list", step.Scalar())
		}
		path += "." + step.Str()
	}
	x, ok := r.Field(name, path)
	if !ok {
		return nil
	}
	values := n.Get("string_values")
	if len(values.List()) == 0 {
		values = n.Get("number_values")
	}
	return r.notifuseTest(n, kind, x, values)
}

var notifuseOps = []string{"equals", "not_equals", "gt", "gte", "lt", "lte", "contains", "not_contains", "is_set", "is_not_set", "in_date_range", "not_in_date_range",
	"before_date", "after_date", "in_the_last_days", "in_array", "not_in_array"}

func (r *reader) notifuseTest(n *source.Node, kind string, x rule.Field, values *source.Node) rule.Condition {
	op := n.Get("operator")
	switch op.Str() {
	case "is_set":
		return build.IsSet(x)
	case "is_not_set":
		return rule.IsNull{X: x}
	case "in_date_range", "not_in_date_range":
		from, to, ok := r.notifuseRange(n, values)
		if !ok {
			return nil
		}
		c := rule.Condition(rule.Between{X: x, Lo: from, Hi: to})
		if op.Str() == "not_in_date_range" {
			return build.Known(build.Not(c), x)
		}
		return c
	case "before_date", "after_date":
		t, ok := r.notifuseInstant(n, values)
		if !ok {
			return nil
		}
		return build.Compare(x, map[string]rule.Op{"before_date": rule.OpLt, "after_date": rule.OpGt}[op.Str()], t)
	case "in_the_last_days": // which has no end: what lies ahead is in
		vs := r.notifuseValues(n, values, 1)
		if vs == nil {
			return nil
		}
		k, ok := r.Count(vs[0])
		if !ok {
			return nil
		}
		return build.Compare(x, rule.OpGt, build.Shifted(build.Now(), build.Days(-k)))
	}
	word, ok := r.Word(op, "operator", notifuseOps...)
	if !ok {
		return nil
	}
	if len(values.List()) == 0 {
		return r.Fail(n, rule.ErrValue, "%s needs a value", word)
	}
	var cs []rule.Condition
	for _, e := range values.List() {
		v, ok := r.notifuseValue(e, kind)
		if !ok {
			return nil
		}
		cs = append(cs, r.notifuseOne(e, word, x, v))
	}
	return build.AnyOf(cs...)
}

// notifuseValue is a constant of the type of a field.
func (r *reader) notifuseValue(n *source.Node, kind string) (rule.Value, bool) {
	switch kind {
	case "number":
		return r.Number(n)
	case "time":
		return r.notifuseMoment(n)
	}
	return r.Constant(n)
}

// notifuseOne is a test against one value.
func (r *reader) notifuseOne(at *source.Node, op string, x rule.Field, v rule.Value) rule.Condition {
	if positive, negated := strings.CutPrefix(op, "not_"); negated {
		return build.Known(build.Not(r.notifuseOne(at, positive, x, v)), x)
	}
	switch op {
	case "equals":
		return build.Eq(x, v)
	case "gt", "gte", "lt", "lte":
		return build.Compare(x, map[string]rule.Op{"gt": rule.OpGt, "gte": rule.OpGe, "lt": rule.OpLt, "lte": rule.OpLe}[op], v)
	case "in_array":
		return build.AnElement(x, build.Eq(rule.Elem{}, v))
	case "contains":
		if v.Kind() == rule.KindText {
			return r.LikePattern(at, x, "%"+v.Text()+"%", true)
		}
	}
	return r.Fail(at, rule.ErrType, "a text is expected here")
}
