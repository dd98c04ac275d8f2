package unomi

import (
	"slices"
	"strings"
	"unicode"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Unomi's past events: how many events of some names and with some properties there were.

// unomiEvents are the conditions of events that Unomi makes of others: the name of the event,
// and which property each parameter is.
var unomiEvents = map[string]struct {
	name  string
	props map[string]string
}{
	"pageViewEventCondition":       {"view", map[string]string{"pagePath": "target.properties.pageInfo.pagePath", "language": "target.properties.pageInfo.language", "url": "target.properties.pageInfo.destinationURL"}},
	"formEventCondition":           {"form", map[string]string{"formId": "target.itemId", "pagePath": "source.properties.pageInfo.pagePath"}},
	"videoViewEventCondition":      {"video", map[string]string{"videoId": "target.itemId", "pagePath": "source.properties.pageInfo.pagePath"}},
	"downloadEventCondition":       {"download", map[string]string{"filePath": "target.properties.path"}},
	"loginEventCondition":          {"login", nil},
	"sessionCreatedEventCondition": {"sessionCreated", nil},
	"profileUpdatedEventCondition": {"profileUpdated", nil},
}

// A unomiSelection is events of one name, or of any if it is "*", that satisfy where.
type unomiSelection struct {
	name  string
	where rule.Condition
}

// pastEvent compares the number of events.
func (u *unomi) pastEvent(n, p *source.Node) rule.Condition {
	u.Only(p, "numberOfDays", "fromDate", "toDate", "minimumEventCount", "maximumEventCount", "operator", "eventCondition", "generatedPropertyKey")
	w, ok := u.eventWindow(n, p)
	inner := &unomi{Reader: u.Reader}
	selections, said := inner.selected(p.Want("eventCondition"))
	op, known := "eventsOccurred", true
	if o := p.Get("operator"); !o.Absent() {
		op, known = u.Word(o, "operator", "eventsOccurred", "eventsNotOccurred")
	}
	lo, low, hi, high := 1, true, -1, true
	if at := p.Get("minimumEventCount"); !at.Absent() {
		lo, low = u.Count(at)
	}
	if at := p.Get("maximumEventCount"); !at.Absent() {
		hi, high = u.Count(at)
	}
	if !ok || !said || !known || !low || !high {
		return nil
	}
	sum := unomiCount(selections, w)
	switch {
	case op == "eventsNotOccurred":
		return build.Eq(sum, rule.Int(0))
	case hi >= 0 && lo == 0:
		return build.Compare(sum, rule.OpLe, rule.Int(int64(hi)))
	case hi >= 0:
		return rule.Between{X: sum, Lo: rule.Int(int64(lo)), Hi: rule.Int(int64(hi))}
	}
	return build.Compare(sum, rule.OpGe, rule.Int(int64(lo)))
}

// unomiCount is how many events of some selections there are. Names with one condition are counted
// together.
func unomiCount(of []unomiSelection, w rule.Window) rule.Expr {
	var counts []rule.Metric
	for _, s := range of {
		i := slices.IndexFunc(counts, func(c rule.Metric) bool { return rule.Equal(c.Events.Where, s.where) })
		if i < 0 {
			counts = append(counts, build.CountOf(build.Events(s.name, s.where), w))
		} else {
			counts[i].Events.Names = append(counts[i].Events.Names, s.name)
		}
	}
	if len(counts) == 0 { // no event has two names at once
		return build.CountOf(build.Events("*", build.Nobody()), w)
	}
	sum := rule.Expr(counts[0])
	for _, c := range counts[1:] {
		sum = rule.Arith{Op: rule.ArithAdd, Left: sum, Right: c}
	}
	return sum
}

// selected is the events of a condition. It is not ok after an error, and for what a rule
// cannot say, which is a loss.
func (u *unomi) selected(n *source.Node) (of []unomiSelection, ok bool) {
	if !u.Object(n, "a condition of events") {
		return nil, false
	}
	kind, p := n.Get("type").Str(), n.Want("parameterValues")
	if at := parameterIn(p); at != nil {
		u.Omit(at, source.NeedParameter, "%s", at.Written())
		return nil, false
	}
	if made, ok := unomiEvents[kind]; ok {
		return u.selectedBy(n, p, made.name, made.props)
	}
	known := []string{"booleanCondition", "notCondition", "matchAllCondition", "eventTypeCondition", "eventPropertyCondition", "nestedCondition", "sourceEventPropertyCondition",
		"geoLocationByPointSessionCondition", "pageViewEventCondition", "formEventCondition", "videoViewEventCondition", "downloadEventCondition", "loginEventCondition"}
	if kind, ok = u.Word(n.Want("type"), "condition of events", known...); !ok {
		return nil, false
	}
	u.Only(n, "type", "parameterValues")
	switch kind {
	case "matchAllCondition":
		return []unomiSelection{{name: "*"}}, true
	case "eventTypeCondition":
		u.Only(p, "eventTypeId")
		at := p.Want("eventTypeId")
		_, ok := u.EventNamed(at, p.Get("eventTypeId").Str(), nil)
		return []unomiSelection{{name: p.Get("eventTypeId").Str()}}, ok
	case "eventPropertyCondition":
		return u.selectedWhere(u.property(n, p))
	case "nestedCondition":
		return u.selectedWhere(u.nested(n, p))
	case "sourceEventPropertyCondition":
		return u.selectedBy(n, p, "*", map[string]string{"id": "source.itemId", "path": "source.properties.pageInfo.pagePath", "scope": "source.scope", "type": "source.itemType"})
	case "geoLocationByPointSessionCondition":
		u.Omit(n, source.NeedGeo, "events at a place")
		return nil, false
	case "notCondition":
		return u.selectedNot(n, p)
	}
	return u.selectedBoolean(n, p)
}

// selectedWhere is events of any name that satisfy a condition; nil is a loss or an error.
func (u *unomi) selectedWhere(c rule.Condition) ([]unomiSelection, bool) {
	return []unomiSelection{{"*", c}}, c != nil
}

// selectedBy is events of a name whose properties are the parameters that are given.
func (u *unomi) selectedBy(n, p *source.Node, name string, props map[string]string) ([]unomiSelection, bool) {
	var where []rule.Condition
	if p.Is(source.Object) {
		for i, param := range p.Names {
			path, known := props[param]
			if !known {
				u.Unknown(p.Items[i], "member", param)
				return nil, false
			}
			if at := p.Items[i]; !at.Absent() {
				f, _ := u.Field(at, path)
				v, ok := u.Constant(at)
				if !ok {
					return nil, false
				}
				if strings.ContainsFunc(allText(at), unicode.IsLetter) {
					u.Change(at, source.NeedCollation, "%s = %s, where it has accents", path, at.Written())
				}
				where = append(where, rule.Compare{Left: f, Right: v, Fold: true})
			}
		}
	}
	return []unomiSelection{{u.Named(n, name), build.All(where...)}}, true
}

// selectedNot is the complement of a condition of properties: that of a name is no events that
// a rule can select.
func (u *unomi) selectedNot(n, p *source.Node) ([]unomiSelection, bool) {
	u.Only(p, "subCondition")
	of, ok := u.selected(p.Want("subCondition"))
	if !ok {
		return nil, false
	}
	if len(of) != 1 || of[0].name != "*" || of[0].where == nil {
		u.Omit(n, source.NeedEventNames, "events of any name but some")
		return nil, false
	}
	return u.selectedWhere(build.Not(of[0].where))
}

// selectedBoolean joins conditions of events: AND takes each of one side with each of the
// other, OR both sides. A part that is a loss is left out of an AND, and is all of an OR.
func (u *unomi) selectedBoolean(n, p *source.Node) (of []unomiSelection, ok bool) {
	either := p.Get("operator").Str() == "or" || p.Get("operator").Str() == "OR"
	if o := p.Get("operator"); !o.Absent() {
		if _, ok := u.Word(o, "operator", "and", "or", "AND", "OR"); !ok {
			return nil, false
		}
	}
	u.Only(p, "operator", "subConditions")
	subs := u.Elements(p.Want("subConditions"), "subConditions")
	told := len(subs) == 0 && p.Get("subConditions") != nil
	if !either {
		of = []unomiSelection{{name: "*"}}
	}
	for _, sub := range subs {
		some, ok := u.selected(sub)
		switch {
		case !ok:
			continue
		case either:
			of = unomiJoined(append(of, some...))
		default:
			of = unomiBoth(of, some)
		}
		if told = true; len(of) > 100 {
			u.Fail(n, rule.ErrLimit, "written out these are more than 100 selections of events")
			return nil, false
		}
	}
	if len(of) > 1 && slices.ContainsFunc(of, func(s unomiSelection) bool { return s.name == "*" }) {
		u.Omit(n, source.NeedElsewhere, "events of some names, and others of any name")
		return nil, false
	}
	return of, told
}

// unomiBoth is the events of two selections at once.
func unomiBoth(a, b []unomiSelection) (of []unomiSelection) {
	for _, x := range a {
		for _, y := range b {
			switch where := build.All(x.where, y.where); {
			case x.name == y.name || y.name == "*":
				of = append(of, unomiSelection{x.name, where})
			case x.name == "*":
				of = append(of, unomiSelection{y.name, where})
			}
		}
	}
	return unomiJoined(of)
}

// unomiJoined has each name once.
func unomiJoined(of []unomiSelection) (out []unomiSelection) {
	for _, s := range of {
		i := slices.IndexFunc(out, func(o unomiSelection) bool { return o.name == s.name })
		switch {
		case i < 0:
			out = append(out, s)
		case out[i].where != nil && s.where != nil:
			out[i].where = rule.Or{out[i].where, s.where}
		default:
			out[i].where = nil
		}
	}
	return out
}
