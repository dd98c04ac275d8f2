package query

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/segmentrules/segment"
)

// Errors of a request as JSON, application/problem+json (RFC 9457), as package httpapi has
// them: the status says who is to act, the code what is wrong, in one word.

// The codes of problems that are not about a condition.
const (
	codeUnauthenticated = "unauthenticated"
	codeForbidden       = "forbidden"
	codeMethod          = "method_not_allowed"
	codeMediaType       = "unsupported_media_type"
	codeTooLarge        = "too_large"
	codeSlow            = "slow"
	codePartitions      = "partitions" // the asker knows of another number of partitions
	codeInternal        = "internal"
)

// A problem is an error as it is told to who asks.
type problem struct {
	status       int
	code, detail string
	header       [2]string      // sent beside it
	errors       segment.Errors // about the question
}

// Error returns what is wrong.
func (p *problem) Error() string { return p.detail }

// A problemJSON is a problem as it is sent.
type problemJSON struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Code   string         `json:"code"`
	Detail string         `json:"detail"`
	Errors segment.Errors `json:"errors,omitempty"`
}

// problemOf returns what is told of an error, and whether it is a failure here, of which
// nothing more is told.
func problemOf(err error) (p *problem, unexpected bool) {
	var large *http.MaxBytesError
	var many segment.Errors
	var one *segment.Error
	switch {
	case errors.As(err, &p):
		return p, false
	case errors.As(err, &large):
		return &problem{status: http.StatusRequestEntityTooLarge, code: codeTooLarge, detail: "the question is longer than is allowed"}, false
	case errors.As(err, &many) && len(many) > 0:
	case errors.As(err, &one):
		many = segment.Errors{one}
	default:
		return &problem{status: http.StatusInternalServerError, code: codeInternal, detail: "the member has failed; its log says why"}, true
	}
	return &problem{status: http.StatusBadRequest, code: string(many[0].Code), detail: many[0].Msg, errors: many}, false
}

// write sends the problem.
func (p *problem) write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	if p.header[0] != "" {
		h.Set(p.header[0], p.header[1])
	}
	w.WriteHeader(p.status)
	text, err := json.Marshal(problemJSON{"about:blank", http.StatusText(p.status), p.status, p.code, p.detail, p.errors})
	if err == nil {
		_, _ = w.Write(append(text, '\n')) // who does not read it is no error of anybody here
	}
}
