package hubspot

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
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

// Read reads a definition of HubSpot; mistakes and losses gather in the reader.
func Read(r *source.Reader, n *source.Node) segment.Segment {
	if l := n.Get("list"); l != nil {
		n = l
	}
	s := segment.Segment{ID: n.Get("listId").Scalar(), Name: n.Get("name").Str()}
	if b := n.Get("filterBranch"); b != nil {
		n = b
	}
	h := &hubspot{Reader: r}
	s.Condition = h.Zoned(h.branch(n))
	return s
}

// A hubspot reads one definition.
type hubspot struct {
	*source.Reader
	inside int // how many lists of objects and events the filters are about, one in the other
}

// hubspotTypes are the names of object types by their ids.
var hubspotTypes = map[string]string{"0-1": "contacts", "0-2": "companies", "0-3": "deals", "0-5": "tickets", "0-7": "products", "0-8": "line_items",
	"0-11": "conversations", "0-14": "quotes", "0-18": "communications", "0-19": "feedback_submissions", "0-27": "tasks", "0-46": "notes", "0-47": "meetings",
	"0-48": "calls", "0-49": "emails", "0-53": "invoices", "0-69": "subscriptions", "0-101": "payments", "0-116": "postal_mail", "0-123": "orders",
	"0-136": "leads", "0-142": "carts", "0-162": "services", "0-410": "courses", "0-420": "listings", "0-421": "appointments"}

// hubspotAssociations are the object types of HubSpot's own associations of contacts.
var hubspotAssociations = map[string]string{"1": "companies", "279": "companies", "4": "deals", "15": "tickets", "449": "contacts"}

func (h *hubspot) branch(n *source.Node) rule.Condition {
	if !h.Object(n, "a branch of filters") {
		return nil
	}
	h.Only(n, "filterBranchType", "filterBranchOperator", "filters", "filterBranches", "operator", "objectTypeId", "associationTypeId", "associationCategory",
		"propertyWithObjectId", "eventTypeId", "coalescingRefineBy", "pruningRefineBy")
	kind, ok := h.Word(n.Want("filterBranchType"), "type of branch", "OR", "AND", "NOT_ALL", "NOT_ANY", "RESTRICTED", "UNIFIED_EVENTS", "ASSOCIATION", "PROPERTY_ASSOCIATION")
	op := map[string]string{"OR": "OR", "NOT_ANY": "OR"}[kind]
	if o := n.Get("filterBranchOperator"); !o.Absent() {
		word, known := h.Word(o, "operator", "AND", "OR")
		if ok = ok && known; (kind == "AND" || kind == "OR") && word != kind && known {
			return h.Fail(o, rule.ErrValue, "the operator of this branch is its type, %s", kind)
		} else if kind != "NOT_ALL" && kind != "NOT_ANY" {
			op = word
		}
	}
	if !ok {
		return nil
	}
	if kind == "RESTRICTED" {
		return h.Omit(n, source.NeedElsewhere, "filters that who read the list may not see")
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
		return h.Fail(n, rule.ErrValue, "a branch has at least one filter or branch")
	case kind == "NOT_ALL" || kind == "NOT_ANY":
		return build.Not(c)
	case grouped:
		return c
	case parts > 0 && c == nil:
		return nil
	case kind == "UNIFIED_EVENTS":
		return h.completed(n, n.Get("eventTypeId"), c)
	}
	return h.associated(n, c)
}

// filters joins the filters and branches of a branch, and says how many there are.
func (h *hubspot) filters(n *source.Node, either bool) (c rule.Condition, parts int) {
	var cs []rule.Condition
	if fs := n.Get("filters"); !fs.Absent() {
		for _, f := range h.Elements(fs, "filters") {
			cs = append(cs, h.filter(f))
		}
	}
	if bs := n.Get("filterBranches"); !bs.Absent() {
		for _, b := range h.Elements(bs, "filterBranches") {
			cs = append(cs, h.branch(b))
		}
	}
	if either {
		return build.AnyOf(cs...), len(cs)
	}
	return build.All(cs...), len(cs)
}

// associated asks the objects that a record is associated with.
func (h *hubspot) associated(n *source.Node, c rule.Condition) rule.Condition {
	list, ok := h.associates(n)
	if o := n.Get("operator"); !o.Absent() {
		word, known := h.Word(o, "operator", "IN_LIST", "NOT_IN_LIST")
		if ok = ok && known; ok && word == "NOT_IN_LIST" {
			return build.Not(h.quantified(n, list, build.OrEveryone(c)))
		}
	}
	if !ok {
		return nil
	}
	return h.quantified(n, list, build.OrEveryone(c))
}

// associates is the list of associated objects.
func (h *hubspot) associates(n *source.Node) (rule.Field, bool) {
	if p := n.Get("propertyWithObjectId"); !p.Absent() {
		return h.Path(p, p.Str())
	}
	at := source.OrNode(n.Get("objectTypeId"), n.Get("toObjectTypeId"))
	name := at.Str()
	if at.Absent() {
		at = n.Want("associationTypeId")
		if name = hubspotAssociations[at.Text]; name == "" {
			name = "association_" + at.Text
		}
	} else if known := hubspotTypes[name]; known != "" {
		name = known
	}
	return h.Path(at, name)
}

// quantified asks how many elements of a list satisfy a condition.
func (h *hubspot) quantified(n *source.Node, list rule.Field, c rule.Condition) rule.Condition {
	some := build.Compare(rule.Call{Fn: rule.FnLength, Args: []rule.Expr{list}}, rule.OpGt, rule.Int(0))
	set, lo, hi, ok := h.occurrences(n)
	switch {
	case !ok || hi > 0 && !h.Spend(n, c, 1):
		return nil
	case set == "ALL":
		return build.Each(rule.QuantifierAll, list, c)
	case set == "ALL_INCLUDE_EMPTY":
		return build.Each(rule.QuantifierNone, list, build.Not(c))
	case set == "NONE":
		return build.Each(rule.QuantifierNone, list, c)
	case set == "NONE_EXCLUDE_EMPTY":
		return build.All(build.Each(rule.QuantifierNone, list, c), some)
	case set == "ANY":
		return build.AnElement(list, c)
	case set == "ANY_INCLUDE_EMPTY":
		return build.AnyOf(build.AnElement(list, c), build.Not(some))
	case hi < 0:
		return build.AtLeastElements(lo, list, c)
	case lo <= 0:
		return build.Not(build.AtLeastElements(hi+1, list, c))
	}
	return build.All(build.AtLeastElements(lo, list, c), build.Not(build.AtLeastElements(hi+1, list, c)))
}

// occurrences is how many of what is found must pass: a set, or from lo to hi (-1 is no end).
func (h *hubspot) occurrences(n *source.Node) (set string, lo, hi int, ok bool) {
	refine := n.Get("coalescingRefineBy")
	if refine.Absent() {
		return "ANY", 0, 0, true
	}
	if !h.Object(refine, "coalescingRefineBy") {
		return "", 0, 0, false
	}
	kind, ok := h.Word(refine.Want("type"), "refinement", "NUM_OCCURRENCES", "SET_OCCURRENCES")
	if !ok {
		return "", 0, 0, false
	}
	if kind == "SET_OCCURRENCES" {
		h.Only(refine, "type", "setType")
		set, ok = h.Word(refine.Want("setType"), "set", "ANY", "ANY_INCLUDE_EMPTY", "ALL", "ALL_INCLUDE_EMPTY", "NONE", "NONE_EXCLUDE_EMPTY")
		return set, 0, 0, ok
	}
	h.Only(refine, "type", "minOccurrences", "maxOccurrences")
	hi = -1
	if at := refine.Get("minOccurrences"); !at.Absent() {
		lo, ok = h.Count(at)
	}
	if at := refine.Get("maxOccurrences"); !at.Absent() {
		most, counted := h.Count(at)
		hi, ok = most, ok && counted
	}
	return "", lo, hi, ok
}

// hubspotFilters are the types of filters.
var hubspotFilters = []string{"PROPERTY", "ASSOCIATION", "PROPERTY_ASSOCIATION", "PAGE_VIEW", "CTA", "EVENT", "FORM_SUBMISSION", "FORM_SUBMISSION_ON_PAGE",
	"INTEGRATION_EVENT", "EMAIL_SUBSCRIPTION", "COMMUNICATION_SUBSCRIPTION", "CAMPAIGN_INFLUENCED", "SURVEY_MONKEY", "SURVEY_MONKEY_VALUE", "WEBINAR",
	"EMAIL_EVENT", "PRIVACY", "ADS_SEARCH", "ADS_TIME", "IN_LIST", "NUM_ASSOCIATIONS", "UNIFIED_EVENTS", "CONSTANT"}

func (h *hubspot) filter(n *source.Node) rule.Condition {
	if !h.Object(n, "a filter") {
		return nil
	}
	kind, ok := h.Word(n.Want("filterType"), "type of filter", hubspotFilters...)
	if !ok {
		return nil
	}
	switch kind {
	case "PROPERTY":
		h.Only(n, "filterType", "property", "operation")
		if f, ok := h.Path(n.Want("property"), n.Get("property").Str()); ok {
			return h.operation(f, n.Want("operation"))
		}
		return nil
	case "IN_LIST":
		return h.onList(n)
	case "CONSTANT":
		h.Only(n, "filterType", "shouldAccept", "source")
		if accept := n.Get("shouldAccept"); !accept.Is(source.Bool) {
			return h.Fail(source.OrNode(accept, n), rule.ErrType, "shouldAccept is true or false")
		} else if accept.Truth {
			return rule.Everyone{}
		}
		return build.Nobody()
	case "NUM_ASSOCIATIONS":
		h.Only(n, "filterType", "associationTypeId", "associationCategory", "coalescingRefineBy", "toObjectTypeId")
		if list, ok := h.associates(n); ok {
			return h.quantified(n, list, rule.Everyone{})
		}
		return nil
	case "ASSOCIATION", "PROPERTY_ASSOCIATION":
		return h.Omit(n, source.NeedAssociated, "records by the list %s of what they are associated with", n.Get("listId").Written())
	case "EMAIL_SUBSCRIPTION", "COMMUNICATION_SUBSCRIPTION":
		return h.subscription(n)
	case "CAMPAIGN_INFLUENCED", "SURVEY_MONKEY_VALUE", "ADS_SEARCH", "ADS_TIME":
		return h.Omit(n, source.NeedElsewhere, "a filter of %s", kind)
	}
	return h.activity(kind, n)
}

// onList is who is on a list; of imports and workflows, by convention, on the list of their
// kind and number.
func (h *hubspot) onList(n *source.Node) rule.Condition {
	h.Only(n, "filterType", "listId", "operator", "metadata")
	op, ok := h.Word(n.Want("operator"), "operator", "IN_LIST", "NOT_IN_LIST")
	var in rule.Condition
	if m := n.Get("metadata"); len(m.List()) > 0 {
		for _, of := range m.List() {
			kind, known := h.Word(of.Want("inListType"), "type of list", "WORKFLOWS_ENROLLMENT", "WORKFLOWS_ACTIVE", "WORKFLOWS_GOAL", "WORKFLOWS_COMPLETED", "IMPORT")
			if ok = ok && known; known {
				in = build.AnyOf(in, h.InList(of.Want("id"), strings.ToLower(kind)+" "+of.Get("id").Str()))
			}
		}
	} else {
		at := n.Want("listId")
		in = h.InSegment(at, at.Scalar())
	}
	if !ok || op == "IN_LIST" {
		return in
	}
	return build.Not(in)
}

// subscription is the state of a subscription, by convention a field: subscriptions.5, of
// channels besides e-mail subscriptions.sms.5.
func (h *hubspot) subscription(n *source.Node) rule.Condition {
	h.Only(n, "filterType", "subscriptionType", "subscriptionIds", "acceptedStatuses", "acceptedOptStates", "channel", "businessUnitId")
	names := []string{"subscriptions"}
	if channel := strings.ToLower(n.Get("channel").Str()); channel != "" && channel != "email" {
		names = append(names, channel)
	}
	states := h.Texts(source.OrNode(n.Get("acceptedStatuses"), n.Get("acceptedOptStates")))
	if len(states) == 0 {
		return h.Fail(n, rule.ErrValue, "a subscription has at least one accepted status")
	}
	var cs []rule.Condition
	for _, at := range h.SomeOf(n, "subscriptionIds") {
		if f, ok := h.Path(at, append(append([]string(nil), names...), at.Scalar())...); ok {
			cs = append(cs, build.OneOf(f, build.TextValues(states), false))
		}
	}
	return build.AnyOf(cs...)
}
