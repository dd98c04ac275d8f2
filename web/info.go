package web

import (
	"net/http"
	"time"

	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/interop"
	"github.com/segmentrules/segment/rule"
)

// What the page is told of the service, and the clock that it may push.

// An info is what GET /app/info returns.
type info struct {
	Title      string    `json:"title"`
	Now        time.Time `json:"now"`
	Simulated  bool      `json:"simulated"` // the clock can be pushed
	Contacts   int       `json:"contacts"`
	Segments   int       `json:"segments"`
	Version    string    `json:"version"`
	Systems    []string  `json:"systems"` // whose definitions can be read and written
	Playground bool      `json:"playground"`
}

func (a *app) info(r *httpapi.Request) error {
	stats := a.host.Stats()
	return r.Reply(http.StatusOK, info{
		Title: a.o.Title, Now: a.host.Now().UTC(), Simulated: a.o.Clock != nil,
		Contacts: stats.Contacts, Segments: stats.Segments, Version: a.o.Version,
		Systems: listed(interop.Systems()), Playground: a.o.Playground,
	})
}

// maxAdvance is how far one request may push the clock, which never goes back.
const maxAdvance = 366 * 24 * time.Hour

// advance pushes the clock forward, and answers when all that is due by then has been told.
func (a *app) advance(r *httpapi.Request) error {
	var body struct {
		Advance string `json:"advance"`
	}
	if err := r.JSON(&body); err != nil {
		return err
	}
	if a.o.Clock == nil {
		return refuse(http.StatusConflict, "conflict", "the clock is that of the computer, which nobody pushes")
	}
	d, err := time.ParseDuration(body.Advance)
	if err != nil || d <= 0 || d > maxAdvance {
		return wrong("/advance", "advance is a length of time such as 24h, above zero and at most 8784h")
	}
	ctx := r.HTTP().Context()
	_, before, err := a.host.MembersAt(ctx, "")
	if err != nil {
		return err
	}
	a.o.Clock.Advance(d)
	if _, err := a.host.Count(rule.Everyone{}); err != nil { // lets time run to the clock
		return err
	}
	_, after, err := a.host.MembersAt(ctx, "")
	if err != nil {
		return err
	}
	return r.Reply(http.StatusOK, struct {
		Now   time.Time `json:"now"`
		Diffs uint64    `json:"diffs"`
	}{a.host.Now().UTC(), after - before})
}
