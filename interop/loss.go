package interop

import (
	"fmt"
	"slices"

	"github.com/segmentrules/segment/rule"
)

// A LossKind says what became of a part of a definition that a rule cannot say as it is.
type LossKind string

// The kinds of loss.
const (
	// Omitted: the part is not in the condition. A segment without it has other members, so
	// it should be looked at before it is put in force.
	Omitted LossKind = "omitted"
	// Changed: the part is in the condition, and has another answer for some contacts, which
	// What says.
	Changed LossKind = "changed"
)

// A Loss is one part of a definition that could not be carried over as it is.
type Loss struct {
	// Path is where the part is: a JSON Pointer (RFC 6901) into the definition, empty for all
	// of it; of a definition that is text, line:column of its first character, from 1.
	Path string `json:"path"`
	// What is lost, in one sentence: "contacts within 20 miles of the postal code 43004".
	What string `json:"what"`
	// Needs is what a rule would have to be able to say, in a few words that are the same for
	// all losses of one cause: "geo distance".
	Needs string   `json:"needs"`
	Kind  LossKind `json:"kind"`

	offset int // of the part in a definition that is JSON, until the losses are in order
}

// String is the loss in one line, for logs.
func (l Loss) String() string {
	return fmt.Sprintf("%s: %s: %s (needs %s)", l.Path, l.Kind, l.What, l.Needs)
}

// What a rule would have to be able to say. Hosts group losses by these words.
const (
	needGeo         = "geo distance"
	needCast        = "numeric text compared as a number (cast)"
	needCollation   = "collation that ignores accents"
	needHash        = "hash functions of other products"
	needFormer      = "HAS EVER BEEN (any former value)"
	needListSum     = "SUM/MAX/COUNT over list elements"
	needTextFuncs   = "text functions (concat, substring, lower, trim)"
	needNull        = "explicit null told from absent"
	needType        = "type test"
	needShare       = "share of list elements (threshold < 1)"
	needSession     = "session windows"
	needGroup       = "group of contacts (account level): any / all / none of its users"
	needCorrelated  = "correlated events (property of another event)"
	needFieldInEv   = "event property compared with a contact field"
	needEventTime   = "instant of the event inside WHERE"
	needNotMiddle   = "NOT step in the middle of a sequence"
	needParameter   = "parameters bound by the caller ($key)"
	needTextOfField = "text test against another field"
	needFunction    = "functions of numbers (abs, round, floor)"
	needPattern     = "regular expressions beyond RE2 (look-around, back references)"
	needMongo       = "what a database computes (full text, code, bits, samples)"
	needElementAt   = "element of a list by its number"
	needMemberOrder = "order of the members of an object"
	needValueSet    = "sets of values kept elsewhere (saved groups of an attribute)"
	needEvents      = "events of a contact"
	needMembership  = "membership of lists and segments"
	needHistory     = "former values of a field"
	needComputed    = "computed values"
	needCalendar    = "calendar days, months and zones"
	needElements    = "number of list elements that satisfy a condition"
	needCombination = "AT LEAST k OF many conditions"
	needKindOrder   = "order of values of one kind only"
	needNetworks    = "networks of IP addresses"
	needFold        = "letter case ignored"
	needExactInt    = "integers above 2^53"
	needInfinity    = "division by zero (Infinity)"
	needBlank       = "IS BLANK of any kind of value"
	needLeapDay     = "29 February: choice of the day"
	needSource      = "source of an event"
	needEventNames  = "events by the names that they do not have"
	needListStatus  = "status of a list membership"
	needListCount   = "number of the lists of a contact"
	needRounding    = "rounding windows to whole days (source is inexact)"
	needMode        = "most frequent value of events (mode)"
	needTextOrder   = "MAX and MIN of texts"
	needSteps       = "one time limit for all steps of a sequence"
	needPhone       = "country of a telephone number"
	needChangedAt   = "instant of the last change of a field"
	needElsewhere   = "what the source keeps elsewhere: actions, tools, hidden filters"
	needAssociated  = "lists of associated objects"
	needMoment      = "instants rounded to hours, minutes or other units"
)

// Omit reports that a part is left out. It returns nil, which groups leave out.
func (r *reader) Omit(at *node, needs, format string, args ...any) rule.Condition {
	r.Losses = append(r.Losses, Loss{Path: at.pointer(), What: fmt.Sprintf(format, args...), Needs: needs, Kind: Omitted, offset: at.offset()})
	return nil
}

// Change reports that a part is said with another answer for some contacts.
func (r *reader) Change(at *node, needs, format string, args ...any) {
	r.Losses = append(r.Losses, Loss{Path: at.pointer(), What: fmt.Sprintf(format, args...), Needs: needs, Kind: Changed, offset: at.offset()})
}

// inOrder is losses in the order of their places.
func inOrder(losses []Loss) []Loss {
	slices.SortStableFunc(losses, func(a, b Loss) int { return a.offset - b.offset })
	for i := range losses {
		losses[i].offset = 0
	}
	return losses
}
