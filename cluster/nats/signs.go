package nats

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	natsgo "github.com/nats-io/nats.go"

	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// Sign is that of [cluster.Signs]. The error says that there is no connection.
func (e *Engine) Sign(_ context.Context, m cluster.Member) error {
	if m.Name == "" {
		return errors.New("nats: a member has no name")
	}
	if !e.nc.IsConnected() {
		return natsgo.ErrDisconnected
	}
	s := sign{Name: m.Name, Address: m.Address}
	e.ear.mu.Lock()
	e.ear.own[m.Name] = s
	e.ear.heard[m.Name] = heard{m, time.Now()}
	e.ear.mu.Unlock()
	return e.ear.say(s)
}

// Leave is that of [cluster.Signs].
func (e *Engine) Leave(ctx context.Context, name string) error {
	e.ear.mu.Lock()
	delete(e.ear.own, name)
	delete(e.ear.heard, name)
	e.ear.mu.Unlock()
	if err := e.ear.say(sign{Name: name, Gone: true}); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, e.o.Timeout)
	defer cancel()
	return e.nc.FlushWithContext(ctx)
}

// Members is that of [cluster.Signs]. It costs no request; soon after the engine was opened,
// or its process stopped, or its connection lost, it waits for a quarter of a second.
func (e *Engine) Members(ctx context.Context) ([]cluster.Member, error) {
	a := e.ear
	for {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		a.mu.Lock()
		wait := settle - time.Since(a.asked)
		a.mu.Unlock()
		if wait <= 0 {
			break
		}
		if !pause.For(ctx, wait) {
			return nil, ctx.Err()
		}
	}
	if !e.nc.IsConnected() {
		return nil, natsgo.ErrDisconnected
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	var members []cluster.Member
	for name, h := range a.heard {
		if time.Since(h.at) > a.o.Lease {
			delete(a.heard, name)
			continue
		}
		members = append(members, h.member)
	}
	slices.SortFunc(members, func(a, b cluster.Member) int { return strings.Compare(a.Name, b.Name) })
	return members, nil
}
