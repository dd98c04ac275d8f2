package httpapi

import (
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// Handler returns the interface to a host: see the package's own text for the routes. A host
// may have routes of its own beside them, at other paths; two that take the same requests are
// a mistake of the program, and panic. The handler may be used by many goroutines, and is meant
// to be served at the root of a host name or behind [http.StripPrefix]. It starts no goroutine
// that outlives its request.
//
// It sets deadlines of the connection for each request, by [Options.Timeout] and
// [Options.Stall], so a server needs no time-outs of its own but ReadHeaderTimeout and
// IdleTimeout.
func Handler(host Host, o Options, own ...Route) http.Handler {
	o = o.withDefaults()
	s := &service{host: host, o: o, subscribers: make(chan struct{}, o.MaxSubscribers)}
	h := &handler{service: s, mux: http.NewServeMux()}
	all := slices.Clone(routes)
	for _, rt := range own {
		all = append(all, rt.own())
	}
	for _, rt := range all {
		h.mux.HandleFunc(rt.method+" "+rt.path, func(w http.ResponseWriter, r *http.Request) { rt.serve(s, w, r) })
		if !slices.Contains(h.methods, rt.method) {
			h.methods = append(h.methods, rt.method)
		}
	}
	h.mux.HandleFunc("/", h.noRoute)
	return h
}

type handler struct {
	*service
	mux     *http.ServeMux
	methods []string // of all routes
}

// ServeHTTP answers a request. Whatever goes wrong, it returns.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := &answering{ResponseWriter: w}
	c := &call{service: h.service, w: answer, r: r}
	control := http.NewResponseController(w)
	defer func() {
		if v := recover(); v != nil {
			h.panicked(v)
			if !answer.begun {
				c.fail(errors.New("panic"))
			}
		}
		// What is left of the answer is sent while the deadline holds, which must not
		// reach the next request of the connection.
		_ = control.Flush()
		_ = control.SetWriteDeadline(time.Time{})
	}()
	deadline := time.Now().Add(h.o.Timeout)
	_ = control.SetReadDeadline(deadline)
	_ = control.SetWriteDeadline(deadline.Add(h.o.Stall))
	secure(w.Header())
	if h.crossOrigin(answer, r) {
		return
	}
	if err := h.authorize(r); err != nil {
		c.fail(err)
		return
	}
	if p := r.URL.EscapedPath(); !strings.HasPrefix(p, "/") || path.Clean(p) != strings.TrimRight(p, "/") && p != "/" {
		c.fail(noSuchRoute) // the mux would send the client elsewhere
		return
	}
	h.mux.ServeHTTP(answer, r)
}

// secure sets what every answer has: it is data and no page, and nobody keeps it.
func secure(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
}

// authorize asks the hook.
func (h *handler) authorize(r *http.Request) error {
	if h.o.Authorize == nil {
		return nil
	}
	err := h.o.Authorize(r)
	if err == nil {
		return nil
	}
	h.o.Logger.Info("refused", "method", r.Method, "path", r.URL.Path, "error", err)
	var unknown Unauthenticated
	if !errors.As(err, &unknown) {
		return refuse(http.StatusForbidden, codeForbidden, "who asks may not do this")
	}
	if unknown.Challenge == "" {
		unknown.Challenge = "Bearer"
	}
	return refuse(http.StatusUnauthorized, codeUnauthenticated, "the request does not say who asks").
		with("WWW-Authenticate", unknown.Challenge)
}

var noSuchRoute = refuse(http.StatusNotFound, codeNotFound, "there is no such route: see /openapi.json")

// noRoute answers requests that no route takes: with 405 if one takes the path with another
// method, else with 404.
func (h *handler) noRoute(w http.ResponseWriter, r *http.Request) {
	c := &call{service: h.service, w: w, r: r}
	var allowed []string
	for _, method := range h.methods {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := h.mux.Handler(other); pattern != "/" {
			if allowed = append(allowed, method); method == http.MethodGet {
				allowed = append(allowed, http.MethodHead)
			}
		}
	}
	if len(allowed) == 0 {
		c.fail(noSuchRoute)
		return
	}
	c.fail(refuse(http.StatusMethodNotAllowed, codeMethod, r.Method+" is not allowed here").with("Allow", strings.Join(allowed, ", ")))
}

// An answering remembers whether the answer has begun.
type answering struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader begins the answer.
func (a *answering) WriteHeader(status int) {
	a.begun = true
	a.ResponseWriter.WriteHeader(status)
}

// Write writes a part of the answer.
func (a *answering) Write(b []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(b)
}

// Unwrap is how http.ResponseController finds the connection.
func (a *answering) Unwrap() http.ResponseWriter { return a.ResponseWriter }
