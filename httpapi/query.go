package httpapi

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/segmentrules/segment/internal/textset"
)

// Parameters of the path and the query, and pages of lists. A parameter that the route does
// not have is refused, not ignored: who writes ?limti=10 should not get a page of 100.

// badParameter is the problem of a parameter that cannot be what it is.
func badParameter(name, suggestion, format string, args ...any) *problem {
	p := refuse(http.StatusBadRequest, codeParameter, fmt.Sprintf(format, args...))
	p.Parameter, p.Suggestion = name, suggestion
	p.Errors = []fault{p.fault}
	return p
}

// readQuery reads the query of a request, which may have these parameters, each once;
// one that ends in * may stand several times.
func readQuery(raw string, params []string) (url.Values, error) {
	q, err := url.ParseQuery(raw)
	if err != nil {
		return nil, badParameter("", "", "the query is not written as name=value&name=value")
	}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		many := slices.Contains(params, name+"*")
		if !many && !slices.Contains(params, name) {
			known := make([]string, len(params))
			for i, p := range params {
				known[i] = cutStar(p)
			}
			return nil, badParameter(name, textset.Nearest(name, known...), "there is no parameter %q", name)
		}
		if !many && len(q[name]) > 1 {
			return nil, badParameter(name, "", "the parameter %s stands more than once", name)
		}
		for _, v := range q[name] {
			if !utf8.ValidString(v) {
				return nil, badParameter(name, "", "the parameter %s is not valid UTF-8", name)
			}
		}
	}
	return q, nil
}

func cutStar(p string) string {
	if p[len(p)-1] == '*' {
		return p[:len(p)-1]
	}
	return p
}

// path returns a part of the path, such as the id of a contact.
func (c *call) path(name string) (string, error) {
	v := c.r.PathValue(name)
	if v == "" || !utf8.ValidString(v) {
		return "", badParameter(name, "", "the %s in the path is not valid UTF-8", name)
	}
	return v, nil
}

// number reads a number from the query.
func (c *call) number(name string, otherwise, least, most int) (int, error) {
	if !c.query.Has(name) {
		return otherwise, nil
	}
	n, err := strconv.Atoi(c.query.Get(name))
	if err != nil || n < least || n > most {
		return 0, badParameter(name, "", "%s is a number from %d to %d", name, least, most)
	}
	return n, nil
}

// flag reads true or false from the query.
func (c *call) flag(name string) (bool, error) {
	switch v := c.query.Get(name); {
	case !c.query.Has(name), v == "false":
		return false, nil
	case v == "true":
		return true, nil
	}
	return false, badParameter(name, "", "%s is true or false", name)
}

// day reads a calendar day from the query; the zero time if there is none.
func (c *call) day(name string) (time.Time, error) {
	if !c.query.Has(name) {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, c.query.Get(name))
	if err != nil {
		return t, badParameter(name, "", "%s is a day, such as 2026-01-31", name)
	}
	return t, nil
}

// The size of pages.
const (
	pageSize    = 100
	maxPageSize = 1000
)

// maxPart is after how many bytes what may have any length is cut into parts: pages of
// definitions, and what an import hands to the host at once.
const maxPart = 4 << 20

// A page is which part of a list is asked for: those after an id, in order of ids.
type page struct {
	after string
	limit int
}

// page reads limit and cursor. A cursor is the last id of the page before, in base64, so
// that it is still right when contacts have come and gone in between.
func (c *call) page() (p page, err error) {
	if p.limit, err = c.number("limit", pageSize, 1, maxPageSize); err != nil {
		return p, err
	}
	after, err := base64.RawURLEncoding.DecodeString(c.query.Get("cursor"))
	if err != nil || !utf8.Valid(after) {
		return p, badParameter("cursor", "", "cursor is not one that a page has given as next")
	}
	p.after = string(after)
	return p, nil
}

// next is the cursor for what comes behind an id.
func next(id string) string { return base64.RawURLEncoding.EncodeToString([]byte(id)) }

// take returns the part of a list that the page asks for, and the cursor of the next, "" if
// there is none. The ids may come in any order. It holds two pages in memory and looks at
// all ids once.
func (p page) take(ids iter.Seq[string]) (taken []string, cursor string) {
	trim := func() {
		slices.SortFunc(taken, cmp.Compare)
		if len(taken) > p.limit+1 {
			taken = taken[:p.limit+1]
		}
	}
	most, full := "", false
	for id := range ids {
		if id <= p.after || full && id >= most {
			continue
		}
		if taken = append(taken, id); len(taken) >= 2*(p.limit+1) {
			trim()
			most, full = taken[p.limit], true
		}
	}
	if trim(); len(taken) > p.limit {
		taken = taken[:p.limit]
		cursor = next(taken[p.limit-1])
	}
	return listed(taken), cursor
}
