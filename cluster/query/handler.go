package query

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/httpapi"
)

// A member answers questions. All that is ready is answered at once; what has yet to read
// something is looked at again for a short while.

// HandlerOptions are how a member answers. The zero HandlerOptions are good where only the
// cluster's own machines can ask.
type HandlerOptions struct {
	// Partitions is how many the cluster has; 0 means 256.
	Partitions int

	// Authorize, if set, is asked before anything else is done with a request. An error refuses
	// it: an [httpapi.Unauthenticated] with status 401, any other with 403. The text of the error
	// is logged and not sent. The answers hold all that is known of contacts: without it whoever
	// reaches the address can read them.
	Authorize func(*http.Request) error

	// MaxBody is how many bytes a question may have; 0 means 1 MiB. Timeout is how long a
	// request may take until its answer begins to be sent; 0 means 30 seconds. Stall is how
	// long is waited for who asks to take a line of the answer; 0 means 10 seconds. Patience is
	// how long a partition is waited for that has not read what it must; 0 means half a second.
	MaxBody                  int64
	Timeout, Stall, Patience time.Duration

	// Logger is told of what was refused, and of panics; nil means nobody is.
	Logger *slog.Logger
}

// filled returns the options with what was left out.
func (o HandlerOptions) filled() HandlerOptions {
	if o.Partitions <= 0 {
		o.Partitions = cluster.Partitions
	}
	if o.MaxBody <= 0 {
		o.MaxBody = 1 << 20
	}
	for _, d := range [...]struct {
		of    *time.Duration
		means time.Duration
	}{{&o.Timeout, 30 * time.Second}, {&o.Stall, 10 * time.Second}, {&o.Patience, time.Second / 2}} {
		if *d.of <= 0 {
			*d.of = d.means
		}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Handler answers questions about the partitions that a [cluster.Runner], or another [Viewer],
// shows. It is meant to be served at [Path] behind the Address of the member. It may be used by
// many goroutines, and starts none that outlives its request. It sets deadlines of the
// connection for each request, so that a server needs no time-outs of its own but
// ReadHeaderTimeout and IdleTimeout.
func Handler(from Viewer, o HandlerOptions) http.Handler { return &handler{from, o.filled()} }

type handler struct {
	from Viewer
	o    HandlerOptions
}

// ServeHTTP answers a question. Whatever goes wrong, it returns.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := &answering{ResponseWriter: w, control: http.NewResponseController(w), stall: h.o.Stall}
	defer func() {
		if v := recover(); v != nil {
			h.o.Logger.Error("panic", "value", v, "stack", string(debug.Stack()))
			if !out.begun {
				p, _ := problemOf(errors.New("panic"))
				p.write(out)
			}
		}
		_ = out.control.SetReadDeadline(time.Time{}) // it must not reach the next request
		_ = out.control.SetWriteDeadline(time.Time{})
	}()
	_ = out.control.SetReadDeadline(time.Now().Add(h.o.Timeout)) // who serves without deadlines has none
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	ctx, cancel := context.WithTimeout(r.Context(), h.o.Timeout)
	defer cancel()
	if err := h.serve(ctx, out, r); err != nil && !out.begun {
		p, unexpected := problemOf(err)
		if unexpected && r.Context().Err() == nil {
			h.o.Logger.Error("a question was not answered", "error", err)
		}
		p.write(out)
	}
}

// serve reads the question and answers it.
func (h *handler) serve(ctx context.Context, out *answering, r *http.Request) error {
	if err := h.authorize(r); err != nil {
		return err
	}
	q, err := h.read(out, r)
	if err != nil {
		return err
	}
	out.Header().Set("Content-Type", "application/x-ndjson")
	lines := &lineWriter{out: out, buffer: bufio.NewWriterSize(out, 64<<10)}
	left, until := q.Partitions, time.Now().Add(h.o.Patience)
	for {
		last := !time.Now().Before(until)
		if left, err = h.round(ctx, q, left, last, lines.write); err != nil {
			return err
		}
		if err := lines.flush(); err != nil || len(left) == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(min(h.o.Patience/8, 10*time.Millisecond)):
		}
	}
}

// round answers for partitions, and returns those that are behind, if it is not the last.
func (h *handler) round(ctx context.Context, q *prepared, needs []need, last bool, tell func(line) error) (left []need, err error) {
	for _, n := range needs {
		err := q.answer(ctx, h.from, n, func(l line) error {
			if l.None == noneBehind && !last {
				left = append(left, n)
				return nil
			}
			return tell(l)
		})
		if err != nil {
			return nil, err
		}
	}
	return left, nil
}

// longestHeld is how long a line may wait for others before they are sent together.
const longestHeld = 20 * time.Millisecond

// A lineWriter sends lines, some at a time.
type lineWriter struct {
	out    *answering
	buffer *bufio.Writer
	sent   time.Time
}

// write writes a line.
func (l *lineWriter) write(one line) error {
	text, err := json.Marshal(one)
	if err != nil {
		return err
	}
	if _, err := l.buffer.Write(append(text, '\n')); err != nil {
		return err
	}
	if time.Since(l.sent) < longestHeld {
		return nil
	}
	return l.flush()
}

// flush sends what was written.
func (l *lineWriter) flush() error {
	if err := l.buffer.Flush(); err != nil {
		return err
	}
	_ = l.out.control.Flush() // not every server can: then it comes with the rest
	l.sent = time.Now()
	return nil
}

// read reads the question.
func (h *handler) read(w http.ResponseWriter, r *http.Request) (*prepared, error) {
	if r.Method != http.MethodPost {
		return nil, &problem{status: http.StatusMethodNotAllowed, code: codeMethod, detail: "questions are asked by POST", header: [2]string{"Allow", "POST"}}
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" || r.Header.Get("Content-Encoding") != "" {
		return nil, &problem{status: http.StatusUnsupportedMediaType, code: codeMediaType, detail: "the header Content-Type must be application/json, and the body not compressed"}
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.o.MaxBody))
	if err != nil && !errors.As(err, new(*http.MaxBytesError)) {
		return nil, &problem{status: http.StatusRequestTimeout, code: codeSlow, detail: "the question ends before it is complete"}
	}
	if err != nil {
		return nil, err
	}
	return prepare(text, h.o.Partitions)
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
	h.o.Logger.Info("refused", "remote", r.RemoteAddr, "error", err)
	var unknown httpapi.Unauthenticated
	if !errors.As(err, &unknown) {
		return &problem{status: http.StatusForbidden, code: codeForbidden, detail: "who asks may not do this"}
	}
	if unknown.Challenge == "" {
		unknown.Challenge = "Bearer"
	}
	return &problem{status: http.StatusUnauthorized, code: codeUnauthenticated, detail: "the request does not say who asks", header: [2]string{"WWW-Authenticate", unknown.Challenge}}
}

// An answering is an answer under way. Each part that is written may take a while.
type answering struct {
	http.ResponseWriter
	control *http.ResponseController
	stall   time.Duration
	begun   bool
}

// WriteHeader begins the answer.
func (a *answering) WriteHeader(status int) {
	a.begun = true
	a.ResponseWriter.WriteHeader(status)
}

// Write writes a part of it.
func (a *answering) Write(b []byte) (int, error) {
	a.begun = true
	_ = a.control.SetWriteDeadline(time.Now().Add(a.stall)) // who serves without deadlines has none
	return a.ResponseWriter.Write(b)
}
