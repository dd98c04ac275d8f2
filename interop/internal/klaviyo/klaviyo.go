package klaviyo

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Klaviyo: groups are joined by AND, the conditions of a group by OR. Compared with rules,
// negated tests leave out profiles without a value, windows are open at an instant that is
// given ("after"), and the sum of a metric is that of its property value.
//
// Fields by convention, which the host keeps: country; consent.email.can_receive and
// .subscription (of sms and push too), with what else Klaviyo tells of a consent beside them;
// permissions.whatsapp_marketing.status; predictive_analytics.historic_clv and its like; the
// custom objects of a profile, a list under the id of their type.

// A reader reads one definition.
type reader struct{ *source.Reader }

// Read reads a definition of Klaviyo; mistakes and losses gather in the reader.
func Read(from *source.Reader, n *source.Node) segment.Segment {
	r := &reader{from}
	s := segment.Segment{ID: n.Get("id").Str(), Name: n.Get("name").Str()}
	if data := n.Get("data"); data != nil {
		n = data
		s.ID = n.Get("id").Str()
	}
	if attributes := n.Get("attributes"); attributes != nil {
		n = attributes
		s.Name = n.Get("name").Str()
	}
	if d := n.Get("definition"); d != nil {
		n = d
	}
	if !r.Object(n, "a definition with condition_groups") {
		return s
	}
	r.Only(n, "condition_groups")
	var groups []rule.Condition
	for _, g := range r.SomeOf(n, "condition_groups") {
		r.Only(g, "conditions")
		var group []rule.Condition
		for _, c := range r.SomeOf(g, "conditions") {
			group = append(group, r.klaviyoCondition(c))
		}
		groups = append(groups, build.AnyOf(group...))
	}
	s.Condition = r.Zoned(build.All(groups...))
	return s
}

// klaviyoTypes are the conditions of segments, and those of flows that mean something in one.
var klaviyoTypes = []string{"profile-property", "profile-attribute", "profile-group-membership", "profile-no-group-membership",
	"profile-metric", "profile-metric-funnel", "profile-marketing-consent", "profile-permissions", "profile-postal-code-distance",
	"profile-region", "profile-predictive-analytics", "profile-has-custom-object", "profile-sample", "profile-not-in-flow"}

func (r *reader) klaviyoCondition(n *source.Node) rule.Condition {
	if !r.Object(n, "a condition") {
		return nil
	}
	kind, ok := r.Word(n.Want("type"), "type of condition", klaviyoTypes...)
	if !ok {
		return nil
	}
	switch kind {
	case "profile-property":
		r.Only(n, "type", "property", "filter")
		return r.klaviyoFilter(r.klaviyoProperty(n.Want("property")), n.Want("filter"))
	case "profile-attribute": // the same, as it was called before
		r.Only(n, "type", "field", "filter")
		return r.klaviyoFilter(r.klaviyoProperty(n.Want("field")), n.Want("filter"))
	case "profile-group-membership", "profile-no-group-membership":
		return r.klaviyoMembership(n, kind == "profile-no-group-membership")
	case "profile-metric":
		return r.klaviyoMetric(n)
	case "profile-metric-funnel":
		return r.klaviyoFunnel(n)
	case "profile-marketing-consent", "profile-permissions":
		return r.klaviyoConsent(n)
	case "profile-postal-code-distance":
		return r.Omit(n, source.NeedGeo, "profiles %s %s %s of the postal code %s", source.Shortened(n.Get("filter").Get("operator").Str()),
			n.Get("filter").Get("value").Written(), n.Get("unit").Str(), source.Shortened(n.Get("postal_code").Str()))
	case "profile-region":
		return r.klaviyoRegion(n)
	case "profile-predictive-analytics":
		return r.klaviyoPrediction(n)
	case "profile-has-custom-object":
		return r.klaviyoObjects(n)
	case "profile-sample":
		return r.klaviyoSample(n)
	}
	return r.Omit(n, source.NeedElsewhere, "profiles by the messages and flows that they are in")
}

// klaviyoProperty is a property of a profile: email, location['city'], properties['Plan'];
// "" after an error.
func (r *reader) klaviyoProperty(n *source.Node) rule.Field {
	text := n.Str()
	name, rest, nested := strings.Cut(text, "[")
	var names []string
	if name != "properties" || !nested {
		names = []string{strings.TrimPrefix(name, "$")}
	}
	for nested {
		if len(rest) < 3 || rest[0] != '\'' && rest[0] != '"' {
			break
		}
		end := strings.Index(rest[1:], rest[:1]+"]")
		if end < 0 {
			break
		}
		names, rest = append(names, rest[1:end+1]), rest[end+3:]
		if rest == "" {
			nested = false
		} else if rest[0] == '[' {
			rest = rest[1:]
		} else {
			break
		}
	}
	if nested || !n.Is(source.Text) {
		r.Fail(n, rule.ErrValue, "a property is expected here, such as email, location['city'] or properties['Plan']")
		return ""
	}
	f, _ := r.Path(n, names...)
	return f
}

// klaviyoMembership is whether a profile is in any of some lists or segments.
func (r *reader) klaviyoMembership(n *source.Node, no bool) rule.Condition {
	r.Only(n, "type", "is_member", "group_ids", "timeframe_filter")
	if m := n.Get("is_member"); !m.Is(source.Bool) && !(no && m == nil) {
		return r.Fail(source.OrNode(m, n), rule.ErrType, "is_member is true or false")
	}
	member := n.Get("is_member").Is(source.Bool) && n.Get("is_member").Truth && !no
	if !member && !n.Get("timeframe_filter").Absent() {
		return r.Fail(n.Get("timeframe_filter"), rule.ErrValue, "only members have a timeframe")
	}
	var in []rule.Condition
	for _, g := range r.SomeOf(n, "group_ids") {
		c := r.InList(g, g.Str())
		if t := n.Get("timeframe_filter"); c != nil && !t.Absent() {
			w, ok := r.klaviyoWindow(t)
			if c = nil; ok {
				c = rule.When{X: rule.Joined(g.Str()), Window: w}
			}
		}
		in = append(in, c)
	}
	if member {
		return build.AnyOf(in...)
	}
	return build.Not(build.AnyOf(in...))
}

// klaviyoRegions are the countries of regions, as ISO 3166 codes.
var klaviyoRegions = map[string]string{
	"united_states":  "US",
	"european_union": "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE",
}

func (r *reader) klaviyoRegion(n *source.Node) rule.Condition {
	r.Only(n, "type", "in_region", "region", "region_id")
	at := source.OrNode(n.Get("region_id"), n.Get("region"))
	region, ok := r.Word(source.OrNode(at, n), "region", "united_states", "european_union")
	if !n.Get("in_region").Is(source.Bool) {
		return r.Fail(n.Want("in_region"), rule.ErrType, "in_region is true or false")
	}
	if !ok {
		return nil
	}
	country, _ := r.Path(at, "country")
	var codes []rule.Value
	for _, code := range strings.Fields(klaviyoRegions[region]) {
		codes = append(codes, rule.Text(code))
	}
	in := build.OneOf(country, codes, false)
	if n.Get("in_region").Truth {
		return in
	}
	return build.Known(build.Not(in), country)
}

// klaviyoPrediction is what Klaviyo predicts of a profile, as its API tells it.
func (r *reader) klaviyoPrediction(n *source.Node) rule.Condition {
	r.Only(n, "type", "dimension", "filter", "measurement", "predicted_channel")
	dimension, ok := r.Word(n.Want("dimension"), "dimension", "average_days_between_orders", "average_order_value", "churn_probability", "historic_clv",
		"historic_number_of_orders", "predicted_clv", "predicted_number_of_orders", "total_clv", "expected_date_of_next_purchase", "predicted_gender", "channel_affinity")
	if !ok {
		return nil
	}
	names := []string{"predictive_analytics", dimension}
	if dimension == "channel_affinity" {
		channel, known := r.Word(n.Want("predicted_channel"), "channel", "email", "push", "sms", "whatsapp")
		measure, ok := r.Word(n.Want("measurement"), "measurement", "priority", "rank")
		if !known || !ok {
			return nil
		}
		names = append(names, channel, measure)
	}
	f, _ := r.Path(n.Get("dimension"), names...)
	return r.klaviyoFilter(f, n.Want("filter"))
}

// klaviyoObjects counts the custom objects of a profile that pass all filters.
func (r *reader) klaviyoObjects(n *source.Node) rule.Condition {
	r.Only(n, "type", "object_type_id", "object_type_relationship_id", "filter", "filters")
	list, ok := r.Path(n.Want("object_type_id"), n.Get("object_type_id").Str())
	if !ok {
		return nil
	}
	var tests []rule.Condition
	lost := len(r.Losses)
	for _, f := range n.Get("filters").List() {
		if !r.Object(f, "a filter of a property") {
			return nil
		}
		r.Only(f, "property", "property_id", "filter")
		at := source.OrNode(f.Get("property"), f.Get("property_id"))
		if p, ok := r.Path(source.OrNode(at, f), at.Scalar()); ok {
			tests = append(tests, r.klaviyoFilter(p, f.Want("filter")))
		}
	}
	filters := build.All(tests...)
	if len(r.Losses) > lost && filters == nil {
		return nil
	}
	filter := n.Want("filter")
	op, v, ok := r.klaviyoNumber(filter)
	if !ok {
		return nil
	}
	k, ok := r.Count(filter.Want("value"))
	if !ok || v.IsNull() {
		return nil
	}
	atLeast := func(k int) rule.Condition {
		if filters == nil && k > 0 {
			return build.Compare(rule.Call{Fn: rule.FnLength, Args: []rule.Expr{list}}, rule.OpGe, rule.Int(int64(k)))
		}
		return build.AtLeastElements(k, list, build.OrEveryone(filters))
	}
	switch op {
	case "greater-than-or-equal":
		return atLeast(k)
	case "greater-than":
		return atLeast(k + 1)
	case "less-than":
		return build.Not(atLeast(k))
	case "less-than-or-equal":
		return build.Not(atLeast(k + 1))
	case "not-equals":
		return build.Not(build.All(atLeast(k), build.Not(atLeast(k+1))))
	}
	return build.All(atLeast(k), build.Not(atLeast(k+1)))
}

// klaviyoSample is a share of all profiles.
func (r *reader) klaviyoSample(n *source.Node) rule.Condition {
	r.Only(n, "type", "percentage")
	share, ok := r.Number(n.Want("percentage"))
	if !ok {
		return nil
	}
	r.Change(n, source.NeedHash, "%s percent of all profiles, but other ones", n.Get("percentage").Written())
	return build.Compare(rule.Arith{Op: rule.ArithMod, Left: rule.Call{Fn: rule.FnHash, Args: []rule.Expr{rule.Field("id"), rule.Text("segment")}}, Right: rule.Int(100)}, rule.OpLt, share)
}
