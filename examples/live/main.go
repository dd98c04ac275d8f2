// Live is a service over real data: package durable keeps an index in a directory, package
// live drives it by the clock, and package httpapi answers to HTTP.
//
//	go run ./examples/live          # http://127.0.0.1:8090, in the directory live-data
//
// At its first start it takes the contacts and orders of the AdventureWorks sample, as if the
// last order had come today, and defines eight segments. From then on members leave when
// their time has come, though nobody calls. It can be killed at any moment: what it has
// answered is there when it is started again. README.md has a tour with curl.
//
// Read first.go (the first start) and main.go (all the rest).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/segmentrules/segment/durable"
	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/live"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8090", "where to listen")
	dir := flag.String("dir", "live-data", "the directory that everything is kept in")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *addr, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		os.Exit(1)
	}
}

// run serves until the context ends.
func run(ctx context.Context, addr, dir string) (err error) {
	store, err := durable.Open(dir, durable.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	host := live.New(store, live.Options{Log: slog.Default()})
	defer func() { err = errors.Join(err, host.Close()) }()
	found := store.Opened()
	if err := first(ctx, host); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Printf("%d contacts in %d segments, %d calls made again in %v; listening on http://%s\n",
		host.Stats().Contacts, host.Stats().Segments, found.Replayed, found.Took.Round(time.Millisecond), listener.Addr())
	server := &http.Server{
		Handler:           httpapi.Handler(host, httpapi.Options{Logger: slog.Default()}),
		ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute,
	}
	go func() {
		<-ctx.Done()
		soon, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if server.Shutdown(soon) != nil {
			server.Close() // streams go on for ever
		}
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
