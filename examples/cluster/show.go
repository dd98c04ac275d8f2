package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/segmentrules/segment/cluster/clustertest"
)

// A show is a cluster from its start to its comparison: the brokers are started, then the input
// begun, then the workers started; the load runs while processes are killed; then all are at
// work again, and when they have told what is left, it is compared.
type show struct {
	config
	board    *board
	director *director
	servers  string
	finish   func() // ends the load before its time
	finished <-chan struct{}
}

// names of the processes.
var (
	brokerNames = []string{"n1", "n2", "n3"}
	workerNames = []string{"a", "b", "c"}
)

// newShow lays out a cluster in a folder. Nothing is started yet.
func newShow(c config, dir string) (*show, error) {
	ports, err := freePorts(2 * len(brokerNames))
	if err != nil {
		return nil, err
	}
	clients, routes := ports[:len(brokerNames)], ports[len(brokerNames):]
	var servers []string
	settings := make(map[string]any)
	for i, name := range brokerNames {
		settings[name] = brokerSettings{Name: name, Dir: dir, Port: clients[i], Route: routes[i], Routes: routes}
		servers = append(servers, fmt.Sprint("nats://", loopback, ":", clients[i]))
	}
	s := &show{config: c, servers: strings.Join(servers, ",")}
	for _, name := range workerNames {
		settings[name] = workerSettings{Name: name, Servers: s.servers, Partitions: c.partitions}
	}
	finished := make(chan struct{})
	s.finished, s.finish = finished, sync.OnceFunc(func() { close(finished) })
	s.board = newBoard(brokerNames, workerNames, c.partitions, time.Now())
	s.director = newDirector(s.board, dir, settings, c.seed)
	return s, nil
}

// run runs a cluster and shows it, compares, and writes the verdict. When it returns no child
// is left, and no temporary folder.
func run(ctx context.Context, c config, out io.Writer) (v verdict, err error) {
	if err := c.check(); err != nil {
		return v, err
	}
	if c.dir == "" {
		if c.dir, err = os.MkdirTemp("", "segment-cluster-"); err != nil {
			return v, err
		}
		defer os.RemoveAll(c.dir)
	} else if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return v, err
	}
	s, err := newShow(c, c.dir)
	if err != nil {
		return v, err
	}
	g := newGroup(ctx)
	defer g.end()
	end := s.display(g, out)
	err = guard(func() error {
		v, err = s.play(g)
		return err
	})
	end(v, err)
	return v, err
}

// display shows the cluster until the function that it returns is called, which also shows
// the verdict.
func (s *show) display(g *group, out io.Writer) (end func(v verdict, err error)) {
	show, finally := func(ctx context.Context) error { plainly(ctx, s.board, out); return nil }, func(v verdict) { v.write(out) }
	if !s.plain {
		p := newPage(s.board, s.lasts, out)
		p.order, p.finish, p.cancel = func(o order) { go s.director.order(g.ctx, o) }, s.finish, g.cancel
		show, finally = p.run, p.finally
	}
	ctx, hide := context.WithCancel(context.Background())
	hidden := make(chan struct{})
	go func() {
		defer close(hidden)
		if err := guard(func() error { return show(ctx) }); err != nil {
			g.cancel(err)
		}
	}()
	return func(v verdict, err error) {
		hide()
		<-hidden
		if err == nil {
			finally(v)
		}
	}
}

// play starts all, has the load and the plan run, and compares.
func (s *show) play(g *group) (v verdict, err error) {
	ctx := g.ctx
	g.start(s.director.run)
	if err := s.startAll(ctx, isBroker); err != nil {
		return v, err
	}
	e, err := connect(ctx, s.servers, s.partitions)
	if err != nil {
		return v, orCause(ctx, err)
	}
	defer e.close()
	l, err := newLoad(s.config, e, s.board.redefined, func(int, error) { s.board.trouble() })
	if err != nil {
		return v, err
	}
	if err := l.begin(ctx); err != nil {
		return v, orCause(ctx, err)
	}
	if err := s.startAll(ctx, isWorker); err != nil {
		return v, err
	}
	judge := clustertest.NewJudge(options(s.partitions))
	g.start(func(ctx context.Context) error { judge.Follow(ctx, watched{e, s.board}); return nil })
	for p := range s.partitions {
		g.start(func(ctx context.Context) error { watchInput(ctx, e, p, s.board); return nil })
	}
	g.start(func(ctx context.Context) error { return askSizes(ctx, e, s.partitions, s.board) })
	if err := s.work(g, l); err != nil {
		return v, err
	}
	s.board.enter(phaseCompare)
	if err := clustertest.Send(ctx, e, clustertest.Barrier(1), s.partitions); err != nil {
		return v, orCause(ctx, err)
	}
	fresh, err := connect(ctx, s.servers, s.partitions) // the input is read from its beginning
	if err != nil {
		return v, orCause(ctx, err)
	}
	defer fresh.close()
	return compare(ctx, judge, fresh, s.board)
}

// work has the load run for its time while children are killed, and all at work again.
func (s *show) work(g *group, l *load) error {
	now := time.Now()
	s.board.begin(now)
	s.director.ask(g.ctx, func() error { s.director.follow(plan(s.lasts), now); return nil })
	stop, ended := make(chan struct{}), make(chan error, 1)
	g.start(func(ctx context.Context) error {
		err := l.run(ctx, stop)
		ended <- err
		return err
	})
	select {
	case <-g.ctx.Done():
	case <-s.finished:
	case <-time.After(s.lasts):
	}
	s.board.enter(phaseFinish)
	close(stop)
	s.director.ask(g.ctx, s.director.heal)
	select {
	case <-g.ctx.Done():
	case <-ended:
	}
	return context.Cause(g.ctx)
}

// startAll starts all children of a role, and waits until they are at work.
func (s *show) startAll(ctx context.Context, as role) error {
	s.board.enter(fmt.Sprintf("starting %ss", as))
	s.director.ask(ctx, func() error { return s.director.startAll(as) })
	for from := time.Now(); !s.board.all(as, running); pause(ctx, 20*time.Millisecond) {
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case len(s.board.alarms()) > 0:
			return errors.New(s.board.alarms()[0])
		case time.Since(from) > patience:
			return fmt.Errorf("the %ss are not at work after %v", as, patience)
		}
	}
	return nil
}

// orCause is why a context has ended, if it has, and else an error.
func orCause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
