package web

import (
	"time"

	"github.com/segmentrules/segment/httpapi"
)

// Options are how a [Handler] serves a host. The zero Options are good for a service that only
// its own machine reaches: everybody may do everything.
type Options struct {
	// API are those of package httpapi, which answers below /v1. Authorize is asked for the
	// page and its files, too; Schema says which fields, events and lists the page offers.
	API httpapi.Options
	// Title stands at the top of the page; empty means "Segments". Version is shown in
	// GET /app/info; it may be empty.
	Title, Version string
	// Drafts are where segments are kept that are not in force: see [OpenDrafts]. nil keeps
	// them in memory, so that they are gone with the handler.
	Drafts *Drafts
	// Clock, if set, is one that the page may push forward. It must be the clock of the host.
	Clock Clock
	// Names are the fields that say who a contact is, the first of them being its name. The
	// page shows them, and searches in those that are text. Empty means name and email.
	Names []string
	// Exact is up to how many contacts /app/ahead looks at each of them; 0 means 20,000.
	// Of more it takes a sample of that size.
	Exact int
	// Playground tells the page that it is a place to try things, whose data is made up.
	Playground bool
}

// A Clock is one that is moved by hand, such as a [live.ManualClock].
type Clock interface {
	Now() time.Time
	Advance(d time.Duration)
}

// withDefaults returns the options with every zero value set.
func (o Options) withDefaults() Options {
	if o.Title == "" {
		o.Title = "Segments"
	}
	if o.Drafts == nil {
		o.Drafts = &Drafts{}
	}
	if len(o.Names) == 0 {
		o.Names = []string{"name", "email"}
	}
	if o.Exact <= 0 {
		o.Exact = 20_000
	}
	return o
}

// An app is a host with what all requests below /app have in common.
type app struct {
	host httpapi.Host
	o    Options
	seen values // common values of fields
}

// method is what answers a request.
type method func(*app, *httpapi.Request) error
