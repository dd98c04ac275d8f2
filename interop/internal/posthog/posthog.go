package posthog

import (
	"strconv"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// PostHog cohorts: groups of AND and OR to any depth, and the older form, a list of groups of
// which any may hold. Values are compared as texts, so that "30" equals 30; what orders wants
// numbers. A set property is one that is there, be it null: for a rule null is missing, which
// is told as a loss. Names have no dots that part them. Cohorts are segments by their number.

// A reader reads one definition.
type reader struct{ *source.Reader }

// Read reads a definition of PostHog; mistakes and losses gather in the reader.
func Read(from *source.Reader, n *source.Node) segment.Segment {
	r := &reader{from}
	if n.Is(source.List) { // the older form alone
		return segment.Segment{Condition: r.Zoned(r.posthogGroups(n))}
	}
	s := segment.Segment{ID: n.Get("id").Scalar(), Name: n.Get("name").Str()}
	if static := n.Get("is_static"); static.Is(source.Bool) && static.Truth {
		s.Condition = r.InList(n.Want("id"), s.ID)
		return s
	}
	groups := n.Get("groups")
	if f := n.Get("filters"); f.Is(source.Object) {
		n = f
	}
	if test := n.Get("filterTestAccounts"); test.Is(source.Bool) && test.Truth {
		r.Omit(test, source.NeedElsewhere, "test accounts are left out")
	}
	switch p := n.Get("properties"); {
	case !r.Object(n, "a cohort"):
	case p != nil:
		s.Condition = r.posthogNode(p)
	case n.Get("values") != nil:
		s.Condition = r.posthogNode(n)
	case groups != nil || n.Get("groups") != nil:
		s.Condition = r.posthogGroups(source.OrNode(groups, n.Get("groups")))
	default:
		r.Fail(n, rule.ErrType, "a cohort has properties, or groups")
	}
	s.Condition = r.Zoned(s.Condition)
	return s
}

// posthogNode is a group, a list of which all must hold, or a test.
func (r *reader) posthogNode(n *source.Node) rule.Condition {
	if n.Is(source.List) {
		return r.posthogAll(n)
	}
	if !r.Object(n, "a group or a filter") {
		return nil
	}
	if n.Get("values") == nil {
		return r.posthogLeaf(n)
	}
	r.Only(n, "type", "values", "id", "sort_key")
	op, ok := r.Word(n.Want("type"), "type of group", "AND", "OR")
	var cs []rule.Condition
	for _, v := range r.SomeOf(n, "values") {
		cs = append(cs, r.posthogNode(v))
	}
	if op == "OR" || !ok {
		return build.AnyOf(cs...)
	}
	return build.All(cs...)
}

func (r *reader) posthogAll(n *source.Node) rule.Condition {
	var cs []rule.Condition
	for _, v := range n.List() {
		cs = append(cs, r.posthogNode(v))
	}
	if n.Is(source.List) && len(cs) == 0 {
		return r.Fail(n, rule.ErrValue, "at least one filter is expected here")
	}
	return build.All(cs...)
}

// posthogGroups is the older form: any of some groups, each all of its properties or a number
// of events within days.
func (r *reader) posthogGroups(n *source.Node) rule.Condition {
	var cs []rule.Condition
	groups := r.Elements(n, "groups")
	if len(groups) == 0 {
		return r.Fail(n, rule.ErrValue, "at least one group is expected here")
	}
	for _, g := range groups {
		if !r.Object(g, "a group") {
			return nil
		}
		r.Only(g, "id", "name", "label", "properties", "days", "event_id", "action_id", "count", "count_operator", "start_date", "end_date", "matchType")
		var c rule.Condition
		if p := g.Get("properties"); len(p.List()) > 0 || g.Get("event_id").Absent() {
			c = r.posthogAll(p)
		}
		switch {
		case !g.Get("action_id").Absent():
			c = r.Omit(g.Get("action_id"), source.NeedElsewhere, "the action %s", g.Get("action_id").Written())
		case !g.Get("event_id").Absent():
			c = r.posthogCounted(g, c)
		case g.Get("properties").Absent():
			r.Fail(g, rule.ErrValue, "a group has properties, or an event")
		}
		cs = append(cs, c)
	}
	return build.AnyOf(cs...)
}

// posthogCounted is a group of the older form that counts events.
func (r *reader) posthogCounted(g *source.Node, where rule.Condition) rule.Condition {
	e, ok := r.EventNamed(g.Get("event_id"), g.Get("event_id").Str(), where)
	var w rule.Window
	if d := g.Get("days"); !d.Absent() {
		s, long := r.Span(d, d, "days")
		w, ok = build.LastSpan(s), ok && long
	} else if from := g.Get("start_date"); !from.Absent() {
		at, dated := r.Instant(from)
		w, ok = build.Since(at), ok && dated
		if to := g.Get("end_date"); !to.Absent() {
			until, dated := r.Instant(to)
			w, ok = build.Between(at, build.JustAfter(until)), ok && dated
		}
	}
	op := "gte"
	if o := g.Get("count_operator"); !o.Absent() && o.Str() != "" {
		word, known := r.Word(o, "operator", "gte", "lte", "eq")
		op, ok = word, ok && known
	}
	k := 1
	if at := g.Get("count"); !at.Absent() {
		count, counted := r.Count(at)
		k, ok = count, ok && counted
	}
	if !ok {
		return nil
	}
	return posthogCount(build.CountOf(e, w), op, k)
}

// posthogLeaf is one test, or its complement.
func (r *reader) posthogLeaf(n *source.Node) rule.Condition {
	kind := "person"
	if t := n.Get("type"); !t.Absent() {
		word, ok := r.Word(t, "type", "person", "behavioral", "cohort", "static-cohort", "precalculated-cohort", "person_metadata", "event", "group", "session", "recording", "hogql", "element", "feature", "flag")
		if !ok {
			return nil
		}
		kind = word
	}
	var c rule.Condition
	switch kind {
	case "person", "person_metadata":
		c = r.posthogProperty(n)
	case "behavioral":
		c = r.posthogBehaviour(n)
	case "cohort", "static-cohort", "precalculated-cohort":
		c = r.posthogCohort(n)
	case "group":
		return r.Omit(n, source.NeedGroup, "a property of a group (%s)", n.Get("key").Written())
	case "session", "recording":
		return r.Omit(n, source.NeedSession, "a property of sessions (%s)", n.Get("key").Written())
	default:
		return r.Omit(n, source.NeedElsewhere, "a filter by %s (%s)", kind, n.Get("key").Written())
	}
	if no := n.Get("negation"); no.Is(source.Bool) && no.Truth {
		return build.Not(c)
	} else if !no.Absent() && !no.Is(source.Bool) {
		return r.Fail(no, rule.ErrType, "negation is true or false")
	}
	return c
}

func (r *reader) posthogCohort(n *source.Node) rule.Condition {
	r.Only(n, "type", "key", "value", "operator", "negation", "cohort_name", "label", "bytecode", "conditionHash")
	op := "in"
	if o := n.Get("operator"); !o.Absent() {
		op, _ = r.Word(o, "operator", "in", "not_in", "exact", "is_not")
	}
	var cs []rule.Condition
	ids := n.Want("value").List()
	if len(ids) == 0 {
		return r.Fail(n.Want("value"), rule.ErrValue, "the number of a cohort is expected here")
	}
	for _, id := range ids {
		cs = append(cs, r.InSegment(id, id.Scalar()))
	}
	if strings.Contains(op, "not") {
		return build.Not(build.AnyOf(cs...))
	}
	return build.AnyOf(cs...)
}

// posthogOperators are what PostHog asks of a property.
var posthogOperators = []string{"exact", "is_not", "icontains", "not_icontains", "icontains_multi", "not_icontains_multi", "regex", "not_regex", "gt", "gte", "lt", "lte", "min", "max",
	"is_set", "is_not_set", "is_date_exact", "is_date_before", "is_date_after", "between", "not_between", "in", "not_in", "is_cleaned_path_exact",
	"semver_eq", "semver_neq", "semver_gt", "semver_gte", "semver_lt", "semver_lte", "semver_tilde", "semver_caret", "semver_wildcard"}

// posthogProperty tests a property of a person or of an event.
func (r *reader) posthogProperty(n *source.Node) rule.Condition {
	r.Only(n, "key", "value", "operator", "type", "negation", "label", "bytecode", "conditionHash", "sort_key", "event_type", "group_type_index")
	f, ok := r.Path(n.Want("key"), n.Get("key").Str())
	op := "exact"
	if o := n.Get("operator"); !o.Absent() {
		word, known := r.Word(o, "operator", posthogOperators...)
		op, ok = word, ok && known
	}
	if !ok {
		return nil
	}
	if op == "is_set" || op == "is_not_set" {
		r.Change(n, source.NeedNull, "%s %s, where it is null: it counts as set", n.Get("key").Str(), op)
		if op == "is_set" {
			return build.IsSet(f)
		}
		return rule.IsNull{X: f}
	}
	value := n.Want("value")
	if len(value.List()) == 0 {
		return r.Fail(value, rule.ErrValue, "at least one value is expected here")
	}
	var c rule.Condition
	positive := strings.Replace(strings.TrimPrefix(op, "not_"), "is_not", "exact", 1)
	switch positive {
	case "exact", "in":
		c = r.SameText(f, r.Constants(value)...)
	case "icontains", "icontains_multi":
		c = build.Contains(f, true, r.posthogTexts(value)...)
	case "regex":
		var cs []rule.Condition
		for _, pattern := range r.Texts(value) {
			cs = append(cs, r.Matches(value, f, pattern, false))
		}
		c = build.AnyOf(cs...)
	case "between":
		vs := value.List()
		if len(vs) != 2 {
			return r.Fail(value, rule.ErrValue, "two values are expected here")
		}
		lo, low := r.Number(vs[0])
		hi, high := r.Number(vs[1])
		if low && high {
			c = rule.Between{X: f, Lo: lo, Hi: hi}
		}
	case "is_cleaned_path_exact":
		return r.Omit(n, source.NeedTextFuncs, "paths without what changes in them (%s)", value.Written())
	default:
		if vs := value.List(); len(vs) != 1 {
			return r.Fail(value, rule.ErrValue, "one value is expected here")
		} else if value = vs[0]; strings.HasPrefix(op, "semver_") {
			return r.posthogVersion(f, op, value)
		} else if strings.HasPrefix(op, "is_date_") {
			return r.posthogDate(f, op, value)
		}
		c = r.posthogOrder(f, op, value)
	}
	if op != positive {
		return build.Not(c)
	}
	return c
}

// posthogTexts is values as texts.
func (r *reader) posthogTexts(n *source.Node) (texts []string) {
	for _, v := range r.Constants(n) {
		if v.Kind() == rule.KindText {
			texts = append(texts, v.Text())
		} else {
			texts = append(texts, v.String())
		}
	}
	return texts
}

// posthogOrder compares with a number, which may be written as a text, or with a text.
func (r *reader) posthogOrder(f rule.Field, op string, n *source.Node) rule.Condition {
	v, ok := r.Constant(n)
	if !ok {
		return nil
	}
	if k := rule.ReadNumber(n.Text); k.Kind() == rule.KindNumber && n.Kind != source.Bool {
		v = k
	}
	ops := map[string]rule.Op{"gt": rule.OpGt, "gte": rule.OpGe, "min": rule.OpGe, "lt": rule.OpLt, "lte": rule.OpLe, "max": rule.OpLe}
	return build.Compare(f, ops[op], v)
}

// posthogDate compares with a day, an instant, or a length of time ago.
func (r *reader) posthogDate(f rule.Field, op string, n *source.Node) rule.Condition {
	at, ok := r.posthogBound(n)
	if !ok {
		return nil
	}
	switch op {
	case "is_date_before":
		return build.Compare(f, rule.OpLt, at)
	case "is_date_after":
		return build.Compare(f, rule.OpGt, at)
	}
	if day, ok := at.(rule.Value); !ok || day.Kind() != rule.KindDate {
		at = rule.Call{Fn: rule.FnDate, Args: []rule.Expr{at}}
	}
	return build.Compare(f, rule.OpEq, at)
}

// posthogVersion compares with a version, or with the versions from one up to another.
func (r *reader) posthogVersion(f rule.Field, op string, n *source.Node) rule.Condition {
	x := rule.Call{Fn: rule.FnVersion, Args: []rule.Expr{f}}
	simple := map[string]rule.Op{"semver_eq": rule.OpEq, "semver_neq": rule.OpEq, "semver_gt": rule.OpGt, "semver_gte": rule.OpGe, "semver_lt": rule.OpLt, "semver_lte": rule.OpLe}
	if o, ok := simple[op]; ok {
		if !rule.IsVersion(n.Str()) {
			return r.Fail(n, rule.ErrValue, "%s is no version", n.Written())
		}
		if c := build.Compare(x, o, rule.Text(n.Str())); op != "semver_neq" {
			return c
		}
		return build.Not(build.Compare(x, o, rule.Text(n.Str())))
	}
	var parts [3]int
	said := 0
	for _, p := range strings.SplitN(strings.TrimSuffix(n.Str(), ".*"), ".", 3) {
		k, err := strconv.Atoi(p)
		if err != nil || k < 0 || k > 1<<30 {
			return r.Fail(n, rule.ErrValue, "%s is no version that a range can start at", n.Written())
		}
		parts[said] = k
		said++
	}
	text := func(p [3]int) rule.Value {
		return rule.Text(strconv.Itoa(p[0]) + "." + strconv.Itoa(p[1]) + "." + strconv.Itoa(p[2]))
	}
	// The part that counts up where the range ends: of ^ the first that is not 0.
	last := min(said-1, 1)
	if op == "semver_wildcard" {
		last = said - 1
	} else if op == "semver_caret" {
		for last = 0; last < said-1 && parts[last] == 0; {
			last++
		}
	}
	end := [3]int{}
	copy(end[:], parts[:last])
	end[last] = parts[last] + 1
	return build.All(build.Compare(x, rule.OpGe, text(parts)), build.Compare(x, rule.OpLt, text(end)))
}
