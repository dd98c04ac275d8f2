package cli

import (
	"net/http"

	"github.com/segmentrules/segment/live"
)

// page is what is served beside the HTTP interface: pages for people. There is none yet: a
// browser is shown the document of the interface.
func page(*live.Host) http.Handler {
	return http.RedirectHandler("/openapi.json", http.StatusFound)
}

// handler serves the HTTP interface, and the page at all other paths.
func handler(host *live.Host, api http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/{$}", page(host))
	mux.Handle("/app/", page(host))
	mux.Handle("/", api) // which answers in JSON, also for paths that do not exist
	return mux
}
