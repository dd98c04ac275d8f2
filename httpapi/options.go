package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/segmentrules/segment"
)

// Options are how a [Handler] serves a host. The zero Options are good for a service that
// only its own machine reaches: everybody may do everything.
type Options struct {
	// Authorize, if set, is asked before anything else is done with a request, also for
	// /healthz and for routes that do not exist. An error refuses the request: an
	// [Unauthenticated] with status 401, any other with 403. The text of the error is
	// logged and not sent. Only preflights of browsers from one of Origins, which carry
	// no credentials, are answered without asking.
	Authorize func(*http.Request) error
	// Schema, if set, returns the schema with which rules are read and checked; it is asked
	// for each request, so that a field that is added is known at once. It should be the one
	// that the host has.
	Schema func() *segment.Schema
	// Healthy, if set, is what /healthz asks beside the host. An error is answered with status 503; its text
	// is logged and not sent.
	Healthy func(context.Context) error
	// Origins are the web origins whose scripts may use the interface from a browser, such
	// as https://app.example.com; "*" stands for all. Without any no CORS header is sent.
	Origins []string
	// Logger is told of panics and of errors of the host; nil means nobody is.
	Logger *slog.Logger

	// MaxBody is how many bytes a body may have, but for those of /v1/import; 0 means 1 MiB.
	MaxBody int64
	// MaxLine is how many bytes a line of /v1/import may have; 0 means 1 MiB. The body as a
	// whole has no limit.
	MaxLine int
	// Timeout is how long a request may take; 0 means 30 seconds. The client has so long to
	// send the body and to take the answer, and previews are ended by then. Changes that
	// the host has begun are not cut short. Streams have no such limit: see Stall.
	Timeout time.Duration
	// Stall is how long /v1/import and /v1/diffs wait for a client that sends nothing, or
	// takes nothing; 0 means 10 seconds. Then the connection is closed.
	Stall time.Duration
	// Heartbeat is how long /v1/diffs may be silent; 0 means 15 seconds.
	Heartbeat time.Duration
	// MaxSubscribers is how many clients may read /v1/diffs at once; 0 means 64.
	MaxSubscribers int
}

// An Unauthenticated is an error for [Options.Authorize]: who asks has not said who they
// are. It is answered with status 401.
type Unauthenticated struct {
	// Challenge is sent as WWW-Authenticate; empty means Bearer.
	Challenge string
}

// Error says what is missing.
func (Unauthenticated) Error() string { return "the request does not say who asks" }

// withDefaults returns the options with every zero value set.
func (o Options) withDefaults() Options {
	if o.Schema == nil {
		o.Schema = func() *segment.Schema { return nil }
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	setPositive(&o.MaxBody, 1<<20)
	setPositive(&o.MaxLine, 1<<20)
	setPositive(&o.Timeout, 30*time.Second)
	setPositive(&o.Stall, 10*time.Second)
	setPositive(&o.Heartbeat, 15*time.Second)
	setPositive(&o.MaxSubscribers, 64)
	return o
}

// setPositive gives an option that is not set its default.
func setPositive[T int | int64 | time.Duration](option *T, value T) {
	if *option <= 0 {
		*option = value
	}
}
