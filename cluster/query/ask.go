package query

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// One request to one member. What comes of a partition counts when its last line has come.

// An answer is what a partition has answered, or why it has not.
type answer struct {
	State
	bodies []json.RawMessage
	none   string // why there is none
	refuse error  // what is wrong with the question, by the index
}

// maxProblem is how much of a refusal is read.
const maxProblem = 64 << 10

// ask asks a member, and calls tell with each answer as it comes. Partitions that have not
// answered by its end are not told of. Errors: a [*RefusedError], or of the network.
func (c *core) ask(ctx context.Context, m cluster.Member, q question, tell func(answer)) error {
	text, err := json.Marshal(q)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silent := time.AfterFunc(c.o.Stall, func() { cancel(errSilent) })
	defer silent.Stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(m.Address, "/")+Path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	w, err := c.o.Client.Do(r)
	if err != nil {
		return because(ctx, err)
	}
	defer w.Body.Close()
	if w.StatusCode != http.StatusOK {
		return refusal(m, w)
	}
	lines := json.NewDecoder(io.LimitReader(w.Body, c.o.MaxAnswer))
	parts := make(map[int]*answer)
	for {
		var l line
		if err := lines.Decode(&l); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return because(ctx, err)
		}
		silent.Reset(c.o.Stall)
		a := parts[l.Partition]
		if a == nil {
			a = &answer{State: l.State, none: l.None, refuse: l.Refuse.ErrorOrNil()}
			parts[l.Partition] = a
		}
		if len(l.Answer) > 0 {
			a.bodies = append(a.bodies, l.Answer)
		}
		if !l.More {
			silent.Stop() // who asks may take its time
			tell(*a)
			silent.Reset(c.o.Stall)
		}
	}
}

// errSilent says that a member has sent nothing for too long.
var errSilent = errors.New("the member is silent")

// because is why a request has ended: the network, or that nobody waits any longer.
func because(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// refusal is what an answer with another status says: a [*RefusedError] if the member would
// refuse again.
func refusal(m cluster.Member, w *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(w.Body, maxProblem)) // what there is of it
	var p problemJSON
	if json.Unmarshal(text, &p) != nil || p.Detail == "" {
		p = problemJSON{Detail: w.Status}
	}
	if again := w.StatusCode >= 500 || w.StatusCode == http.StatusTooManyRequests || w.StatusCode == http.StatusRequestTimeout; again {
		return fmt.Errorf("member %s: %s", m.Name, p.Detail)
	}
	if err := p.Errors.ErrorOrNil(); err != nil {
		return err // of the condition
	}
	return &RefusedError{Member: m.Name, Status: w.StatusCode, Code: p.Code, Detail: p.Detail}
}
