package kafka

import (
	"fmt"
	"testing"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// TestRoll: who is dead holds for a lease from when it is read, whatever its clock says, and no
// longer; and who has not read for long reads on.
func TestRoll(t *testing.T) {
	fake := start(t)
	o := setup(t, fake, 1)
	o.Lease = 300 * time.Millisecond
	a := open(t, o)
	sign := func(name string) {
		t.Helper()
		if err := a.Sign(t.Context(), cluster.Member{Name: name}); err != nil {
			t.Fatal(err)
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
	sign("dead")
	want(a, "dead")
	time.Sleep(o.Lease + 10*time.Millisecond)
	sign("b")
	want(a, "b")
	late := open(t, o)
	want(late, "b", "dead") // it has just heard of both
	sign("b")
	time.Sleep(o.Lease - 50*time.Millisecond)
	sign("b")
	want(late, "b", "dead")
	time.Sleep(60 * time.Millisecond)
	want(late, "b")
	for range 5 {
		sign("c")
	}
	if err := fake.DeleteRecords(o.topic(kindSigns), 0, -1); err != nil {
		t.Fatal(err)
	}
	sign("a")
	want(late, "b") // what was between is gone: the next reading is right
	sign("a")
	want(late, "a", "b")
}
