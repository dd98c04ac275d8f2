package web

import (
	"net/http"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/httpapi"
)

// What answers have in common.

// refuse returns an error that is told to the client.
func refuse(status int, code, detail string) *httpapi.Refusal {
	return &httpapi.Refusal{Status: status, Code: code, Detail: detail}
}

// wrong is an error about a member of the body.
func wrong(pointer, detail string) *httpapi.Refusal {
	r := refuse(http.StatusBadRequest, "value", detail)
	r.Pointer = pointer
	return r
}

// listed is a list that is not nil, so that it is [] in JSON.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// ruleText is the canonical text of a condition.
func ruleText(c segment.Condition) string {
	text, err := c.MarshalText()
	if err != nil {
		return ""
	}
	return string(text)
}
