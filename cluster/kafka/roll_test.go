package kafka

import (
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/segmentrules/segment/cluster"
)

// TestRoll: a sign holds for a lease from when it is read.
func TestRoll(t *testing.T) {
	n := roll{by: make(map[string]sign)}
	begin := time.Now()
	at := func(ms int) time.Time { return begin.Add(time.Duration(ms) * time.Millisecond) }
	hear := func(ms int, name, value string) {
		n.hear(&kgo.Record{Key: []byte(name), Value: []byte(value)}, at(ms))
	}
	want := func(ms int, names string) {
		t.Helper()
		if got := fmt.Sprint(n.living(time.Second, at(ms))); got != names {
			t.Errorf("after %d ms %s live, want %s", ms, got, names)
		}
	}
	want(0, "[]")
	hear(0, "b", " http://b")
	hear(100, "a", " ")
	want(900, "[{a } {b http://b}]")
	hear(950, "a", " x")
	want(1000, "[{a x} {b http://b}]")
	want(1001, "[{a x}]")
	hear(1100, "b", " ")
	hear(1200, "a", "") // it leaves
	want(1300, "[{b }]")
	want(2200, "[]")
}

// TestSigns: who has just begun holds for alive whoever has signed before, and reads on where
// signs are gone.
func TestSigns(t *testing.T) {
	fake := start(t)
	o := setup(t, fake, 1)
	o.Lease = time.Hour
	a := open(t, o)
	sign := func(names ...string) {
		t.Helper()
		for _, name := range names {
			if err := a.Sign(t.Context(), cluster.Member{Name: name}); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := func(e *Engine, names ...string) {
		t.Helper()
		var got []string
		members, err := e.Members(t.Context())
		for _, m := range members {
			got = append(got, m.Name)
		}
		if err != nil || fmt.Sprint(got) != fmt.Sprint(names) {
			t.Errorf("%q live, %v; want %q", got, err, names)
		}
	}
	sign("long ago")
	for range oldSigns/100 + 1 {
		names := make([]string, 100)
		for i := range names {
			names[i] = "b"
		}
		sign(names...)
	}
	want(a, "b") // it has not read what is so old
	sign("c")
	want(a, "b", "c")
	late := open(t, o)
	want(late, "b", "c")
	sign("gone")
	if err := fake.DeleteRecords(o.topic(kindSigns), 0, -1); err != nil {
		t.Fatal(err)
	}
	sign("d")
	want(late, "b", "c") // what was between is gone: the next reading is right
	sign("e")
	want(late, "b", "c", "e")
}
