package httpapi

import (
	_ "embed"
	"net/http"
	"time"

	"github.com/segmentrules/segment/index"
)

// openAPI is the interface as an OpenAPI 3.1 document. A test keeps it equal to the routes.
//
//go:embed openapi.json
var openAPI []byte

// health says whether the service is well. A host that has an Err, as a live.Host does, is
// asked for it, and else nothing, so that it answers while a large definition is under way.
func (c *call) health() error {
	var err error
	if host, ok := c.host.(interface{ Err() error }); ok {
		err = host.Err()
	}
	if err == nil && c.o.Healthy != nil {
		err = c.o.Healthy(c.r.Context())
	}
	if err != nil {
		c.o.Logger.Error("not healthy", "error", err)
		return refuse(http.StatusServiceUnavailable, codeUnavailable, "the service is not well; its log says why")
	}
	return c.reply(http.StatusOK, struct {
		Status string `json:"status"`
	}{"ok"})
}

// document sends openapi.json.
func (c *call) document() error {
	c.send(http.StatusOK, typeJSON, openAPI)
	return nil
}

// A statistics is what GET /v1/stats returns.
type statistics struct {
	Now      time.Time `json:"now"`
	Revision uint64    `json:"revision"`
	index.Stats
}

// stats says what the host holds and has done.
func (c *call) stats() error {
	return c.reply(http.StatusOK, statistics{c.host.Now().UTC(), c.host.Revision(), c.host.Stats()})
}
