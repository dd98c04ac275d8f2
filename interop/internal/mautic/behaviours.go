package mautic

import (
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Mautic's rows about what contacts did: pages, emails, forms, downloads, segments. A
// negated row asks that nothing of it was done.

// A mauticAct is an event that a field asks for.
type mauticAct struct {
	event string
	prop  rule.Field // compared with the filter; of a count, none
	agg   rule.Agg   // of a count or of a date: AggCount, AggFirst, AggLast
	asks  mauticAsks
}

type mauticAsks uint8

const (
	asksProp  mauticAsks = iota // whether there is one with this property
	asksSet                     // whether there is one that has the property
	asksCount                   // how many there are
	asksDate                    // whether there is one of this date
	asksEnd                     // the property, or the instant, of the first or the last
)

var mauticActs = map[string]mauticAct{
	"hit_url":               {event: "page_hit", prop: "url"},
	"url_title":             {event: "page_hit", prop: "url_title"},
	"referer":               {event: "page_hit", prop: "referer"},
	"source":                {event: "page_hit", prop: "source"},
	"source_id":             {event: "page_hit", prop: "source_id"},
	"hit_url_date":          {event: "page_hit", asks: asksDate},
	"hit_url_count":         {event: "page_hit", asks: asksCount},
	"page_id":               {event: "page_hit", prop: "page_id", asks: asksSet},
	"email_id":              {event: "page_hit", prop: "email_id", asks: asksSet},
	"redirect_id":           {event: "page_hit", prop: "redirect_id", asks: asksSet},
	"lead_email_received":   {event: "email_read", prop: "email_id"},
	"lead_email_read_date":  {event: "email_read", asks: asksDate},
	"lead_email_read_count": {event: "email_read", asks: asksCount},
	"lead_email_sent":       {event: "email_sent", prop: "email_id"},
	"lead_email_sent_date":  {event: "email_sent", asks: asksDate},
	"lead_asset_download":   {event: "asset_download", prop: "asset_id"},
	"submission_form":       {event: "form_submit", prop: "form_id"},
	"first_submission_form": {event: "form_submit", prop: "form_id", agg: rule.AggFirst, asks: asksEnd},
	"last_submission_form":  {event: "form_submit", prop: "form_id", agg: rule.AggLast, asks: asksEnd},
	"first_submission_date": {event: "form_submit", agg: rule.AggFirst, asks: asksEnd},
	"last_submission_date":  {event: "form_submit", agg: rule.AggLast, asks: asksEnd},
}

// mauticFlags are fields that are true or are not.
var mauticFlags = []string{"dnc_bounced", "dnc_unsubscribed", "dnc_manual_email", "dnc_bounced_sms", "dnc_unsubscribed_sms", "dnc_manual_sms", "notification"}

// mauticLists are fields with several values.
var mauticLists = []string{"device_type", "device_brand", "device_os", "device_model", "utm_campaign", "utm_content", "utm_medium", "utm_source", "utm_term",
	"globalcategory", "campaign", "integration_campaigns"}

func mauticBehaviours() []string {
	names := append([]string{"leadlist", "sessions", "tags"}, textset.SortedKeys(mauticActs)...)
	return append(append(names, mauticFlags...), mauticLists...)
}

// behaviour is what a row asks that is about no plain field; is is false of one that is.
func (m *mauticRow) behaviour(name string) (c rule.Condition, is bool) {
	if name == "leadlist" {
		return m.segments(), true
	}
	if name == "sessions" {
		return m.Omit(m.n, source.NeedSession, "the number of sessions"), true
	}
	for _, flag := range mauticFlags {
		if name == flag {
			return m.flag(rule.Field(m.Named(m.field, name))), true
		}
	}
	for _, list := range mauticLists {
		if name == list {
			return m.element(rule.Field(m.Named(m.field, name))), true
		}
	}
	act, is := mauticActs[name]
	if !is {
		return nil, false
	}
	m.Named(m.field, act.event)
	return m.act(act), true
}

// segments holds if the contact is in one of the segments; negated, in none.
func (m *mauticRow) segments() rule.Condition {
	if m.word == "empty" || m.word == "!empty" {
		return m.Omit(m.n, source.NeedListCount, "whether the contact is in any segment")
	}
	if m.word != "in" && m.word != "!in" && m.word != "=" && m.word != "!=" {
		return m.Unknown(m.op, "operator of segments", m.word, "in", "!in")
	}
	var cs []rule.Condition
	for _, id := range m.value.List() {
		if id.Scalar() == "" {
			m.Fail(id, rule.ErrType, "the id of a segment is expected here")
			continue
		}
		in := rule.Condition(rule.InSegment(m.Named(id, id.Text)))
		if m.word[0] == '!' {
			in = build.Not(in)
		}
		cs = append(cs, in)
	}
	if len(cs) == 0 {
		return m.Fail(m.valueAt(), rule.ErrSyntax, "the ids of segments are expected here")
	}
	if m.word[0] == '!' {
		return build.All(cs...)
	}
	return build.AnyOf(cs...)
}

// flag holds if the field is true, or, negated, if it is not.
func (m *mauticRow) flag(x rule.Field) rule.Condition {
	yes, ok := m.truth()
	switch {
	case !ok:
		return nil
	case m.word == "=":
	case m.word == "!=":
		yes = !yes
	default:
		return m.Unknown(m.op, "operator of a yes or no", m.word, "=", "!=")
	}
	if c := build.Eq(x, rule.Bool(true)); !yes {
		return build.Not(c)
	}
	return build.Eq(x, rule.Bool(true))
}

// element is a test of the values of a field that has several: of any of them, negated of none.
func (m *mauticRow) element(x rule.Field) rule.Condition {
	switch m.word {
	case "empty":
		return rule.IsNull{X: x}
	case "!empty":
		return build.IsSet(x)
	}
	positive, negated := m.positive()
	m.word = positive
	told := len(m.Losses)
	alone := m.compared(x)
	if len(m.Losses) > told+1 {
		m.Losses = m.Losses[:told+1]
	}
	told = len(m.Losses)
	c := build.AnyOf(alone, build.AnElement(x, m.compared(rule.Elem{})))
	m.Losses = m.Losses[:told] // they have been told once
	if negated {
		return build.Not(c)
	}
	return c
}

// positive is the operator without its negation.
func (m *mauticRow) positive() (word string, negated bool) {
	if positive, is := mauticNegated[m.word]; is {
		return positive, true
	}
	if m.word == "!regexp" || m.word == "!gt" || m.word == "!lt" {
		return m.word[1:], true
	}
	return m.word, false
}

// act is what a row asks of events.
func (m *mauticRow) act(a mauticAct) rule.Condition {
	e := build.Events(a.event, nil)
	switch a.asks {
	case asksCount:
		m.kind = "number"
		return m.test(build.CountOf(e, rule.Window{}))
	case asksEnd:
		if a.prop == "" {
			m.kind = "datetime"
		}
		return m.test(rule.Metric{Agg: a.agg, Events: e, Prop: a.prop})
	case asksSet:
		yes, ok := m.truth()
		if !ok {
			return nil
		}
		e.Where = build.IsSet(a.prop)
		if yes == (m.word == "=") {
			return build.Did(e, rule.Window{})
		}
		return build.Not(build.Did(e, rule.Window{}))
	}
	if m.word == "empty" || m.word == "!empty" {
		if a.prop != "" {
			e.Where = rule.And{build.IsSet(a.prop), build.Not(build.Eq(a.prop, rule.Text("")))}
		}
		if m.word == "empty" {
			return build.Not(build.Did(e, rule.Window{}))
		}
		return build.Did(e, rule.Window{})
	}
	positive, negated := m.positive()
	m.word = positive
	c := m.actOn(a, e)
	if negated {
		return build.Not(c)
	}
	return c
}

// actOn holds if there is an event with the property, or of the date.
func (m *mauticRow) actOn(a mauticAct, e rule.Events) rule.Condition {
	if a.asks != asksDate {
		if e.Where = m.compared(a.prop); e.Where == nil {
			return nil
		}
		return build.Did(e, rule.Window{})
	}
	m.kind = "datetime"
	words, ok := m.words()
	if !ok {
		return nil
	}
	const at = rule.Field("at") // in place of the instant, until the window is known
	c := m.datedWords(at, words)
	if c == nil {
		return nil
	}
	w, exact, ok := windowFor(c, at)
	if !exact {
		m.Change(m.n, source.NeedEventTime, "whether an event at midnight itself counts")
	}
	if !ok {
		return m.Omit(m.n, source.NeedEventTime, "%s %s %s", m.field.Text, m.word, source.Shortened(words))
	}
	return m.Zoned(build.Did(e, w))
}

// windowFor is the window of the instants that satisfy a test of one. It is not exact about
// the midnight that one ends at.
func windowFor(c rule.Condition, at rule.Field) (w rule.Window, exact, ok bool) {
	switch c := c.(type) {
	case rule.When:
		return c.Window, c.X == rule.Expr(at), c.X == rule.Expr(at) || c.Window.Unit == 0
	case rule.Between:
		return build.Between(c.Lo, c.Hi), true, true
	case rule.Compare:
		if v, isConstant := c.Right.(rule.Value); isConstant && v.Kind() == rule.KindTime {
			next := rule.Time(v.Time().Add(1))
			switch c.Op {
			case rule.OpGt:
				return build.Since(next), true, true
			case rule.OpLe:
				return build.Before(next), true, true
			case rule.OpEq:
				return build.Between(v, next), true, true
			}
		}
		next := build.Shifted(c.Right, rule.Span{N: 1, Unit: rule.UnitDay})
		switch c.Op {
		case rule.OpGe:
			return build.Since(c.Right), true, true
		case rule.OpGt:
			return build.Since(next), true, true
		case rule.OpLt:
			return build.Before(c.Right), true, true
		case rule.OpLe:
			return build.Before(next), true, true
		}
		return build.Between(c.Right, c.Right), true, true
	}
	return w, true, false
}
