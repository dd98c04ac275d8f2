package httpapi

import (
	"net/http"
	"time"
)

// A stream is an answer that is written bit by bit, for as long as the client takes it.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	stall   time.Duration
}

// stream begins an answer of a type with status 200. From now on the request has no time-out
// but that the client must take what is written.
func (c *call) stream(kind string) *stream {
	s := &stream{c.w, http.NewResponseController(c.w), c.o.Stall}
	h := c.w.Header()
	h.Set("Content-Type", kind)
	h.Set("X-Accel-Buffering", "no") // nginx would hold it back
	s.patient()
	c.w.WriteHeader(http.StatusOK)
	return s
}

// patient sets how long the client may take for what is written next. Where the writer has
// no deadlines, as in tests, there is none.
func (s *stream) patient() { _ = s.control.SetWriteDeadline(time.Now().Add(s.stall)) }

// write writes and sends a part.
func (s *stream) write(text []byte) error {
	s.patient()
	if _, err := s.w.Write(text); err != nil {
		return err
	}
	return s.flush()
}

// flush sends what has been written.
func (s *stream) flush() error {
	if err := s.control.Flush(); err != nil && err != http.ErrNotSupported {
		return err
	}
	return nil
}
