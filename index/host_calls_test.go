package index_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// A Frozen is the state of its moment, whatever happens afterwards.
func TestFreezeIsAMoment(t *testing.T) {
	ix := index.New(index.Options{Shards: 2})
	defined(t, ix, newYear, "pro", `plan = "pro"`)
	set := func(contact, plan string) {
		t.Helper()
		apply(t, ix, segment.Update{Contact: contact, At: newYear, Set: map[string]segment.Value{"plan": segment.Text(plan)}})
	}
	for i := range 100 {
		set(fmt.Sprint(i), "pro")
	}
	want := ix.Hash()
	f := ix.Freeze()
	for i := range 100 {
		set(fmt.Sprint(i), "free")
	}
	if f.Revision() != 100 || !f.Now().Equal(newYear) || ix.Revision() != 200 {
		t.Errorf("revision %d at %s, and %d now", f.Revision(), f.Now(), ix.Revision())
	}
	var b bytes.Buffer
	if n, err := f.WriteTo(&b); err != nil || n != int64(b.Len()) {
		t.Fatalf("%d of %d bytes: %v", n, b.Len(), err)
	}
	again, err := index.Restore(&b, index.Options{Verify: true})
	if err != nil {
		t.Fatal(err)
	}
	if again.Hash() != want || again.Revision() != 100 || again.Members("pro").Len() != 100 {
		t.Error("another state than that of the moment")
	}
	full := errors.New("the disk is full")
	if _, err := f.WriteTo(failing{full}); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
}

// A field that is added to the schema is known at once; what is defined stays what it was.
func TestSchemaOfALiveIndex(t *testing.T) {
	plain := &segment.Schema{Fields: map[string]schema.FieldType{"plan": {Kind: rule.KindText}}}
	more := &segment.Schema{Fields: map[string]schema.FieldType{"plan": {Kind: rule.KindText, Fold: true}, "seats": {Kind: rule.KindNumber}}}
	ix := index.New(index.Options{Schema: plain, Strict: true})
	defined(t, ix, newYear, "old", `plan = "pro"`)
	seats := segment.Update{Contact: "ann", At: newYear, Set: map[string]segment.Value{"plan": segment.Text("PRO"), "seats": segment.Int(3)}}
	if _, err := ix.Apply(seats); err == nil {
		t.Fatal("a field that the schema does not know was taken")
	}
	if _, err := ix.Count(segment.MustParse("seats > 2")); !errors.Is(err, segment.ErrUnknown) {
		t.Errorf("%v", err)
	}
	if err := ix.SetSchema(more); err != nil {
		t.Fatal(err)
	}
	apply(t, ix, seats)
	defined(t, ix, newYear, "new", `plan = "pro" AND seats > 2`)
	if old, now := ix.Members("old").Len(), ix.Members("new").Len(); old != 0 || now != 1 {
		t.Errorf("%d and %d members, want 0 and 1", old, now)
	}
	// as a log would have it: the conditions that were kept, under another schema
	again := index.New(index.Options{Schema: plain})
	for _, s := range ix.Defined() {
		if _, err := again.DefineResolved(s, newYear); err != nil {
			t.Fatal(err)
		}
	}
	apply(t, again, seats)
	if old, now := again.Members("old").Len(), again.Members("new").Len(); old != 0 || now != 1 {
		t.Errorf("defined again: %d and %d members, want 0 and 1", old, now)
	}
	if _, err := again.DefineResolved(segment.Segment{ID: "x", Condition: rule.Not{}}, newYear); err == nil {
		t.Error("a condition that does not compile was taken")
	}
}

// What is kept is part of the state: Restore names what differs, and takes it if told to.
func TestRestoreTellsOfOtherOptions(t *testing.T) {
	was := index.Options{Retention: index.Retention{Newest: 3, Horizon: rule.Span{N: 30, Unit: rule.UnitDay}}, History: []string{"plan"}, Days: 7, Stays: true}
	ix := index.New(was)
	apply(t, ix, segment.Update{Contact: "ann", At: newYear})
	b := snapshot(t, ix)
	if _, err := index.Restore(bytes.NewReader(b), was); err != nil {
		t.Fatal(err)
	}
	for option, change := range map[string]func(o *index.Options){
		"Retention.Newest is 4, and in the snapshot 3":                  func(o *index.Options) { o.Retention.Newest = 4 },
		"Retention.Horizon is 31 days, and in the snapshot 30 days":     func(o *index.Options) { o.Retention.Horizon.N = 31 },
		`History is nil (all), and in the snapshot ["plan"]`:            func(o *index.Options) { o.History = nil },
		`History is ["country" "plan"], and in the snapshot ["plan"]`:   func(o *index.Options) { o.History = []string{"plan", "country"} },
		`Options.History is [], and in the snapshot ["plan"]`:           func(o *index.Options) { o.History = []string{} },
		"Options.Days is 400, and in the snapshot 7":                    func(o *index.Options) { o.Days = 0 },
		"Options.Days is 0, and in the snapshot 7":                      func(o *index.Options) { o.Days = -1 },
		"Options.Stays is false, and in the snapshot true (Options.Oth": func(o *index.Options) { o.Stays = false },
	} {
		opts := was
		change(&opts)
		if _, err := index.Restore(bytes.NewReader(b), opts); !errors.Is(err, segment.ErrValue) || !strings.Contains(err.Error(), option) {
			t.Errorf("%v\nwant %s", err, option)
		}
		opts.Otherwise = true
		if _, err := index.Restore(bytes.NewReader(b), opts); err != nil && opts.Stays == was.Stays {
			t.Errorf("%s: %v", option, err)
		}
	}
}
