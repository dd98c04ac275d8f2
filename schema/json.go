package schema

import (
	"encoding/json"
	"strings"

	"github.com/segmentrules/segment/rule"
)

// The JSON form of a schema. Every key may be left out:
//
//	{
//	  "fields": {
//	    "plan":    {"kind": "text", "required": true, "values": ["free", "pro"]},
//	    "email":   {"kind": "text", "ignoring_case": true},
//	    "signup":  {"kind": "time", "epoch": "seconds"},
//	    "score":   {"kind": "number", "coerce": true},
//	    "tags":    {"kind": "list", "of": "text"},
//	    "orders":  {"kind": "list", "of": "object", "elements": {"sku": {"kind": "text"}}}
//	  },
//	  "events": {"email_opened": {"aliases": ["Opened"], "nouns": ["emails"], "props": {"campaign": {"kind": "text"}}}},
//	  "calculated": {"Account_Age": "NOW - signup"},
//	  "lists": ["VIP Customers"],
//	  "segments": ["Active Users"],
//	  "open": true,
//	  "zone": "Europe/Berlin",
//	  "week_starts_on": "sunday",
//	  "fiscal_year_starts": "april",
//	  "retention": "400 days",
//	  "limits": {"depth": 10, "conditions": 200}
//	}
//
// Kinds are bool, number, text, time, date, duration, list and object; without
// one a field may hold anything. Text in a time or date that reads as one is one;
// with "coerce" so is text in a number. Epochs are seconds and milliseconds. Limits
// are bytes, depth, conditions, values, steps, pattern and errors.

type schemaJSON struct {
	Fields           map[string]fieldJSON `json:"fields,omitempty"`
	Events           map[string]eventJSON `json:"events,omitempty"`
	Calculated       map[string]string    `json:"calculated,omitempty"`
	Lists            []string             `json:"lists,omitempty"`
	Segments         []string             `json:"segments,omitempty"`
	Open             bool                 `json:"open,omitempty"`
	Zone             string               `json:"zone,omitempty"`
	WeekStartsOn     string               `json:"week_starts_on,omitempty"`
	FiscalYearStarts string               `json:"fiscal_year_starts,omitempty"`
	LeapDay          string               `json:"leap_day,omitempty"`
	Retention        string               `json:"retention,omitempty"`
	Limits           *limitsJSON          `json:"limits,omitempty"`
}

type fieldJSON struct {
	Kind         string               `json:"kind,omitempty"`
	Of           string               `json:"of,omitempty"`
	Required     bool                 `json:"required,omitempty"`
	IgnoringCase bool                 `json:"ignoring_case,omitempty"`
	Epoch        string               `json:"epoch,omitempty"`
	Coerce       bool                 `json:"coerce,omitempty"`
	Values       []string             `json:"values,omitempty"`
	Elements     map[string]fieldJSON `json:"elements,omitempty"`
}

type eventJSON struct {
	Aliases []string             `json:"aliases,omitempty"`
	Nouns   []string             `json:"nouns,omitempty"`
	Props   map[string]fieldJSON `json:"props,omitempty"`
}

type limitsJSON struct {
	Bytes      int `json:"bytes,omitempty"`
	Depth      int `json:"depth,omitempty"`
	Conditions int `json:"conditions,omitempty"`
	Values     int `json:"values,omitempty"`
	Steps      int `json:"steps,omitempty"`
	Pattern    int `json:"pattern,omitempty"`
	Errors     int `json:"errors,omitempty"`
}

// String returns the epoch as a schema writes it, "" for none.
func (e Epoch) String() string {
	switch e {
	case EpochSeconds:
		return "seconds"
	case EpochMillis:
		return "milliseconds"
	}
	return ""
}

// MarshalJSON returns the schema as JSON, which [Schema.UnmarshalJSON] reads
// back. Names come in order.
func (s Schema) MarshalJSON() ([]byte, error) {
	out := schemaJSON{Fields: fieldsJSON(s.Fields), Calculated: s.Calculated, Lists: s.Lists, Segments: s.Segments,
		Open: s.Open, Zone: s.Zone, LeapDay: s.LeapDay}
	if len(s.Events) > 0 {
		out.Events = make(map[string]eventJSON, len(s.Events))
	}
	for name, e := range s.Events {
		out.Events[name] = eventJSON{e.Aliases, e.Nouns, fieldsJSON(e.Props)}
	}
	if s.WeekStartsOn != 0 {
		out.WeekStartsOn = strings.ToLower(s.WeekStartsOn.String())
	}
	if s.FiscalYearStarts != 0 {
		out.FiscalYearStarts = strings.ToLower(s.FiscalYearStarts.String())
	}
	if s.Retention != (rule.Span{}) {
		out.Retention = s.Retention.String()
	}
	if s.Limits != (rule.Limits{}) {
		l := limitsJSON(s.Limits)
		out.Limits = &l
	}
	return json.Marshal(out)
}

func fieldsJSON(fields map[string]FieldType) map[string]fieldJSON {
	if len(fields) == 0 {
		return nil
	}
	out := make(map[string]fieldJSON, len(fields))
	for name, f := range fields {
		out[name] = fieldJSON{kindJSON(f.Kind), kindJSON(f.Of), f.Required, f.Fold, f.Epoch.String(), f.Coerce, f.Values, fieldsJSON(f.Elements)}
	}
	return out
}

func kindJSON(k rule.Kind) string {
	if k == rule.KindNull {
		return ""
	}
	return k.String()
}
