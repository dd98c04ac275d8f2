package httpapi

import (
	"errors"
	"strings"

	"github.com/segmentrules/segment"
)

// A fault is one thing wrong with a request. Pointer is a JSON Pointer into the body; line
// and column, from 1 and in characters, are in the body, or in the rule text where the
// pointer leads to one. Snippet is the line with a caret below the place. Fix is the whole
// rule as it was probably meant.
type fault struct {
	Code       string `json:"code"`
	Detail     string `json:"detail"`
	Pointer    string `json:"pointer,omitempty"`
	Parameter  string `json:"parameter,omitempty"` // of the path or the query
	Line       int    `json:"line,omitempty"`
	Column     int    `json:"column,omitempty"`
	Snippet    string `json:"snippet,omitempty"`
	Suggestion string `json:"suggestion,omitempty"`
	Fix        string `json:"fix,omitempty"`
}

// faultsOf returns what the library says is wrong; nothing of an error that is not the
// library's.
func faultsOf(err error) (faults []fault) {
	var many segment.Errors
	var one *segment.Error
	switch {
	case errors.As(err, &many):
	case errors.As(err, &one):
		many = segment.Errors{one}
	}
	for _, e := range many {
		f := fault{Code: string(e.Code), Detail: e.Msg, Line: e.Line, Column: e.Column,
			Snippet: e.Snippet(), Suggestion: e.Suggestion, Fix: e.Fix}
		if strings.HasPrefix(e.Path, "/") {
			f.Pointer = e.Path
		}
		faults = append(faults, f)
	}
	return faults
}
