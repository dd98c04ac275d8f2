package schema

import (
	"time"

	"github.com/segmentrules/segment/rule"
)

// A Schema is what a host knows of its contacts: it lets rules be checked, and
// says what aliases, calculated fields and calendars mean. The zero Schema
// allows everything. A Schema must not be changed while it is in use; then it
// may be shared by many goroutines.
type Schema struct {
	// Fields by path. If there are any, a field that is not listed is an error,
	// unless Open is set.
	Fields map[string]FieldType
	// Events by name. If there are any, an event that is not listed is an error,
	// unless Open is set.
	Events map[string]EventType
	// Calculated fields by name, each an expression in rule text over fields,
	// aggregates and other calculated fields, without going in a circle.
	Calculated map[string]string
	// Lists and Segments that exist. If there are any, others are an error,
	// unless Open is set.
	Lists    []string
	Segments []string
	// Open allows names that are not listed.
	Open bool
	// Zone is the name of the calendar's zone for hosts that keep it here;
	// evaluation takes the calendar from its instant.
	Zone string
	// WeekStartsOn is the first day of THIS, PREVIOUS and NEXT WEEK, where a condition
	// does not say another; Monday if it is not set.
	WeekStartsOn rule.Weekday
	// FiscalYearStarts is the month on whose first day a fiscal year starts, for THIS
	// FISCAL YEAR, PREVIOUS FISCAL QUARTER and the like, where a condition does not say
	// another; January if it is not set.
	FiscalYearStarts time.Month
	// LeapDay is where the anniversaries of 29 February fall in common years, where a
	// condition does not say it: "02-28", which it is if it is not set, or "03-01".
	LeapDay string
	// Retention is how long the host keeps events; zero is for ever. Lint warns
	// of windows that reach further back.
	Retention rule.Span
	// Limits of rules.
	Limits rule.Limits
}

// A FieldType is what a schema says of one field.
type FieldType struct {
	Kind     rule.Kind            // KindNull allows any
	Of       rule.Kind            // of a KindList: the kind of its elements; KindNull allows any
	Required bool                 // no contact lacks it: Lint need not warn of negations
	Fold     bool                 // the field's collation ignores case, in every operator
	Epoch    Epoch                // of a KindTime held as a number: what it counts from 1970 on
	Coerce   bool                 // of a KindNumber, or a list of such: text that reads as a number is one
	Values   []string             // if not empty, the only texts the field takes
	Elements map[string]FieldType // of an object or a list of objects: their fields; if there are any, others are an error
}

// An EventType is what a schema says of one event.
type EventType struct {
	Aliases []string             // names for it in event phrases: Opened
	Nouns   []string             // nouns that may stand behind a number: emails
	Props   map[string]FieldType // if there are any, others are an error
}

// An Epoch says how a field that is a time is held as a number.
type Epoch uint8

// The epochs.
const (
	EpochNone Epoch = iota // the field holds instants, dates or RFC 3339 text
	EpochSeconds
	EpochMillis
)
