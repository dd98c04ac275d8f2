package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/live"
)

// Errors as JSON: application/problem+json (RFC 9457). The status says who is to act, the
// code what is wrong, in one word that programs may compare:
//
//	{"type": "about:blank", "title": "Bad Request", "status": 400, "code": "unknown",
//	 "detail": "unknown field contry", "line": 1, "column": 1, "snippet": "contry = 1\n^",
//	 "suggestion": "country", "errors": [{"code": "unknown", ...}]}
//
// Codes of the library (syntax, unknown, type, value, limit, cycle, not_found) stand as they
// are; those of HTTP are below. The type is always about:blank, since the code tells more.

// Codes of problems that are not about a rule or an update.
const (
	codeUnauthenticated = "unauthenticated"
	codeForbidden       = "forbidden"
	codeNotFound        = "not_found" // the same word as segment.ErrNotFound
	codeMethod          = "method_not_allowed"
	codeMediaType       = "unsupported_media_type"
	codeTooLarge        = "too_large"
	codeParameter       = "parameter" // in the path or the query
	codeConflict        = "conflict"
	codePrecondition    = "precondition_failed"
	codeSlow            = "slow" // the client did not send its body in time
	codeTimeout         = "timeout"
	codeBusy            = "busy" // too many subscribers
	codeUnavailable     = "unavailable"
	codeInternal        = "internal"
	codeResync          = "resync"
)

// A problem is an error as it is told to a client.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	fault         // of several, the first
	// Errors is everything wrong that has a place in the request, in order.
	Errors []fault `json:"errors"`

	header http.Header // sent beside it
	more   []byte      // a JSON object of further members
}

// text is the problem as JSON.
func (p *problem) text() ([]byte, error) {
	text, err := json.Marshal(p)
	if err == nil && len(p.more) > 2 {
		text = append(append(text[:len(text)-1], ','), p.more[1:]...)
	}
	return text, err
}

// Error returns the detail, so that a handler can return a problem as its error.
func (p *problem) Error() string { return p.Detail }

// refuse returns a problem without a place.
func refuse(status int, code, detail string) *problem {
	return &problem{Type: "about:blank", Title: http.StatusText(status), Status: status,
		fault: fault{Code: code, Detail: detail}, Errors: []fault{}}
}

// with adds a header.
func (p *problem) with(name, value string) *problem {
	if p.header == nil {
		p.header = make(http.Header)
	}
	p.header.Set(name, value)
	return p
}

// problemOf returns what a client is told of an error; unexpected is true if it is none of
// the client's making, and should be logged.
func problemOf(err error) (p *problem, unexpected bool) {
	var tooLarge *http.MaxBytesError
	switch faults := faultsOf(err); {
	case errors.As(err, &p):
		return p, false
	case errors.As(err, &tooLarge):
		return refuse(http.StatusRequestEntityTooLarge, codeTooLarge, "the body has more than the "+strconv.FormatInt(tooLarge.Limit, 10)+" bytes that are allowed"), false
	case errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, context.DeadlineExceeded):
		return refuse(http.StatusRequestTimeout, codeSlow, "the body did not come in time"), false
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return refuse(http.StatusServiceUnavailable, codeTimeout, "the answer was not found in time"), false
	case errors.Is(err, live.ErrClosed), errors.Is(err, live.ErrFailed):
		return refuse(http.StatusServiceUnavailable, codeUnavailable, "the service takes no more requests until it is started again"), errors.Is(err, live.ErrFailed)
	case len(faults) > 0:
		return problemWith(faults), false
	}
	return refuse(http.StatusInternalServerError, codeInternal, "the service has failed; its log says why"), true
}

// statusOf returns the status for a code of the library.
func statusOf(code string) int {
	switch segment.Code(code) {
	case segment.ErrNotFound:
		return http.StatusNotFound
	case segment.ErrCycle: // right by itself, wrong beside the other definitions
		return http.StatusConflict
	}
	return http.StatusBadRequest
}

// moved returns the error with its JSON Pointers changed: what starts with one prefix starts
// with another. The host speaks of an update, where the body of a request says the same in
// another place; what the body does not say has no pointer.
func moved(err error, from, to string) error {
	faults := faultsOf(err)
	if len(faults) == 0 {
		return err
	}
	for i := range faults {
		rest, ok := strings.CutPrefix(faults[i].Pointer, from)
		switch {
		case ok && (rest == "" || rest[0] == '/'):
			faults[i].Pointer = to + rest
		default:
			faults[i].Pointer = ""
		}
	}
	return problemWith(faults)
}

// problemWith returns the problem that faults, at least one, are.
func problemWith(faults []fault) *problem {
	p := refuse(statusOf(faults[0].Code), faults[0].Code, "")
	p.fault, p.Errors = faults[0], faults
	return p
}
