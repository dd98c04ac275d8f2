package web

import (
	"net/http"

	"github.com/segmentrules/segment/httpapi"
)

// A served is a route below /app.
type served struct {
	method, path string
	params       []string
	answer       method
}

// routes are all below /app.
var routes = []served{
	{"GET", "/app/info", nil, (*app).info},
	{"POST", "/app/clock", nil, (*app).advance},
	{"GET", "/app/schema", nil, (*app).schema},
	{"POST", "/app/tree", nil, (*app).tree},
	{"POST", "/app/import", nil, (*app).importRule},
	{"POST", "/app/export", nil, (*app).exportRule},

	{"GET", "/app/segments", nil, (*app).listSegments},
	{"POST", "/app/preview", nil, (*app).preview},
	{"POST", "/app/ahead", nil, (*app).ahead},
	{"POST", "/app/why", nil, (*app).why},
	{"GET", "/app/overlap", []string{"segments*"}, (*app).overlap},

	{"GET", "/app/contacts", []string{"q", "limit", "cursor"}, (*app).listContacts},
	{"GET", "/app/contacts/{id}", nil, (*app).getContact},

	{"GET", "/app/drafts", nil, (*app).listDrafts},
	{"GET", "/app/drafts/{id}", nil, (*app).getDraft},
	{"PUT", "/app/drafts/{id}", nil, (*app).putDraft},
	{"DELETE", "/app/drafts/{id}", nil, (*app).deleteDraft},
}

// Handler returns the page and all that it asks for: the interface of package httpapi below
// /v1, what the page needs beside it below /app, and the files of the page. It may be used by
// many goroutines, and is meant to be served at the root of a host name or behind
// [http.StripPrefix]: the page asks for nothing but paths beside its own.
func Handler(host httpapi.Host, o Options) http.Handler {
	a := &app{host: host, o: o.withDefaults()}
	var own []httpapi.Route
	for _, s := range routes {
		own = append(own, httpapi.Route{Method: s.method, Path: s.path, Params: s.params,
			Serve: func(r *httpapi.Request) error { return s.answer(a, r) }})
	}
	api := httpapi.Handler(host, a.o.API, own...)
	files := openPage()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !files.has(r.URL.Path) || a.o.API.Authorize != nil && a.o.API.Authorize(r) != nil {
			api.ServeHTTP(w, r) // which says what is wrong
			return
		}
		files.ServeHTTP(w, r)
	})
}
