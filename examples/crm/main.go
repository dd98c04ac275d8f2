// Crm is a small CRM in one program: contacts with what they do, segments that keep
// themselves current, and a page to look at them and make new ones.
//
//	cd examples/crm && go run .          # then open http://127.0.0.1:8095
//
// At its first start it makes 100,000 contacts up, with what they have done in the last 120
// days, and twelve segments; all of it is kept in a directory. It can be killed at any moment:
// what it has answered is there when it is started again. README.md says what to look at.
//
// Reading the code: schema.go (what it knows, and the first segments), people.go and life.go
// (contacts that are made up, and what they do), bar.go, build.go (the first start), clock.go
// (a clock that the page may push), main.go.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/durable"
	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/live"
	"github.com/segmentrules/segment/web"
)

// A config is what the flags say.
type config struct {
	addr, dir string
	contacts  int
	seed      uint64
	simulate  bool
}

func main() {
	var c config
	flag.StringVar(&c.addr, "addr", "127.0.0.1:8095", "where to listen")
	flag.StringVar(&c.dir, "dir", "crm-data", "the directory that everything is kept in")
	flag.IntVar(&c.contacts, "contacts", 100_000, "how many contacts to make up at the first start")
	flag.Uint64Var(&c.seed, "seed", 1, "other contacts for another number, at the first start")
	flag.BoolVar(&c.simulate, "simulate", false, "a clock that the page may push by days")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, c, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "crm:", err)
		os.Exit(1)
	}
}

// run serves until the context ends.
func run(ctx context.Context, c config, out io.Writer) (err error) {
	if c.contacts < 1 || c.contacts > 10_000_000 {
		return errors.New("-contacts is a number from 1 to 10,000,000")
	}
	listener, err := net.Listen("tcp", c.addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	store, err := open(ctx, c, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	drafts, err := web.OpenDrafts(filepath.Join(c.dir, "drafts"))
	if err != nil {
		return err
	}
	o := web.Options{Title: "CRM", Drafts: drafts, Names: []string{"name", "email", "country", "city", "plan"}}
	o.API = httpapi.Options{Schema: crmSchemaOnce(), Logger: slog.Default(), Authorize: onlyHere(listener.Addr())}
	clock := startClock(ctx, c.simulate, store.Index().Now(), out)
	if clock != nil {
		o.Clock = clock
	}
	host := live.New(store, live.Options{Log: slog.Default(), Clock: hostClock(clock)})
	defer func() { err = errors.Join(err, host.Close()) }()
	stats, found := host.Stats(), store.Opened()
	fmt.Fprintf(out, "%d contacts with %d events in %d segments, opened in %v\nhttp://%s\n",
		stats.Contacts, stats.Events, stats.Segments, found.Took.Round(time.Millisecond), listener.Addr())
	return serve(ctx, listener, web.Handler(host, o))
}

// open opens the store, and makes it at the first start.
func open(ctx context.Context, c config, out io.Writer) (*durable.Store, error) {
	o := durable.Options{Index: index.Options{Schema: crmSchema(), Strict: true, Shards: min(runtime.NumCPU(), 8)}, History: 50_000}
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return nil, err
	}
	path := filepath.Join(c.dir, "store")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		began := time.Now()
		if err := build(ctx, c.dir, crowd{c.seed, c.contacts, time.Now().UTC()}, o, out); err != nil {
			return nil, err
		}
		fmt.Fprintf(out, "made in %v\n", time.Since(began).Round(100*time.Millisecond))
	}
	return durable.Open(path, o)
}

// crmSchemaOnce gives the same schema to each request.
func crmSchemaOnce() func() *segment.Schema {
	s := crmSchema()
	return func() *segment.Schema { return s }
}

// onlyHere refuses requests whose Host is not that of the program: a page of another site could
// have its name point here, and then read all there is.
func onlyHere(addr net.Addr) func(*http.Request) error {
	_, port, _ := net.SplitHostPort(addr.String())
	allowed := map[string]bool{addr.String(): true}
	for _, name := range []string{"127.0.0.1", "localhost", "::1"} {
		allowed[net.JoinHostPort(name, port)] = true
	}
	return func(r *http.Request) error {
		if !allowed[r.Host] {
			return fmt.Errorf("the request is for %q", r.Host)
		}
		return nil
	}
}

// serve serves until the context ends.
func serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute}
	go func() {
		<-ctx.Done()
		soon, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if server.Shutdown(soon) != nil {
			server.Close() // the feed of a page goes on for ever
		}
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
