package interop

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// HubSpot lists: branches of filters. Compared with rules, texts compare without case, and every
// operation says whether it takes records without a value; by default none does.
//
// By convention a list is a segment under its number; the objects that a contact is associated
// with are a list of it, under the name of their type (deals, companies); an event has the name
// of its type, and page_view, form_submission, email_opened and their like are those of
// HubSpot's own filters. An enumeration of which several values may be chosen is a list where
// a schema says so, else one value.

func readHubSpot(r *reader, n *node) segment.Segment {
	if l := n.get("list"); l != nil {
		n = l
	}
	s := segment.Segment{ID: n.get("listId").scalar(), Name: n.get("name").str()}
	if b := n.get("filterBranch"); b != nil {
		n = b
	}
	h := &hubspot{reader: r}
	s.Condition = h.zoned(h.branch(n))
	return s
}

// A hubspot reads one definition.
type hubspot struct {
	*reader
	inside int // how many lists of objects and events the filters are about, one in the other
}

// hubspotTypes are the names of object types by their ids.
var hubspotTypes = map[string]string{"0-1": "contacts", "0-2": "companies", "0-3": "deals", "0-5": "tickets", "0-7": "products", "0-8": "line_items",
	"0-11": "conversations", "0-14": "quotes", "0-18": "communications", "0-19": "feedback_submissions", "0-27": "tasks", "0-46": "notes", "0-47": "meetings",
	"0-48": "calls", "0-49": "emails", "0-53": "invoices", "0-69": "subscriptions", "0-101": "payments", "0-116": "postal_mail", "0-123": "orders",
	"0-136": "leads", "0-142": "carts", "0-162": "services", "0-410": "courses", "0-420": "listings", "0-421": "appointments"}

// hubspotAssociations are the object types of HubSpot's own associations of contacts.
var hubspotAssociations = map[string]string{"1": "companies", "279": "companies", "4": "deals", "15": "tickets", "449": "contacts"}

func (h *hubspot) branch(n *node) rule.Condition {
	if !h.object(n, "a branch of filters") {
		return nil
	}
	h.only(n, "filterBranchType", "filterBranchOperator", "filters", "filterBranches", "operator", "objectTypeId", "associationTypeId", "associationCategory",
		"propertyWithObjectId", "eventTypeId", "coalescingRefineBy", "pruningRefineBy")
	kind, ok := h.word(n.want("filterBranchType"), "type of branch", "OR", "AND", "NOT_ALL", "NOT_ANY", "RESTRICTED", "UNIFIED_EVENTS", "ASSOCIATION", "PROPERTY_ASSOCIATION")
	op := map[string]string{"OR": "OR", "NOT_ANY": "OR"}[kind]
	if o := n.get("filterBranchOperator"); !o.absent() {
		word, known := h.word(o, "operator", "AND", "OR")
		if ok = ok && known; (kind == "AND" || kind == "OR") && word != kind && known {
			return h.fail(o, rule.ErrValue, "the operator of this branch is its type, %s", kind)
		} else if kind != "NOT_ALL" && kind != "NOT_ANY" {
			op = word
		}
	}
	if !ok {
		return nil
	}
	if kind == "RESTRICTED" {
		return h.omit(n, needElsewhere, "filters that who read the list may not see")
	}
	grouped := kind == "OR" || kind == "AND" || strings.HasPrefix(kind, "NOT")
	if !grouped {
		h.inside++
	}
	c, parts := h.filters(n, op == "OR")
	if !grouped {
		h.inside--
	}
	switch {
	case grouped && parts == 0:
		return h.fail(n, rule.ErrValue, "a branch has at least one filter or branch")
	case kind == "NOT_ALL" || kind == "NOT_ANY":
		return not(c)
	case grouped:
		return c
	case parts > 0 && c == nil:
		return nil
	case kind == "UNIFIED_EVENTS":
		return h.completed(n, n.get("eventTypeId"), c)
	}
	return h.associated(n, c)
}

// filters joins the filters and branches of a branch, and says how many there are.
func (h *hubspot) filters(n *node, either bool) (c rule.Condition, parts int) {
	var cs []rule.Condition
	if fs := n.get("filters"); !fs.absent() {
		for _, f := range h.elements(fs, "filters") {
			cs = append(cs, h.filter(f))
		}
	}
	if bs := n.get("filterBranches"); !bs.absent() {
		for _, b := range h.elements(bs, "filterBranches") {
			cs = append(cs, h.branch(b))
		}
	}
	if either {
		return anyOf(cs...), len(cs)
	}
	return all(cs...), len(cs)
}

// associated asks the objects that a record is associated with.
func (h *hubspot) associated(n *node, c rule.Condition) rule.Condition {
	list, ok := h.associates(n)
	if o := n.get("operator"); !o.absent() {
		word, known := h.word(o, "operator", "IN_LIST", "NOT_IN_LIST")
		if ok = ok && known; ok && word == "NOT_IN_LIST" {
			return not(h.quantified(n, list, orEveryone(c)))
		}
	}
	if !ok {
		return nil
	}
	return h.quantified(n, list, orEveryone(c))
}

// associates is the list of associated objects.
func (h *hubspot) associates(n *node) (rule.Field, bool) {
	if p := n.get("propertyWithObjectId"); !p.absent() {
		return h.path(p, p.str())
	}
	at := orNode(n.get("objectTypeId"), n.get("toObjectTypeId"))
	name := at.str()
	if at.absent() {
		at = n.want("associationTypeId")
		if name = hubspotAssociations[at.text]; name == "" {
			name = "association_" + at.text
		}
	} else if known := hubspotTypes[name]; known != "" {
		name = known
	}
	return h.path(at, name)
}

// quantified asks how many elements of a list satisfy a condition.
func (h *hubspot) quantified(n *node, list rule.Field, c rule.Condition) rule.Condition {
	some := compare(rule.Call{Fn: rule.FnLength, Args: []rule.Expr{list}}, rule.OpGt, rule.Int(0))
	set, lo, hi, ok := h.occurrences(n)
	switch {
	case !ok || hi > 0 && !h.spend(n, c, 1):
		return nil
	case set == "ALL":
		return each(rule.QuantifierAll, list, c)
	case set == "ALL_INCLUDE_EMPTY":
		return each(rule.QuantifierNone, list, not(c))
	case set == "NONE":
		return each(rule.QuantifierNone, list, c)
	case set == "NONE_EXCLUDE_EMPTY":
		return all(each(rule.QuantifierNone, list, c), some)
	case set == "ANY":
		return anElement(list, c)
	case set == "ANY_INCLUDE_EMPTY":
		return anyOf(anElement(list, c), not(some))
	case hi < 0:
		return atLeastElements(lo, list, c)
	case lo <= 0:
		return not(atLeastElements(hi+1, list, c))
	}
	return all(atLeastElements(lo, list, c), not(atLeastElements(hi+1, list, c)))
}

// occurrences is how many of what is found must pass: a set, or from lo to hi (-1 is no end).
func (h *hubspot) occurrences(n *node) (set string, lo, hi int, ok bool) {
	refine := n.get("coalescingRefineBy")
	if refine.absent() {
		return "ANY", 0, 0, true
	}
	if !h.object(refine, "coalescingRefineBy") {
		return "", 0, 0, false
	}
	kind, ok := h.word(refine.want("type"), "refinement", "NUM_OCCURRENCES", "SET_OCCURRENCES")
	if !ok {
		return "", 0, 0, false
	}
	if kind == "SET_OCCURRENCES" {
		h.only(refine, "type", "setType")
		set, ok = h.word(refine.want("setType"), "set", "ANY", "ANY_INCLUDE_EMPTY", "ALL", "ALL_INCLUDE_EMPTY", "NONE", "NONE_EXCLUDE_EMPTY")
		return set, 0, 0, ok
	}
	h.only(refine, "type", "minOccurrences", "maxOccurrences")
	hi = -1
	if at := refine.get("minOccurrences"); !at.absent() {
		lo, ok = h.count(at)
	}
	if at := refine.get("maxOccurrences"); !at.absent() {
		most, counted := h.count(at)
		hi, ok = most, ok && counted
	}
	return "", lo, hi, ok
}

// hubspotFilters are the types of filters.
var hubspotFilters = []string{"PROPERTY", "ASSOCIATION", "PROPERTY_ASSOCIATION", "PAGE_VIEW", "CTA", "EVENT", "FORM_SUBMISSION", "FORM_SUBMISSION_ON_PAGE",
	"INTEGRATION_EVENT", "EMAIL_SUBSCRIPTION", "COMMUNICATION_SUBSCRIPTION", "CAMPAIGN_INFLUENCED", "SURVEY_MONKEY", "SURVEY_MONKEY_VALUE", "WEBINAR",
	"EMAIL_EVENT", "PRIVACY", "ADS_SEARCH", "ADS_TIME", "IN_LIST", "NUM_ASSOCIATIONS", "UNIFIED_EVENTS", "CONSTANT"}

func (h *hubspot) filter(n *node) rule.Condition {
	if !h.object(n, "a filter") {
		return nil
	}
	kind, ok := h.word(n.want("filterType"), "type of filter", hubspotFilters...)
	if !ok {
		return nil
	}
	switch kind {
	case "PROPERTY":
		h.only(n, "filterType", "property", "operation")
		if f, ok := h.path(n.want("property"), n.get("property").str()); ok {
			return h.operation(f, n.want("operation"))
		}
		return nil
	case "IN_LIST":
		return h.onList(n)
	case "CONSTANT":
		h.only(n, "filterType", "shouldAccept", "source")
		if accept := n.get("shouldAccept"); !accept.is(isBool) {
			return h.fail(orNode(accept, n), rule.ErrType, "shouldAccept is true or false")
		} else if accept.truth {
			return rule.Everyone{}
		}
		return nobody()
	case "NUM_ASSOCIATIONS":
		h.only(n, "filterType", "associationTypeId", "associationCategory", "coalescingRefineBy", "toObjectTypeId")
		if list, ok := h.associates(n); ok {
			return h.quantified(n, list, rule.Everyone{})
		}
		return nil
	case "ASSOCIATION", "PROPERTY_ASSOCIATION":
		return h.omit(n, needAssociated, "records by the list %s of what they are associated with", n.get("listId").written())
	case "EMAIL_SUBSCRIPTION", "COMMUNICATION_SUBSCRIPTION":
		return h.subscription(n)
	case "CAMPAIGN_INFLUENCED", "SURVEY_MONKEY_VALUE", "ADS_SEARCH", "ADS_TIME":
		return h.omit(n, needElsewhere, "a filter of %s", kind)
	}
	return h.activity(kind, n)
}

// onList is who is on a list; of imports and workflows, by convention, on the list of their
// kind and number.
func (h *hubspot) onList(n *node) rule.Condition {
	h.only(n, "filterType", "listId", "operator", "metadata")
	op, ok := h.word(n.want("operator"), "operator", "IN_LIST", "NOT_IN_LIST")
	var in rule.Condition
	if m := n.get("metadata"); len(m.list()) > 0 {
		for _, of := range m.list() {
			kind, known := h.word(of.want("inListType"), "type of list", "WORKFLOWS_ENROLLMENT", "WORKFLOWS_ACTIVE", "WORKFLOWS_GOAL", "WORKFLOWS_COMPLETED", "IMPORT")
			if ok = ok && known; known {
				in = anyOf(in, h.inList(of.want("id"), strings.ToLower(kind)+" "+of.get("id").str()))
			}
		}
	} else {
		at := n.want("listId")
		in = h.inSegment(at, at.scalar())
	}
	if !ok || op == "IN_LIST" {
		return in
	}
	return not(in)
}

// subscription is the state of a subscription, by convention a field: subscriptions.5, of
// channels besides e-mail subscriptions.sms.5.
func (h *hubspot) subscription(n *node) rule.Condition {
	h.only(n, "filterType", "subscriptionType", "subscriptionIds", "acceptedStatuses", "acceptedOptStates", "channel", "businessUnitId")
	names := []string{"subscriptions"}
	if channel := strings.ToLower(n.get("channel").str()); channel != "" && channel != "email" {
		names = append(names, channel)
	}
	states := h.texts(orNode(n.get("acceptedStatuses"), n.get("acceptedOptStates")))
	if len(states) == 0 {
		return h.fail(n, rule.ErrValue, "a subscription has at least one accepted status")
	}
	var cs []rule.Condition
	for _, at := range h.someOf(n, "subscriptionIds") {
		if f, ok := h.path(at, append(append([]string(nil), names...), at.scalar())...); ok {
			cs = append(cs, oneOf(f, textValues(states), false))
		}
	}
	return anyOf(cs...)
}
