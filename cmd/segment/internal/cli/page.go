package cli

import (
	"net/http"
	"path/filepath"

	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/live"
	"github.com/segmentrules/segment/web"
)

// handler serves the HTTP interface and the page for people. Drafts of segments are kept in a
// folder of the store's directory.
func handler(host *live.Host, dir string, api httpapi.Options) (http.Handler, error) {
	version, _ := built()
	drafts, err := web.OpenDrafts(filepath.Join(dir, "drafts"))
	if err != nil {
		return nil, err
	}
	return web.Handler(host, web.Options{API: api, Drafts: drafts, Version: version}), nil
}
