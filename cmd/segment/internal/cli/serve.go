package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/rules"
	"github.com/segmentrules/segment/durable"
	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/live"
)

// A serveFlags is the flags of serve.
type serveFlags struct {
	addr       string
	schemaFile string
	strict     bool
	otherwise  bool
	zone       string
}

// A serving is what serve says when it listens.
type serving struct {
	Listening string `json:"listening,omitempty"`
	Created   bool   `json:"created"`
	Contacts  int    `json:"contacts"`
	Segments  int    `json:"segments"`
	Replayed  int    `json:"replayed"`
	Torn      string `json:"torn,omitempty"`
}

func newServe(a *app) *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:   "serve DIRECTORY",
		Short: "Keep segments current in a directory, and serve them over HTTP",
		Long: `Serve opens the store in a directory, or makes one, keeps its segments current by the
clock, and answers over HTTP as the document at /openapi.json says. A browser gets a page to look
at segments and contacts and to make new segments. What it has answered is on the disk. It ends
at SIGINT or SIGTERM: requests under way are finished, and a snapshot is written.

Everybody who reaches the address may do everything: it is meant for the machine itself, or
to stand behind a proxy that asks who somebody is.`,
		Example: `  segment serve data --addr 127.0.0.1:8090`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return a.serve(c.Context(), &f, args[0]) },
	}
	c.Flags().StringVar(&f.addr, "addr", "127.0.0.1:8090", "address to listen on")
	c.Flags().StringVar(&f.schemaFile, "schema", "", "file with the schema that rules are checked against")
	c.Flags().BoolVar(&f.strict, "strict", false, "refuse updates that do not fit the schema")
	c.Flags().StringVar(&f.zone, "zone", "", "time zone of the calendar of a new store (default that of the schema, or UTC)")
	c.Flags().BoolVar(&f.otherwise, "other-environment", false, "open a store that was kept with another zone database or Unicode version")
	return c
}

func (a *app) serve(ctx context.Context, f *serveFlags, dir string) (err error) {
	schema, err := rules.Schema(f.schemaFile)
	if err != nil {
		return about(f.schemaFile, err)
	}
	if f.strict && schema == nil {
		return input("--strict needs a --schema")
	}
	o := durable.Options{OtherEnvironment: f.otherwise, Index: index.Options{Schema: schema, Strict: f.strict}}
	if f.zone != "" || schema != nil && schema.Zone != "" { // else that of the store
		if o.Index.Location, err = zoneOf(f.zone, schema); err != nil {
			return err
		}
	}
	listener, err := net.Listen("tcp", f.addr)
	if err != nil {
		return unreachable(err)
	}
	defer listener.Close()
	store, err := durable.Open(dir, o)
	if err != nil {
		return unreachable(err)
	}
	defer func() { err = errors.Join(err, unreachable(store.Close())) }()
	log := slog.New(slog.NewTextHandler(a.Err, nil))
	host := live.New(store, live.Options{Log: log})
	defer func() { err = errors.Join(err, unreachable(host.Close())) }()
	if err := a.listening(store, host, listener.Addr()); err != nil {
		return err
	}
	h, err := handler(host, dir, httpapi.Options{Logger: log, Schema: func() *segment.Schema { return schema }, Healthy: func(context.Context) error { return store.Err() }})
	if err != nil {
		return unreachable(err)
	}
	return a.listen(ctx, listener, h)
}

// listening says where, and what was found.
func (a *app) listening(store *durable.Store, host *live.Host, addr net.Addr) error {
	found, stats := store.Opened(), host.Stats()
	if a.json {
		return replyLine(a.Out, serving{Listening: addr.String(), Created: found.Created, Contacts: stats.Contacts, Segments: stats.Segments, Replayed: found.Replayed, Torn: found.Torn})
	}
	if found.Torn != "" {
		fmt.Fprintf(a.Err, "an interrupted write was cut off: %s\n", found.Torn)
	}
	return a.printf("%s in %s; listening on http://%s\n", counted(stats.Contacts, "contact"), counted(stats.Segments, "segment"), addr)
}

// listen serves until the context ends.
func (a *app) listen(ctx context.Context, listener net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute}
	ended := make(chan struct{})
	serving, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		defer close(ended)
		<-serving.Done()
		soon, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		if server.Shutdown(soon) != nil {
			server.Close() // streams go on for ever
		}
	}()
	err := server.Serve(listener)
	stop()
	<-ended
	if !errors.Is(err, http.ErrServerClosed) {
		return unreachable(err)
	}
	return nil
}
