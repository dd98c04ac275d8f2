package klaviyo

import (
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// klaviyoConsent is what a profile agreed to on a channel: fields that the host keeps under
// consent.email and its like, or permissions.whatsapp_marketing.
func (r *reader) klaviyoConsent(n *source.Node) rule.Condition {
	if permission := n.Get("permission"); permission != nil {
		return r.klaviyoPermission(n, permission)
	}
	r.Only(n, "type", "consent")
	n = n.Want("consent")
	if !r.Object(n, "a consent") {
		return nil
	}
	r.Only(n, "channel", "can_receive_marketing", "consent_status", "type")
	channel, ok := r.Word(n.Want("channel"), "channel", "email", "sms", "push", "whatsapp")
	if !ok {
		return nil
	}
	var cs []rule.Condition
	if can := n.Get("can_receive_marketing"); can.Is(source.Bool) {
		f, _ := r.Path(can, "consent", channel, "can_receive")
		cs = append(cs, build.Eq(f, rule.Bool(can.Truth)))
	} else {
		return r.Fail(source.OrNode(can, n), rule.ErrType, "can_receive_marketing is true or false")
	}
	status := n.Get("consent_status")
	if status.Absent() {
		return build.All(cs...)
	}
	if !r.Object(status, "a consent_status") {
		return nil
	}
	r.Only(status, "subscription", "filters")
	at := status.Get("subscription")
	word, ok := r.Word(source.OrNode(at, status), "subscription", "any", "subscribed", "unsubscribed", "never_subscribed")
	if ok && word != "any" {
		f, _ := r.Path(at, "consent", channel, "subscription")
		cs = append(cs, build.Eq(f, rule.Text(word)))
	}
	return build.All(append(cs, r.klaviyoDetails(status.Get("filters"), "consent", channel))...)
}

// klaviyoPermission is whether a profile can be reached.
func (r *reader) klaviyoPermission(n, permission *source.Node) rule.Condition {
	r.Only(n, "type", "permission", "channel")
	channel, ok := r.Word(n.Want("channel"), "channel", "whatsapp_marketing", "whatsapp_transactional")
	if !r.Object(permission, "a permission") || !ok {
		return nil
	}
	r.Only(permission, "reachable_status", "filters")
	at := permission.Want("reachable_status")
	word, ok := r.Word(at, "status", "explicitly_reachable", "implicitly_reachable", "implicitly_or_explicitly_reachable",
		"explicitly_unreachable", "implicitly_unreachable", "implicitly_or_explicitly_unreachable")
	f, _ := r.Path(at, "permissions", channel, "status")
	if !ok {
		return nil
	}
	statuses := []string{word}
	switch word {
	case "implicitly_or_explicitly_reachable":
		statuses = []string{"implicitly_reachable", "explicitly_reachable"}
	case "implicitly_or_explicitly_unreachable":
		statuses = []string{"implicitly_unreachable", "explicitly_unreachable"}
	}
	return build.All(build.OneOf(f, build.TextValues(statuses), false), r.klaviyoDetails(permission.Get("filters"), "permissions", channel))
}

// klaviyoDetails are filters of how and when a profile agreed, each of a field beside its
// status: consent.email.status_date, .is_double_opt_in, .custom_source, .method. What a method
// is asked about is the field behind it: consent.email.method_detail.
func (r *reader) klaviyoDetails(n *source.Node, names ...string) rule.Condition {
	var cs []rule.Condition
	for _, d := range n.List() {
		if !r.Object(d, "a filter of a consent") {
			return nil
		}
		r.Only(d, "field", "filter", "method")
		at := d.Want("field")
		name, ok := r.Word(at, "field", "status_date", "effective_date", "recorded_date", "bounce_date", "manual_suppression_date", "invalid_email_date",
			"is_double_opt_in", "custom_source", "method", "subscribe_method", "is_rcs_capable")
		if !ok {
			continue
		}
		f, _ := r.Path(at, append(append([]string(nil), names...), name)...)
		detail := f
		if m := d.Get("method"); !m.Absent() {
			if v, ok := r.Constant(m); ok {
				cs = append(cs, build.Eq(f, v))
			}
			detail, _ = r.Path(at, append(append([]string(nil), names...), name+"_detail")...)
		}
		if filter := d.Get("filter"); !filter.Absent() {
			cs = append(cs, r.klaviyoFilter(detail, filter))
		} else if d.Get("method").Absent() {
			r.Fail(d, rule.ErrType, "a filter of a consent has a filter or a method")
		}
	}
	return build.All(cs...)
}
