package query

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/client"
)

// BenchmarkCluster: questions to three members in this process over loopback, which have 256
// partitions and 100,000 contacts.
func BenchmarkCluster(b *testing.B) {
	const partitions, contacts = 256, 100_000
	f := cluster.NewFake()
	p, err := client.NewProducer(f, client.Options{Name: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	if err := p.BeginEpoch(b.Context(), cluster.Epoch{Number: 1, Environment: segment.EnvironmentHere()}); err != nil {
		b.Fatal(err)
	}
	if err := p.Define(b.Context(), segment.Segment{ID: "tenth", Condition: segment.MustParse(`n < 10`)}); err != nil {
		b.Fatal(err)
	}
	var us []segment.Update
	for i := range contacts {
		us = append(us, segment.Update{Contact: fmt.Sprint("contact-", i), Set: map[string]segment.Value{"n": segment.Int(int64(i % 100)), "plan": segment.Text([]string{"pro", "free"}[i%2])}})
	}
	if err := p.Publish(b.Context(), us...); err != nil {
		b.Fatal(err)
	}
	members := []string{"a", "b", "c"}
	var signs steady
	owners := cluster.Shares(members, partitions)
	for _, name := range members {
		own := make(still, partitions)
		for p := range own {
			if owners[p] != name {
				continue
			}
			w, err := cluster.NewWorker(f, p, cluster.Options{})
			if err != nil {
				b.Fatal(err)
			}
			for idle := false; !idle; {
				if idle, err = w.Step(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			own[p] = w
		}
		s := httptest.NewServer(Handler(own, HandlerOptions{}))
		b.Cleanup(s.Close)
		signs = append(signs, cluster.Member{Name: name, Address: s.URL})
	}
	c, err := New(signs, Options{})
	if err != nil {
		b.Fatal(err)
	}
	rule := segment.MustParse(`n > 20 AND plan != "pro"`)
	for name, ask := range map[string]func() error{
		"count":   func() error { _, _, err := c.Count(b.Context(), rule); return err },
		"preview": func() error { _, _, err := c.Preview(b.Context(), rule, 0); return err },
		"members": func() error { _, _, err := c.Members(b.Context(), "tenth"); return err },
		"overlap": func() error { _, _, err := c.Overlap(b.Context(), "tenth", "tenth"); return err },
		"explain": func() error { _, _, err := c.Explain(b.Context(), "contact-7", "tenth"); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Steady members always live.
type steady []cluster.Member

func (s steady) Sign(context.Context, cluster.Member) error        { return nil }
func (s steady) Leave(context.Context, string) error               { return nil }
func (s steady) Members(context.Context) ([]cluster.Member, error) { return s, nil }
