package hubspot

import (
	"strings"

	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// What HubSpot asks of the events of a contact: how many there were, and when.

// hubspotEvents are the operators of filters that are about one kind of event, each with the
// name of the event and, behind a slash, whether there must be none.
var hubspotEvents = map[string]map[string]string{
	"PAGE_VIEW": {"HAS_PAGEVIEW_EQ": "page_view", "HAS_PAGEVIEW_CONTAINS": "page_view", "HAS_PAGEVIEW_MATCHES_REGEX": "page_view",
		"NOT_HAS_PAGEVIEW_EQ": "page_view/not", "NOT_HAS_PAGEVIEW_CONTAINS": "page_view/not", "NOT_HAS_PAGEVIEW_MATCHES_REGEX": "page_view/not"},
	"CTA": {"HAS_CLICKED_CTA": "cta_clicked", "HAS_NOT_CLICKED_CTA": "cta_clicked/not", "HAS_OPENED_CTA": "cta_opened", "HAS_NOT_OPENED_CTA": "cta_opened/not",
		"HAS_CLICKED_CTA_PLACEMENT": "cta_placement_clicked", "HAS_NOT_CLICKED_CTA_PLACEMENT": "cta_placement_clicked/not",
		"HAS_OPENED_CTA_PLACEMENT": "cta_placement_opened", "HAS_NOT_OPENED_CTA_PLACEMENT": "cta_placement_opened/not"},
	"EVENT":                   {"HAS_EVENT": "", "NOT_HAS_EVENT": "/not"},
	"INTEGRATION_EVENT":       {"HAS_COMPLETED": ""},
	"UNIFIED_EVENTS":          {"HAS_COMPLETED": "", "HAS_NOT_COMPLETED": "/not"},
	"FORM_SUBMISSION":         {"FILLED_OUT": "form_submission", "NOT_FILLED_OUT": "form_submission/not"},
	"FORM_SUBMISSION_ON_PAGE": {"FILLED_OUT": "form_submission", "NOT_FILLED_OUT": "form_submission/not"},
	"WEBINAR": {"HAS_WEBINAR_REGISTRATION": "webinar_registration", "NOT_HAS_WEBINAR_REGISTRATION": "webinar_registration/not",
		"HAS_WEBINAR_ATTENDANCE": "webinar_attendance", "NOT_HAS_WEBINAR_ATTENDANCE": "webinar_attendance/not"},
	"SURVEY_MONKEY": {"HAS_RESPONDED_TO_SURVEY": "survey_response", "HAS_NOT_RESPONDED_TO_SURVEY": "survey_response/not"},
	"PRIVACY":       {"PRIVACY_CONSENT_GRANTED": "privacy_consent", "PRIVACY_CONSENT_NOT_GRANTED": "privacy_consent/not"},
	"EMAIL_EVENT": {"LINK_CLICKED": "email_link_clicked", "MARKED_SPAM": "email_marked_spam", "OPENED": "email_opened", "REPLIED": "email_replied", "UNSUBSCRIBED": "email_unsubscribed",
		"BOUNCED": "email_bounced", "RECEIVED": "email_received", "SENT": "email_sent",
		"OPENED_BUT_LINK_NOT_CLICKED": "email_opened/email_link_clicked", "OPENED_BUT_NOT_REPLIED": "email_opened/email_replied", "RECEIVED_BUT_NOT_OPENED": "email_received/email_opened",
		"SENT_BUT_LINK_NOT_CLICKED": "email_sent/email_link_clicked", "SENT_BUT_NOT_RECEIVED": "email_sent/email_received"},
}

// hubspotProps are the members of such filters that a property of the event must equal.
var hubspotProps = map[string]string{"formId": "form_id", "pageId": "page_id", "ctaName": "cta_name", "emailId": "email_id", "appId": "app_id", "clickUrl": "url", "clickURL": "url",
	"webinarId": "webinar_id", "surveyId": "survey_id", "privacyName": "name"}

// activity is a filter about one kind of event.
func (h *hubspot) activity(kind string, n *source.Node) rule.Condition {
	names := []string{"filterType", "operator", "coalescingRefineBy", "pruningRefineBy", "pageUrl", "enableTracking", "eventId", "eventTypeId", "filterLines", "filterlines", "level"}
	for name := range hubspotProps {
		names = append(names, name)
	}
	h.Only(n, names...)
	at, op := n.Get("operator"), "HAS_COMPLETED"
	if ok := true; !at.Absent() || kind != "UNIFIED_EVENTS" && kind != "INTEGRATION_EVENT" {
		if op, ok = h.Word(source.OrNode(at, n), "operator", textset.SortedKeys(hubspotEvents[kind])...); !ok {
			return nil
		}
	}
	name, but, _ := strings.Cut(hubspotEvents[kind][op], "/")
	h.inside++
	where, ok := h.whereOf(n, op)
	h.inside--
	if !ok {
		return nil
	}
	of := n
	if name == "" {
		of = source.OrNode(source.OrNode(n.Get("eventId"), n.Get("eventTypeId")), n)
		name = of.Scalar()
	}
	e, ok := h.EventNamed(of, name, where)
	if !ok {
		return nil
	}
	c := h.happened(n, e)
	switch but {
	case "":
		return c
	case "not":
		return build.Not(c)
	}
	e.Names = []string{but}
	return build.All(c, build.Not(h.happened(n, e)))
}

// whereOf is what the events of a filter must have. It is not ok where nothing of it can be
// said.
func (h *hubspot) whereOf(n *source.Node, op string) (rule.Condition, bool) {
	var where []rule.Condition
	for i, name := range n.Names {
		prop, at := hubspotProps[name], n.Items[i]
		if prop == "" || at.Absent() || name == "appId" {
			continue
		}
		f, _ := h.Path(at, prop)
		if v, ok := h.Constant(at); ok {
			where = append(where, build.Eq(f, v))
		}
	}
	if at := n.Get("pageUrl"); !at.Absent() {
		url, _ := h.Path(at, "url")
		switch texts := h.Texts(at); {
		case len(texts) == 0:
			h.Fail(at, rule.ErrValue, "an address is expected here")
			return nil, false
		case strings.HasSuffix(op, "CONTAINS"):
			where = append(where, build.Contains(url, false, texts...))
		case strings.HasSuffix(op, "REGEX"):
			where = append(where, h.Matches(at, url, texts[0], false))
		default:
			where = append(where, build.OneOf(url, build.TextValues(texts), false))
		}
	}
	lines := source.OrNode(n.Get("filterLines"), n.Get("filterlines")).List()
	for _, line := range lines {
		if !h.Object(line, "a line of a filter") {
			return nil, false
		}
		h.Only(line, "property", "operation")
		if f, ok := h.Path(line.Want("property"), line.Get("property").Str()); ok {
			where = append(where, h.operation(f, line.Want("operation")))
		}
	}
	c := build.All(where...)
	return c, c != nil || len(where) == 0
}

// completed is a branch of events of one type.
func (h *hubspot) completed(n, at *source.Node, where rule.Condition) rule.Condition {
	e, ok := h.EventNamed(source.OrNode(at, n), at.Str(), where)
	op := "HAS_COMPLETED"
	if o := n.Get("operator"); !o.Absent() {
		word, known := h.Word(o, "operator", "HAS_COMPLETED", "HAS_NOT_COMPLETED")
		op, ok = word, ok && known
	}
	if !ok {
		return nil
	}
	c := h.happened(n, e)
	if op == "HAS_COMPLETED" {
		return c
	}
	return build.Not(c)
}

// happened is whether the events came as often, and when, as a filter asks.
func (h *hubspot) happened(n *source.Node, e rule.Events) rule.Condition {
	windows, zone, ok := h.pruned(n.Get("pruningRefineBy"))
	set, lo, hi, counted := h.occurrences(n)
	if !ok || !counted || !h.Spend(n, e.Where, len(windows)-1) {
		return nil
	}
	none := func(e rule.Events) rule.Condition {
		var cs []rule.Condition
		for _, w := range windows {
			cs = append(cs, build.Never(e, w))
		}
		return build.All(cs...)
	}
	some := func(e rule.Events) rule.Condition {
		var cs []rule.Condition
		for _, w := range windows {
			cs = append(cs, build.Did(e, w))
		}
		return build.AnyOf(cs...)
	}
	others := rule.Events{Names: e.Names, Where: build.Not(build.OrEveryone(e.Where))}
	every := rule.Events{Names: e.Names}
	var c rule.Condition
	switch {
	case set == "ALL":
		c = build.All(none(others), some(every))
	case set == "ALL_INCLUDE_EMPTY":
		c = none(others)
	case set == "NONE":
		c = none(e)
	case set == "NONE_EXCLUDE_EMPTY":
		c = build.All(none(e), some(every))
	case set == "ANY_INCLUDE_EMPTY":
		c = build.AnyOf(some(e), none(every))
	case set == "ANY" || lo == 1 && hi < 0:
		c = some(e)
	default:
		c = h.often(e, windows, lo, hi)
	}
	return inZone(c, zone)
}

// often is whether the number of events in some windows is from lo to hi, -1 for no end.
func (h *hubspot) often(e rule.Events, windows []rule.Window, lo, hi int) rule.Condition {
	var sum rule.Expr
	for _, w := range windows {
		if count := build.CountOf(e, w); sum == nil {
			sum = count
		} else {
			sum = rule.Arith{Op: rule.ArithAdd, Left: sum, Right: count}
		}
	}
	switch {
	case hi < 0:
		return build.Compare(sum, rule.OpGe, rule.Int(int64(lo)))
	case lo <= 0:
		return build.Compare(sum, rule.OpLe, rule.Int(int64(hi)))
	}
	return rule.Between{X: sum, Lo: rule.Int(int64(lo)), Hi: rule.Int(int64(hi))}
}

// pruned is the windows in which events count: of those outside a range there are two. Ranges
// of timestamps have their start and not their end.
func (h *hubspot) pruned(n *source.Node) (windows []rule.Window, zone string, ok bool) {
	always := []rule.Window{{}}
	if n.Absent() {
		return always, "", true
	}
	if !h.Object(n, "pruningRefineBy") {
		return nil, "", false
	}
	h.Only(n, append([]string{"comparison", "rangeType", "lowerTimestamp", "upperTimestamp", "timeOffset", "lowerBoundOffset", "upperBoundOffset"}, hubspotMembers...)...)
	kind, ok := h.Word(source.OrNode(source.OrNode(n.Get("type"), n.Get("operationType")), n), "refinement", "ALL_HISTORY", "ABSOLUTE_COMPARATIVE", "ABSOLUTE_RANGED", "RELATIVE_COMPARATIVE", "RELATIVE_RANGED", "TIME_POINT", "TIME_RANGED")
	inside := rule.Window{}
	var outside []rule.Window
	switch kind {
	case "ALL_HISTORY":
		return always, "", ok
	case "ABSOLUTE_COMPARATIVE":
		at, dated := h.millis(n.Want("timestamp"))
		side, said := h.Word(n.Want("comparison"), "comparison", "BEFORE", "AFTER")
		if inside = build.Since(at); side == "BEFORE" {
			inside = build.Before(at)
		}
		return []rule.Window{inside}, "", ok && dated && said
	case "RELATIVE_COMPARATIVE":
		s, future, long := h.timeOffset(n.Want("timeOffset"))
		side, said := h.Word(n.Want("comparison"), "comparison", "BEFORE", "AFTER")
		switch {
		case side == "AFTER" && !future:
			inside = build.LastSpan(s)
		case side == "BEFORE" && !future:
			inside = build.OlderThan(s)
		case side == "BEFORE": // all that has happened is before a time to come
		default:
			inside = build.Before(rule.Time(rule.InstantAt(0).Time())) // nothing that has happened is after it
		}
		return []rule.Window{inside}, "", ok && long && said
	case "ABSOLUTE_RANGED":
		lo, low := h.millis(n.Want("lowerTimestamp"))
		hi, high := h.millis(n.Want("upperTimestamp"))
		ok = ok && low && high
		inside, outside = build.Between(lo, hi), []rule.Window{build.Before(lo), build.Since(hi)}
	case "RELATIVE_RANGED":
		a, ahead, one := h.timeOffset(n.Want("lowerBoundOffset"))
		b, future, other := h.timeOffset(n.Want("upperBoundOffset"))
		if ok = ok && one && other; ahead && ok {
			h.Fail(n.Get("lowerBoundOffset"), rule.ErrValue, "a range of what has happened does not begin in the future")
			return nil, "", false
		}
		if inside, outside = build.AgoSpans(b, a), []rule.Window{build.OlderThan(a), build.LastSpan(b)}; future || b.N == 0 {
			inside, outside = build.LastSpan(a), []rule.Window{build.OlderThan(a)}
		}
	default:
		return h.prunedByPoints(n)
	}
	if !ok {
		return nil, "", false
	}
	if t, ok := h.Word(n.Want("rangeType"), "range", "BETWEEN", "NOT_BETWEEN"); !ok {
		return nil, "", false
	} else if t == "NOT_BETWEEN" {
		return outside, "", true
	}
	return []rule.Window{inside}, "", true
}

// timeOffset is a length of time before or after the present.
func (h *hubspot) timeOffset(n *source.Node) (s rule.Span, future, ok bool) {
	if !h.Object(n, "an offset of time") {
		return s, false, false
	}
	h.Only(n, "timeUnit", "amount", "offsetDirection")
	unit, named := h.Word(n.Want("timeUnit"), "unit of time", "SECONDS", "MINUTES", "HOURS", "DAYS", "WEEKS", "MONTHS", "QUARTERS", "YEARS", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
	side, said := h.Word(n.Want("offsetDirection"), "direction", "PAST", "FUTURE")
	if !named || !said {
		return s, false, false
	}
	s, ok = h.Span(n.Want("amount"), n.Get("timeUnit"), strings.ToLower(unit))
	return s, side == "FUTURE", ok
}

// prunedByPoints is the windows between points of time.
func (h *hubspot) prunedByPoints(n *source.Node) (windows []rule.Window, zone string, ok bool) {
	from, to, low, high, ok := h.bounds(n)
	if !ok {
		return nil, "", false
	}
	outside := n.Get("operator").Str() == "IS_NOT_BETWEEN"
	for _, p := range []*hubspotPoint{from, to} {
		if p == nil {
			continue
		}
		other := zone != "" && p.zone != "" && !sameZone(zone, p.zone)
		if zone == "" {
			zone = p.zone
		}
		if p.of != nil || other {
			h.Omit(n, source.NeedMoment, "events between days of two zones, or since a day of a quarter or year that moves with the clock")
			return nil, "", false
		}
	}
	switch {
	case to == nil:
		return []rule.Window{build.Since(from.start(low))}, zone, true
	case from == nil:
		return []rule.Window{build.Before(to.start(!high))}, zone, true
	case outside:
		return []rule.Window{build.Before(from.start(low)), build.Since(to.start(!high))}, zone, true
	case rule.EqualExpr(to.x, build.Now()): // no event is later
		return []rule.Window{build.Since(from.start(low))}, zone, true
	case to.day && !to.end && !high:
		return []rule.Window{build.Between(from.start(low), build.Shifted(to.x, build.Days(-1)))}, zone, true
	case to.day:
		return []rule.Window{build.Between(from.start(low), to.x)}, zone, true
	}
	return []rule.Window{build.Between(from.start(low), to.start(!high))}, zone, true
}
