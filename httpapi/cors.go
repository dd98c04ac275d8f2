package httpapi

import (
	"net/http"
	"slices"
)

// Cross-origin requests of browsers. Without Options.Origins no header is sent, and browsers
// keep scripts of other sites from reading anything, and from sending what is not a simple
// request. Credentials of the browser's own (cookies) are never allowed; a script sends a
// token in Authorization.

// crossOrigin sets the headers for a request from an origin that is allowed, and reports
// whether the request was a preflight, which is then answered.
func (s *service) crossOrigin(w http.ResponseWriter, r *http.Request) (answered bool) {
	if len(s.o.Origins) == 0 {
		return false
	}
	h, origin := w.Header(), r.Header.Get("Origin")
	h.Add("Vary", "Origin")
	all := slices.Contains(s.o.Origins, "*")
	if origin == "" || !all && !slices.Contains(s.o.Origins, origin) {
		return false
	}
	if all {
		origin = "*"
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", "ETag, Retry-After")
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match, If-None-Match, Last-Event-ID")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true
}
