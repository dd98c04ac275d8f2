package interop

import "github.com/segmentrules/segment/rule"

// klaviyoConsent is what a profile agreed to on a channel: fields that the host keeps under
// consent.email and its like, or permissions.whatsapp_marketing.
func (r *reader) klaviyoConsent(n *node) rule.Condition {
	if permission := n.get("permission"); permission != nil {
		return r.klaviyoPermission(n, permission)
	}
	r.only(n, "type", "consent")
	n = n.want("consent")
	if !r.object(n, "a consent") {
		return nil
	}
	r.only(n, "channel", "can_receive_marketing", "consent_status", "type")
	channel, ok := r.word(n.want("channel"), "channel", "email", "sms", "push", "whatsapp")
	if !ok {
		return nil
	}
	var cs []rule.Condition
	if can := n.get("can_receive_marketing"); can.is(isBool) {
		f, _ := r.path(can, "consent", channel, "can_receive")
		cs = append(cs, eq(f, rule.Bool(can.truth)))
	} else {
		return r.fail(orNode(can, n), rule.ErrType, "can_receive_marketing is true or false")
	}
	status := n.get("consent_status")
	if status.absent() {
		return all(cs...)
	}
	if !r.object(status, "a consent_status") {
		return nil
	}
	r.only(status, "subscription", "filters")
	at := status.get("subscription")
	word, ok := r.word(orNode(at, status), "subscription", "any", "subscribed", "unsubscribed", "never_subscribed")
	if ok && word != "any" {
		f, _ := r.path(at, "consent", channel, "subscription")
		cs = append(cs, eq(f, rule.Text(word)))
	}
	return all(append(cs, r.klaviyoDetails(status.get("filters"), "consent", channel))...)
}

// klaviyoPermission is whether a profile can be reached.
func (r *reader) klaviyoPermission(n, permission *node) rule.Condition {
	r.only(n, "type", "permission", "channel")
	channel, ok := r.word(n.want("channel"), "channel", "whatsapp_marketing", "whatsapp_transactional")
	if !r.object(permission, "a permission") || !ok {
		return nil
	}
	r.only(permission, "reachable_status", "filters")
	at := permission.want("reachable_status")
	word, ok := r.word(at, "status", "explicitly_reachable", "implicitly_reachable", "implicitly_or_explicitly_reachable",
		"explicitly_unreachable", "implicitly_unreachable", "implicitly_or_explicitly_unreachable")
	f, _ := r.path(at, "permissions", channel, "status")
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
	return all(oneOf(f, textValues(statuses), false), r.klaviyoDetails(permission.get("filters"), "permissions", channel))
}

// klaviyoDetails are filters of how and when a profile agreed, each of a field beside its
// status: consent.email.status_date, .is_double_opt_in, .custom_source, .method. What a method
// is asked about is the field behind it: consent.email.method_detail.
func (r *reader) klaviyoDetails(n *node, names ...string) rule.Condition {
	var cs []rule.Condition
	for _, d := range n.list() {
		if !r.object(d, "a filter of a consent") {
			return nil
		}
		r.only(d, "field", "filter", "method")
		at := d.want("field")
		name, ok := r.word(at, "field", "status_date", "effective_date", "recorded_date", "bounce_date", "manual_suppression_date", "invalid_email_date",
			"is_double_opt_in", "custom_source", "method", "subscribe_method", "is_rcs_capable")
		if !ok {
			continue
		}
		f, _ := r.path(at, append(append([]string(nil), names...), name)...)
		detail := f
		if m := d.get("method"); !m.absent() {
			if v, ok := r.constant(m); ok {
				cs = append(cs, eq(f, v))
			}
			detail, _ = r.path(at, append(append([]string(nil), names...), name+"_detail")...)
		}
		if filter := d.get("filter"); !filter.absent() {
			cs = append(cs, r.klaviyoFilter(detail, filter))
		} else if d.get("method").absent() {
			r.fail(d, rule.ErrType, "a filter of a consent has a filter or a method")
		}
	}
	return all(cs...)
}
