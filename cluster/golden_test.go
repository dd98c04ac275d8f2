package cluster

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

var update = flag.Bool("update", false, "append what testdata/version1.golden lacks")

const goldenFile = "testdata/version1.golden"

// golden is what is written with version 1 of the formats.
func golden() (names []string, all map[string]any) {
	at := time.Date(2026, 2, 3, 4, 5, 6, 7, time.UTC)
	epoch := Epoch{3, 256, segment.Environment{Meaning: 2, Unicode: "15.0.0", Zones: "0123456789abcdef"}}
	all = map[string]any{
		"message-updates": &Message{Kind: KindUpdates, Producer: "shop", Number: 300, Updates: []segment.Update{
			{Contact: "ann", At: noInstant, Set: map[string]segment.Value{"plan": segment.Text("pro"), "age": segment.Int(33)}, Join: []string{"trial"}},
			{Contact: "ann", At: noInstant, Events: []segment.Event{{ID: "e1", Name: "opened", At: at, Props: []byte(`{"n":1}`)}}, Create: true},
			{Contact: "ann", At: noInstant, Delete: true}}},
		"message-define": &Message{Kind: KindDefine, Segment: segment.Segment{ID: "pro", Name: "Pro", Condition: segment.MustParse(`plan = "pro" AND COUNT(opened) > 2 IN LAST 3 days`)}},
		"message-drop":   &Message{Kind: KindDrop, Producer: "admin", Number: 1, Segment: segment.Segment{ID: "pro"}},
		"message-tick":   &Message{Kind: KindTick},
		"message-epoch":  &Message{Kind: KindEpoch, Epoch: epoch},
		"commit-empty":   &Commit{Upto: 7},
		"commit-diffs": &Commit{Upto: 1 << 40, Done: 9, Refused: 2, Epoch: epoch, Revision: 11, Chain: 0xfedcba9876543210, Diffs: []segment.Diff{
			{Revision: 10, Step: 11, Contact: "ann", Segment: "pro", Definition: 4, Entered: true, At: at, Cause: segment.CauseEvent},
			{Revision: 11, Step: 11, Contact: "bob", Segment: "pro", Definition: 4, At: at, Cause: segment.CauseTime}}},
		"snapshot-head": &imageHead{Commit{Upto: 5, Done: 3, Revision: 3, Epoch: epoch, Chain: 1}, senders{685, map[string]uint64{"all admin": 2, "one shop": 300}, map[string]uint64{"one shop.old": 7}}},
	}
	return []string{"message-updates", "message-define", "message-drop", "message-tick", "message-epoch", "commit-empty", "commit-diffs", "snapshot-head"}, all
}

// encode is what is written of one of them.
func encode(v any) ([]byte, error) {
	if h, ok := v.(*imageHead); ok {
		return h.append(nil), nil
	}
	return v.(interface {
		AppendBinary([]byte) ([]byte, error)
	}).AppendBinary(nil)
}

// decode reads one of the kind of v.
func decode(v any, b []byte) (any, error) {
	if _, ok := v.(*imageHead); ok {
		h, rest, err := readImageHead(b)
		if err == nil && len(rest) > 0 {
			err = errors.New("bytes behind the end")
		}
		return &h, err
	}
	out := reflect.New(reflect.TypeOf(v).Elem()).Interface()
	return out, out.(interface{ UnmarshalBinary([]byte) error }).UnmarshalBinary(b)
}

// TestGolden: what version 1 has written is read for ever, and is still what is written.
func TestGolden(t *testing.T) {
	names, all := golden()
	text, err := os.ReadFile(goldenFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	kept := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, b, _ := strings.Cut(strings.TrimSpace(line), " ")
		kept[name] = b
	}
	for _, name := range names {
		b, err := encode(all[name])
		if err != nil {
			t.Fatal(name, err)
		}
		if kept[name] == "" && *update {
			kept[name] = hex.EncodeToString(b)
			text = fmt.Appendf(text, "%s %s\n", name, kept[name])
		}
		if kept[name] != hex.EncodeToString(b) {
			t.Errorf("%s is\n%x, and was\n%s", name, b, kept[name])
		}
		old, err := hex.DecodeString(kept[name])
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := decode(all[name], old)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, err := encode(got)
		if is, want := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", all[name]); err != nil || is != want || !bytes.Equal(again, old) {
			t.Errorf("%s is read as\n%s, %v; want\n%s", name, is, err, want)
		}
	}
	if *update {
		if err := os.WriteFile(goldenFile, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDamage: bytes that are cut off, that have one more, or of which one bit is flipped are
// never read as something else: they are an error, or what they say is written so.
func TestDamage(t *testing.T) {
	names, all := golden()
	for _, name := range names {
		v := all[name]
		b, err := encode(v)
		if err != nil {
			t.Fatal(err)
		}
		for n := range b {
			if _, err := decode(v, b[:n]); err == nil {
				t.Errorf("%s, cut off at byte %d, is read", name, n)
			}
		}
		if _, err := decode(v, append(bytes.Clone(b), 0)); err == nil {
			t.Errorf("%s with a byte more is read", name)
		}
		for bit := range len(b) * 8 {
			bad := bytes.Clone(b)
			bad[bit/8] ^= 1 << (bit % 8)
			got, err := decode(v, bad)
			if err != nil {
				continue
			}
			if name == "snapshot-head" {
				t.Errorf("%s with bit %d flipped is read", name, bit)
			}
			if _, err := encode(got); err != nil {
				t.Errorf("%s with bit %d flipped is read as %+v, which cannot be written: %v", name, bit, got, err)
			}
		}
		later := bytes.Clone(b)
		later[2]++
		var version *VersionError
		if _, err := decode(v, later); !errors.As(err, &version) || version.Version != 2 {
			t.Errorf("%s of version 2: %v", name, err)
		}
	}
}

// TestPartition holds the function of contacts to what it always was, and to fairness.
func TestPartition(t *testing.T) {
	for contact, want := range map[string][2]int{"": {127, 59}, "ann": {241, 57}, "bob": {126, 22}, "contact-1000000": {156, 44}, "ü": {210, 34}} {
		if got := [2]int{Partition(contact, 256), Partition(contact, 100)}; got != want {
			t.Errorf("%q: %v, want %v", contact, got, want)
		}
	}
	for _, partitions := range []int{1, 2, 3, 64, 256} {
		counts := make([]int, partitions)
		const each = 1000
		for i := range each * partitions {
			counts[Partition(fmt.Sprint("contact-", i), partitions)]++
		}
		for p, n := range counts {
			if n < each*85/100 || n > each*115/100 {
				t.Errorf("partition %d of %d has %d contacts, want about %d", p, partitions, n, each)
			}
		}
	}
}
