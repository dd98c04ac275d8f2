package tests

import (
	"bufio"
	"bytes"
	"encoding"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/document"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
)

var updateBinary = flag.Bool("update-binary", false, "write ../testdata/binary anew: only for a version of the format that is not released")

// binaryForm is what can be written as bytes and read back.
type binaryForm interface {
	encoding.BinaryMarshaler
	encoding.BinaryAppender
}

// someBinary are an update, a diff and a segment of each kind there is.
func someBinary() (all []binaryForm) {
	at := time.Date(2026, 1, 31, 10, 0, 0, 123_456_789, time.FixedZone("", 3600))
	old := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	late := time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
	return []binaryForm{
		segment.Update{Contact: "ann", At: at},
		segment.Update{Contact: "ann", At: at, Delete: true},
		segment.Update{Contact: "ann", At: old, Create: true, Join: []string{"a", "b"}, Leave: []string{"c"}, Retract: []string{"1", "2"}},
		segment.Update{Contact: "zoë", At: late, Events: []segment.Event{{ID: "1", Name: "opened", At: at}, {ID: "2", Name: "bought", At: old, Props: segment.Document(`{"b" : 1, "a": "<x>"}`)}}},
		segment.Update{Contact: "ann", At: at, Set: map[string]segment.Value{
			"null": {}, "yes": segment.Bool(true), "no": segment.Bool(false), "int": segment.Int(-5), "float": segment.Number(0.1), "third": rule.RatValue(big.NewRat(1, 3)), "long": segment.Duration(-90 * time.Minute),
			"text": segment.Text("é"), "time": segment.Time(at), "date": segment.Date(2026, 1, 31), "length": segment.Duration(90 * time.Minute),
			"list": segment.List(segment.Int(1), segment.List(segment.Text("a"))), "object": segment.Object(segment.Member{Name: "b", Value: segment.Int(2)}, segment.Member{Name: "a", Value: segment.Value{}}),
		}},
		segment.Diff{Revision: 1, Step: 3, Contact: "ann", Segment: "fr", Definition: 2, Entered: true, At: at, Cause: segment.CauseEvent},
		segment.Diff{Revision: 1 << 40, Step: 1 << 40, Contact: "ann", Segment: "fr", At: old, Cause: segment.CauseDefinition},
		segment.Diff{Contact: "ann", Segment: "fr", At: late},
		segment.Segment{ID: "fr", Name: "French", Condition: segment.MustParse(`country = "FR" AND COUNT(opened WHERE campaign = "x") >= 5 IN LAST 30 days`)},
		segment.Segment{ID: "all", Condition: rule.Everyone{}},
	}
}

// readBinary reads bytes as one of a kind.
func readBinary(kind string, b []byte) (binaryForm, error) {
	switch kind {
	case "segment.Update":
		var u segment.Update
		err := u.UnmarshalBinary(b)
		return u, err
	case "segment.Diff":
		var d segment.Diff
		err := d.UnmarshalBinary(b)
		return d, err
	}
	var s segment.Segment
	err := s.UnmarshalBinary(b)
	return s, err
}

// binaryComesBack checks that bytes give back what they were made of: as JSON says it, since
// that has instants in UTC and each value exactly.
func binaryComesBack(t *testing.T, v binaryForm) []byte {
	t.Helper()
	kind := fmt.Sprintf("%T", v)
	b, err := v.MarshalBinary()
	if err != nil {
		t.Fatalf("%s %v: %v", kind, v, err)
	}
	again, err := readBinary(kind, b)
	if err != nil {
		t.Fatalf("%s %v: %v", kind, v, err)
	}
	if want, got := jsonText(t, canonicalProps(v)), jsonText(t, again); want != got {
		t.Fatalf("%s\n%s\ncame back as\n%s", kind, want, got)
	}
	if c, err := again.AppendBinary([]byte("before")); err != nil || string(c) != "before"+string(b) {
		t.Fatalf("%s: written again it is %x, %v, and not %x", kind, c, err, b)
	}
	for n := range b {
		if _, err := readBinary(kind, b[:n]); err == nil {
			t.Fatalf("%s: %d of %d bytes are read", kind, n, len(b))
		}
	}
	if _, err := readBinary(kind, append(bytes.Clone(b), 0)); !errors.Is(err, segment.ErrValue) {
		t.Fatalf("%s: with a byte more: %v", kind, err)
	}
	return b
}

func jsonText(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// canonicalProps is an update with the properties of its events as they are kept.
func canonicalProps(v binaryForm) binaryForm {
	u, ok := v.(segment.Update)
	if !ok {
		return v
	}
	if u.Delete {
		return segment.Update{Contact: u.Contact, At: u.At, Delete: true}
	}
	events := make([]segment.Event, 0, len(u.Events))
	for _, e := range u.Events {
		if len(e.Props) > 0 {
			e.Props = document.Canonical(e.Props)
		}
		events = append(events, e)
	}
	if u.Events = events; len(events) == 0 {
		u.Events = nil
	}
	return u
}

func TestBinaryComesBack(t *testing.T) {
	for _, v := range someBinary() {
		binaryComesBack(t, v)
	}
}

// TestLawBinaryComesBack: random updates, diffs and definitions.
func TestLawBinaryComesBack(t *testing.T) {
	for seed := range uint64(3_000) {
		r, g := rand.New(rand.NewPCG(seed, 6)), ruletest.NewGrower(seed)
		x := g.Contact()
		u := segment.Update{Contact: fmt.Sprint("c", r.IntN(9)), At: ruletest.TestNow.Add(time.Duration(r.Int64N(1e15))), Set: x.Fields, Create: r.IntN(2) == 0, Delete: r.IntN(9) == 0}
		for name := range x.Lists {
			u.Join = append(u.Join, name)
		}
		if u.Validate() == nil {
			binaryComesBack(t, u)
		}
		d := segment.Diff{Revision: r.Uint64N(1 << 50), Contact: u.Contact, Segment: "s", Definition: r.Uint64N(9), Entered: u.Create, At: u.At, Cause: segment.Cause(r.IntN(6))}
		if r.IntN(2) == 0 {
			d.Step = d.Revision + r.Uint64N(1000)
		}
		binaryComesBack(t, d)
		if c := g.Condition(3, false); check.Condition(c, rule.Limits{}) == nil {
			c, err := segment.Parse(c.String()) // as rules are read
			if err != nil {
				t.Fatal(err)
			}
			binaryComesBack(t, segment.Segment{ID: "s", Name: "S", Condition: c})
		}
	}
}

// TestBinaryRefuses what could not be read back.
func TestBinaryRefuses(t *testing.T) {
	at := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	for name, v := range map[string]binaryForm{
		"no contact":      segment.Update{At: at},
		"no UTF-8":        segment.Update{Contact: "\xff", At: at},
		"no object":       segment.Update{Contact: "a", At: at, Events: []segment.Event{{ID: "1", Name: "e", At: at, Props: segment.Document(`[1]`)}}},
		"beyond 9999":     segment.Diff{Contact: "a", Segment: "s", At: at.AddDate(9000, 0, 0)},
		"unknown cause":   segment.Diff{Contact: "a", Segment: "s", At: at, Cause: 99},
		"step before":     segment.Diff{Contact: "a", Segment: "s", At: at, Revision: 5, Step: 4},
		"a segment's id":  segment.Segment{ID: "\xff", Condition: rule.Everyone{}},
		"a diff's names":  segment.Diff{Contact: "a", Segment: "\xff", At: at},
		"junk in a field": segment.Update{Contact: "a", At: at, Set: map[string]segment.Value{"a": segment.JSON("{")}},
	} {
		if b, err := v.AppendBinary([]byte("x")); err == nil || string(b) != "x" {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
	if _, err := (segment.Segment{ID: "s"}).MarshalBinary(); err == nil {
		t.Error("a segment without a condition was written")
	}
	for kind, b := range map[string]string{
		"segment.Update": "\x02", "segment.Diff": "\x02", "segment.Segment": "\x02",
	} {
		if _, err := readBinary(kind, []byte(b)); !errors.Is(err, segment.ErrValue) || !strings.Contains(err.Error(), "version 2") {
			t.Errorf("%s of a later version: %v", kind, err)
		}
	}
	// what an update that deletes says besides is ignored, also where it is wrong
	u := segment.Update{Contact: "a", At: at, Delete: true, Events: []segment.Event{{Props: segment.Document(`{`)}}}
	if b, err := u.MarshalBinary(); err != nil || len(b) > 20 {
		t.Errorf("%x, %v", b, err)
	}
}

const binaryGolden = "../testdata/binary/1.txt"

// TestGoldenBinary reads what earlier code has written, which is written so today: a line
// for each, with its kind, its bytes and its JSON.
func TestGoldenBinary(t *testing.T) {
	if *updateBinary {
		var out bytes.Buffer
		for _, v := range someBinary() {
			fmt.Fprintf(&out, "%T %x %s\n", v, binaryComesBack(t, v), jsonText(t, canonicalProps(v)))
		}
		if err := os.WriteFile(binaryGolden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(binaryGolden)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); n++ {
		parts := strings.SplitN(lines.Text(), " ", 3)
		b, err := hex.DecodeString(parts[1])
		if err != nil {
			t.Fatal(err)
		}
		v, err := readBinary(parts[0], b)
		if err != nil {
			t.Errorf("line %d: %v", n+1, err)
			continue
		}
		if diff := cmp.Diff(parts[2], jsonText(t, v)); diff != "" {
			t.Errorf("line %d: %s", n+1, diff)
		}
		if again, err := v.MarshalBinary(); err != nil || !bytes.Equal(again, b) {
			t.Errorf("line %d: written as %x, %v", n+1, again, err)
		}
	}
	if n < 10 {
		t.Errorf("only %d lines", n)
	}
}

// TestChain: the chain is of the diffs in their order, however they come.
func TestChain(t *testing.T) {
	at := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	a, b := segment.Diff{Revision: 1, Step: 2, Contact: "a", Segment: "s", Entered: true, At: at}, segment.Diff{Revision: 2, Step: 2, Contact: "b", Segment: "s", At: at}
	var none segment.Chain
	if none.Add() != 0 || none.Add(a, b) != none.Add(a).Add(b) || none.Add(a, b) == none.Add(b, a) {
		t.Error("the chain is not of the diffs in their order")
	}
	seen := map[segment.Chain]string{none.Add(a): "a"}
	for name, change := range map[string]func(d *segment.Diff){
		"revision": func(d *segment.Diff) { d.Revision++ }, "step": func(d *segment.Diff) { d.Step++ }, "contact": func(d *segment.Diff) { d.Contact = "b" },
		"segment": func(d *segment.Diff) { d.Segment = "t" }, "definition": func(d *segment.Diff) { d.Definition++ }, "entered": func(d *segment.Diff) { d.Entered = false },
		"at": func(d *segment.Diff) { d.At = d.At.Add(1) }, "cause": func(d *segment.Diff) { d.Cause++ },
	} {
		d := a
		change(&d)
		c := none.Add(d)
		if other, has := seen[c]; has {
			t.Errorf("%s: the chain is that of %s", name, other)
		}
		seen[c] = name
	}
	if same := a; none.Add(same) != none.Add(a) {
		t.Error("equal diffs have different chains")
	}
	inZone := a
	inZone.At = at.In(time.FixedZone("x", 7200))
	if none.Add(inZone) != none.Add(a) {
		t.Error("the zone of an instant makes a difference")
	}
}
