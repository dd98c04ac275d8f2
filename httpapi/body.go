package httpapi

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// The types that bodies have.
const (
	typeJSON = "application/json"
	typeText = "text/plain" // rule text
)

// mediaType returns the type of the body, which must be one of some. A type must be given:
// a browser sends text/plain and forms to any site without asking, and so no route that
// changes anything takes one of these with a method that browsers do not ask for.
func (c *call) mediaType(types ...string) (string, error) {
	header := c.r.Header.Get("Content-Type")
	kind, params, err := mime.ParseMediaType(header)
	charset := params["charset"]
	encoding := c.r.Header.Get("Content-Encoding")
	switch {
	case err != nil || !slices.Contains(types, kind):
		return "", refuse(http.StatusUnsupportedMediaType, codeMediaType,
			"the header Content-Type must be "+strings.Join(types, " or ")).with("Accept", types[0])
	case charset != "" && !strings.EqualFold(charset, "utf-8"):
		return "", refuse(http.StatusUnsupportedMediaType, codeMediaType, "the body must be UTF-8")
	case encoding != "" && !strings.EqualFold(encoding, "identity"):
		return "", refuse(http.StatusUnsupportedMediaType, codeMediaType, "the body must not be compressed")
	}
	return kind, nil
}

// body reads the body, which must have one of some types, and its type. No more of it is
// read than is allowed.
func (c *call) body(types ...string) (kind string, text []byte, err error) {
	if kind, err = c.mediaType(types...); err != nil {
		return "", nil, err
	}
	if c.r.ContentLength > c.o.MaxBody {
		return "", nil, &http.MaxBytesError{Limit: c.o.MaxBody}
	}
	text, err = io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, c.o.MaxBody))
	if err != nil {
		return "", nil, brokenBody(err)
	}
	if len(strings.TrimSpace(string(text))) == 0 {
		return "", nil, refuse(http.StatusBadRequest, string(segment.ErrSyntax), "the body is empty")
	}
	return kind, text, nil
}

// brokenBody is the problem of a body that could not be read to its end.
func brokenBody(err error) *problem {
	p, unexpected := problemOf(err)
	if unexpected { // the client went away, or has sent broken chunks
		return refuse(http.StatusBadRequest, string(segment.ErrSyntax), "the body ends before it is complete")
	}
	return p
}

// json reads a body that is JSON of a shape.
func (c *call) json(s shape) ([]byte, error) {
	_, text, err := c.body(typeJSON)
	if err != nil {
		return nil, err
	}
	return text, s.check(text, rule.Limits{}.WithDefaults())
}

// placeless returns an error of reading JSON that has no place, such as that of
// encoding/json, as one of the library.
func placeless(err error) error {
	if err == nil || errors.As(err, new(*segment.Error)) || errors.As(err, new(segment.Errors)) {
		return err
	}
	return rule.Errorf(segment.ErrType, "%s", strings.TrimPrefix(err.Error(), "json: "))
}
