package query

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/httpapi"
)

// serve lets members answer for some partitions each, in order of their names.
func serve(t *testing.T, f *cluster.Fake, partitions int, handlers ...http.Handler) (signed func()) {
	t.Helper()
	var members []cluster.Member
	for i, h := range handlers {
		s := httptest.NewServer(h)
		t.Cleanup(s.Close)
		members = append(members, cluster.Member{Name: string(rune('a' + i)), Address: s.URL})
	}
	signed = func() {
		for _, m := range members {
			if err := f.Sign(t.Context(), m); err != nil {
				t.Error(err)
			}
		}
	}
	signed()
	return signed
}

func newCluster(t *testing.T, f cluster.Signs, o Options) *Cluster {
	t.Helper()
	c, err := New(f, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// shortly is a context that ends before long.
func shortly(t *testing.T) context.Context {
	ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
	t.Cleanup(stop)
	return ctx
}

// TestIncomplete: what is missing is named, and what there is is of the others.
func TestIncomplete(t *testing.T) {
	all := stillWorld(t, 4)
	some := still{all[0], nil, all[2], nil}
	f := cluster.NewFake()
	serve(t, f, 4, Handler(some, HandlerOptions{Partitions: 4}))
	c := newCluster(t, f, Options{Partitions: 4})
	condition := segment.MustParse(`id != "x"`)
	n, at, err := c.Count(shortly(t), condition)
	var incomplete *IncompleteError
	if !errors.As(err, &incomplete) || !errors.Is(err, context.DeadlineExceeded) || !slices.Equal(incomplete.Missing, []int{1, 3}) || !strings.Contains(err.Error(), "1 3 (those who were asked") {
		t.Fatal(err)
	}
	want, _ := all[0].Index().Count(condition)
	more, _ := all[2].Index().Count(condition)
	if n != want+more || len(at) != 2 || at[0].Partition != 0 || at[1].Partition != 2 {
		t.Errorf("%d of %v, want %d and %d", n, at, want, more)
	}
	ids, at, err := c.Members(shortly(t), "not")
	if !errors.As(err, &incomplete) || len(ids) != all[0].Index().Members("not").Len()+all[2].Index().Members("not").Len() || len(at) != 2 {
		t.Errorf("%v of %v, %v", ids, at, err)
	}
	p, at, err := c.Preview(shortly(t), condition, 3)
	if !errors.As(err, &incomplete) || p.Count != n || len(at) != 2 || len(p.Sample) != 3 {
		t.Errorf("%+v of %v, %v", p, at, err)
	}
	if _, _, err := newCluster(t, cluster.NewFake(), Options{Partitions: 4}).Count(shortly(t), condition); !errors.As(err, &incomplete) || len(incomplete.Missing) != 4 || !strings.Contains(err.Error(), "no member") {
		t.Errorf("without members: %v", err)
	}
}

// TestElsewhere: a partition that its owner does not have is found with another member; one
// that is silent, or is not there, holds up nobody.
func TestElsewhere(t *testing.T) {
	all := stillWorld(t, 4)
	f := cluster.NewFake()
	owners := cluster.Shares([]string{"a", "b", "c"}, 4)
	own, other := make(still, 4), make(still, 4) // what a and b have: nothing of c's is with c
	for p, name := range owners {
		if name == "a" {
			own[p] = all[p]
		} else {
			other[p] = all[p]
		}
	}
	var silent atomic.Int64
	serve(t, f, 4, Handler(own, HandlerOptions{Partitions: 4}), Handler(other, HandlerOptions{Partitions: 4}),
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			silent.Add(1)
			w.WriteHeader(200)
			http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}))
	if err := f.Sign(t.Context(), cluster.Member{Name: "c0", Address: "http://127.0.0.1:1"}); err != nil { // nobody listens there
		t.Fatal(err)
	}
	c := newCluster(t, f, Options{Partitions: 4, Stall: 50 * time.Millisecond})
	ids, at, err := c.Members(soon(t), "not")
	if err != nil || len(at) != 4 {
		t.Fatal(at, err)
	}
	want := 0
	for p := range all {
		want += all[p].Index().Members("not").Len()
	}
	if len(ids) != want || want == 0 {
		t.Errorf("%d members, want %d", len(ids), want)
	}
	if !slices.Contains(owners, "c") || silent.Load() == 0 {
		t.Errorf("the silent one was not asked: owners %v", owners)
	}
}

// TestRefusedRequests: who may not ask, or is of another cluster, hears so at once.
func TestRefusedRequests(t *testing.T) {
	all := stillWorld(t, 2)
	f := cluster.NewFake()
	serve(t, f, 2, Handler(all, HandlerOptions{Partitions: 2, Authorize: func(r *http.Request) error {
		if r.Header.Get("Token") != "good" {
			return httpapi.Unauthenticated{}
		}
		return nil
	}}))
	var refused *RefusedError
	if _, _, err := newCluster(t, f, Options{Partitions: 2}).Members(soon(t), "pro"); !errors.As(err, &refused) || refused.Status != 401 || refused.Code != "unauthenticated" || refused.Member != "a" {
		t.Error(err)
	}
	token := &http.Client{Transport: withHeader{"good"}}
	if _, _, err := newCluster(t, f, Options{Partitions: 3, Client: token}).Members(soon(t), "pro"); !errors.As(err, &refused) || refused.Code != "partitions" {
		t.Error(err)
	}
	if _, _, err := newCluster(t, f, Options{Partitions: 2, Client: token}).Members(soon(t), "pro"); err != nil {
		t.Error(err)
	}
	if _, _, err := newCluster(t, f, Options{Partitions: 2, Client: token, MaxAnswer: 10}).Members(shortly(t), "pro"); !errors.As(err, new(*IncompleteError)) {
		t.Error(err)
	}
	for _, o := range []Options{{Partitions: -1}, {Stall: -1}, {MaxAnswer: -1}} {
		if _, err := New(f, o); err == nil {
			t.Errorf("%+v make a cluster", o)
		}
	}
	if _, err := New(nil, Options{}); err == nil {
		t.Error("a cluster without signs")
	}
}

// withHeader says who asks.
type withHeader struct{ token string }

func (h withHeader) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Token", h.token)
	return http.DefaultTransport.RoundTrip(r)
}

// TestSchema: conditions are resolved, or refused, before anybody is asked.
func TestSchema(t *testing.T) {
	c := newCluster(t, cluster.NewFake(), Options{Schema: &segment.Schema{Lists: []string{"news"}}})
	if _, _, err := c.Count(t.Context(), segment.MustParse(`IN LIST "nwes"`)); err == nil || !strings.Contains(err.Error(), "nwes") {
		t.Error(err)
	}
	c.SetSchema(nil)
	if _, _, err := c.Preview(shortly(t), segment.MustParse(`IN LIST "nwes"`), 0); !errors.As(err, new(*IncompleteError)) {
		t.Error(err)
	}
}

// TestAfter: an answer waits for what a producer has sent, also if that was refused, and is not
// behind one that was had before.
func TestAfter(t *testing.T) {
	w := newWorld(t, 2)
	w.define()
	w.shop(20)
	workers := make(still, 2)
	read := func() {
		t.Helper()
		for p := range workers {
			k, err := cluster.NewWorker(w.engine, p, cluster.Options{Partitions: 2})
			if err != nil {
				t.Fatal(err)
			}
			for idle := false; !idle; {
				if idle, err = k.Step(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			workers[p] = k
		}
	}
	read()
	old := slices.Clone(workers)
	signed := serve(t, w.engine, 2, Handler(workers, HandlerOptions{Partitions: 2, Patience: time.Millisecond}))
	c := newCluster(t, w.engine, Options{Partitions: 2})
	ann := segment.MustParse(`id = "ann"`)
	if n, _, err := c.After(w.producer.Sent()).Count(soon(t), ann); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	if err := w.producer.Publish(t.Context(), segment.Update{Contact: "ann", Create: true}); err != nil {
		t.Fatal(err)
	}
	if err := w.producer.Drop(t.Context(), "no such"); err != nil { // which is refused
		t.Fatal(err)
	}
	var incomplete *IncompleteError
	if _, at, err := c.After(w.producer.Sent()).Count(shortly(t), ann); !errors.As(err, &incomplete) || len(at) != 0 || !strings.Contains(err.Error(), "has not read") {
		t.Error(at, err)
	}
	if n, _, err := c.Count(soon(t), ann); n != 0 || err != nil {
		t.Error(n, err)
	}
	read()
	signed()
	if n, _, err := c.After(w.producer.Sent()).Count(soon(t), ann); n != 1 || err != nil {
		t.Error(n, err)
	}
	copy(workers, old) // as by a member that was asleep
	signed()
	if n, at, err := c.Count(shortly(t), ann); !errors.As(err, &incomplete) {
		t.Errorf("answers go back: %d of %v, %v", n, at, err)
	}
	if n, _, err := newCluster(t, w.engine, Options{Partitions: 2}).Count(soon(t), ann); n != 0 || err != nil {
		t.Error(n, err)
	}
}
