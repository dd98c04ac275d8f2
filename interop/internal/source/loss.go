package source

import (
	"fmt"
	"slices"

	"github.com/segmentrules/segment/rule"
)

// What became of a part that a rule cannot say as it is: package interop says what each means.
const (
	Omitted = "omitted"
	Changed = "changed"
)

// A Loss is one part of a definition that could not be carried over as it is.
type Loss struct {
	Path  string // a JSON Pointer into the definition; of a text line:column, from 1
	What  string // in one sentence
	Needs string // one of the words below
	Kind  string // Omitted or Changed

	offset int // of the part in a definition that is JSON, until the losses are in order
}

// What a rule would have to be able to say. Hosts group losses by these words.
const (
	NeedGeo         = "geo distance"
	NeedCast        = "numeric text compared as a number (cast)"
	NeedCollation   = "collation that ignores accents"
	NeedHash        = "hash functions of other products"
	NeedFormer      = "HAS EVER BEEN (any former value)"
	NeedListSum     = "SUM/MAX/COUNT over list elements"
	NeedTextFuncs   = "text functions (concat, substring, lower, trim)"
	NeedNull        = "explicit null told from absent"
	NeedType        = "type test"
	NeedShare       = "share of list elements (threshold < 1)"
	NeedSession     = "session windows"
	NeedGroup       = "group of contacts (account level): any / all / none of its users"
	NeedCorrelated  = "correlated events (property of another event)"
	NeedFieldInEv   = "event property compared with a contact field"
	NeedEventTime   = "instant of the event inside WHERE"
	NeedNotMiddle   = "NOT step in the middle of a sequence"
	NeedParameter   = "parameters bound by the caller ($key)"
	NeedTextOfField = "text test against another field"
	NeedFunction    = "functions of numbers (abs, round, floor)"
	NeedPattern     = "regular expressions beyond RE2 (look-around, back references)"
	NeedMongo       = "what a database computes (full text, code, bits, samples)"
	NeedElementAt   = "element of a list by its number"
	NeedMemberOrder = "order of the members of an object"
	NeedValueSet    = "sets of values kept elsewhere (saved groups of an attribute)"
	NeedEvents      = "events of a contact"
	NeedMembership  = "membership of lists and segments"
	NeedHistory     = "former values of a field"
	NeedComputed    = "computed values"
	NeedCalendar    = "calendar days, months and zones"
	NeedElements    = "number of list elements that satisfy a condition"
	NeedCombination = "AT LEAST k OF many conditions"
	NeedKindOrder   = "order of values of one kind only"
	NeedNetworks    = "networks of IP addresses"
	NeedFold        = "letter case ignored"
	NeedExactInt    = "integers above 2^53"
	NeedInfinity    = "division by zero (Infinity)"
	NeedBlank       = "IS BLANK of any kind of value"
	NeedLeapDay     = "29 February: choice of the day"
	NeedSource      = "source of an event"
	NeedEventNames  = "events by the names that they do not have"
	NeedListStatus  = "status of a list membership"
	NeedListCount   = "number of the lists of a contact"
	NeedRounding    = "rounding windows to whole days (source is inexact)"
	NeedMode        = "most frequent value of events (mode)"
	NeedTextOrder   = "MAX and MIN of texts"
	NeedSteps       = "one time limit for all steps of a sequence"
	NeedPhone       = "country of a telephone number"
	NeedChangedAt   = "instant of the last change of a field"
	NeedElsewhere   = "what the source keeps elsewhere: actions, tools, hidden filters"
	NeedAssociated  = "lists of associated objects"
	NeedMoment      = "instants rounded to hours, minutes or other units"
)

// Omit reports that a part is left out. It returns nil, which groups leave out.
func (r *Reader) Omit(at *Node, needs, format string, args ...any) rule.Condition {
	r.Losses = append(r.Losses, Loss{Path: at.pointer(), What: fmt.Sprintf(format, args...), Needs: needs, Kind: Omitted, offset: at.offset()})
	return nil
}

// Change reports that a part is said with another answer for some contacts.
func (r *Reader) Change(at *Node, needs, format string, args ...any) {
	r.Losses = append(r.Losses, Loss{Path: at.pointer(), What: fmt.Sprintf(format, args...), Needs: needs, Kind: Changed, offset: at.offset()})
}

// InOrder is losses in the order of their places.
func InOrder(losses []Loss) []Loss {
	slices.SortStableFunc(losses, func(a, b Loss) int { return a.offset - b.offset })
	for i := range losses {
		losses[i].offset = 0
	}
	return losses
}
