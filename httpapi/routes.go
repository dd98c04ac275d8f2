package httpapi

import (
	"context"
	"net/http"
)

// A route is a method and a path with what answers to it.
type route struct {
	method, path string
	params       []string // of the query; one that ends in * may stand several times
	run          func(*call) error
	stream       bool // it has no time-out
}

// routes are all there are. openapi.json has the same, which a test sees to.
var routes = []route{
	{method: "GET", path: "/healthz", run: (*call).health},
	{method: "GET", path: "/openapi.json", run: (*call).document},
	{method: "GET", path: "/v1/stats", run: (*call).stats},

	{method: "POST", path: "/v1/check", run: (*call).check},
	{method: "POST", path: "/v1/preview", params: []string{"sample"}, run: (*call).preview},
	{method: "POST", path: "/v1/count", run: (*call).count},

	{method: "GET", path: "/v1/segments", params: []string{"limit", "cursor"}, run: (*call).listSegments},
	{method: "GET", path: "/v1/segments/{id}", run: (*call).getSegment},
	{method: "PUT", path: "/v1/segments/{id}", params: []string{"dry_run", "limit", "name"}, run: (*call).putSegment},
	{method: "DELETE", path: "/v1/segments/{id}", params: []string{"limit"}, run: (*call).deleteSegment},
	{method: "GET", path: "/v1/segments/{id}/members", params: []string{"limit", "cursor"}, run: (*call).members},
	{method: "GET", path: "/v1/segments/{id}/metrics", params: []string{"from", "to"}, run: (*call).metrics},
	{method: "GET", path: "/v1/segments/{id}/explain/{contact}", run: (*call).explain},
	{method: "GET", path: "/v1/overlap", params: []string{"a", "b"}, run: (*call).overlap},

	{method: "GET", path: "/v1/contacts/{id}", run: (*call).getContact},
	{method: "PUT", path: "/v1/contacts/{id}", run: (*call).putContact},
	{method: "PATCH", path: "/v1/contacts/{id}", run: (*call).patchContact},
	{method: "DELETE", path: "/v1/contacts/{id}", run: (*call).deleteContact},
	{method: "POST", path: "/v1/contacts/{id}/events", run: (*call).postEvent},
	{method: "PUT", path: "/v1/contacts/{id}/lists/{list}", run: (*call).joinList},
	{method: "DELETE", path: "/v1/contacts/{id}/lists/{list}", run: (*call).leaveList},

	{method: "POST", path: "/v1/import", params: []string{"batch", "create"}, run: (*call).importUpdates, stream: true},
	{method: "GET", path: "/v1/diffs", params: []string{"from", "segment*"}, run: (*call).diffs, stream: true},
}

// serve answers a request of the route.
func (rt route) serve(s *service, w http.ResponseWriter, r *http.Request) {
	c := &call{service: s, w: w, r: r}
	if !rt.stream {
		ctx, cancel := context.WithTimeout(r.Context(), s.o.Timeout)
		defer cancel()
		c.r = r.WithContext(ctx)
	}
	var err error
	if c.query, err = readQuery(r.URL.RawQuery, rt.params); err == nil {
		err = rt.run(c)
	}
	if err != nil {
		c.fail(err)
	}
}
