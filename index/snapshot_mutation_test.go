package index_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"iter"
	"math/rand"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// preamble is the length of what stands before the frames of a snapshot.
const preamble = 12

// frames calls f with the header and the payload of each frame.
func frames(b []byte, f func(header, payload []byte)) {
	for at := preamble; at+14 <= len(b); {
		n := int(binary.LittleEndian.Uint32(b[at+2:]))
		if at+14+n > len(b) {
			return
		}
		f(b[at:at+10], b[at+10:at+10+n])
		at += 14 + n
	}
}

// seal makes all checksums of a snapshot fit its bytes.
func seal(b []byte) {
	table := crc32.MakeTable(crc32.Castagnoli)
	sum := crc32.Checksum(b[:preamble], table)
	at := preamble
	frames(b, func(header, payload []byte) {
		binary.LittleEndian.PutUint32(header[6:], crc32.Checksum(header[:6], table))
		sum = crc32.Update(crc32.Update(sum, table, header), table, payload)
		at += 14 + len(payload)
		binary.LittleEndian.PutUint32(b[at-4:], sum)
	})
}

func TestSealIsWhatSnapshotDoes(t *testing.T) {
	b := snapshot(t, eventful(t))
	sealed := slices.Clone(b)
	sealed[preamble+6] ^= 1
	sealed[len(sealed)-1] ^= 1
	if seal(sealed); !bytes.Equal(b, sealed) {
		t.Error("seal gives other bytes")
	}
}

// mutations is how many are tried: few every day, and more where the environment
// says CI.
func mutations(few, many int) int {
	if os.Getenv("CI") != "" && !testing.Short() {
		return many
	}
	return few
}

// TestEveryMutationIsAnError changes a snapshot at every byte, and cuts it off
// there: what chance does to the bytes is never taken for a snapshot.
func TestEveryMutationIsAnError(t *testing.T) {
	everyMutationIsAnError(t, snapshot(t, eventful(t)), mutations(1_000, 60_000), func(b []byte) error {
		_, err := index.Restore(bytes.NewReader(b), index.Options{})
		return err
	})
}

func TestEveryMutationOfShardsIsAnError(t *testing.T) {
	everyMutationIsAnError(t, snapshot(t, eventfulShards(t)), mutations(500, 20_000), func(b []byte) error {
		_, err := restoreInto(3, bytes.NewReader(b), index.Options{})
		return err
	})
}

// eventfulShards is as [eventful], in three shards.
func eventfulShards(t testing.TB) *index.Index {
	t.Helper()
	s, err := restoreInto(3, bytes.NewReader(snapshot(t, eventful(t))), index.Options{Verify: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func everyMutationIsAnError(t *testing.T, good []byte, tries int, restore func([]byte) error) {
	t.Helper()
	if err := restore(good); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewSource(1))
	b, order := slices.Clone(good), r.Perm(len(good))
	for i := range tries {
		at := order[i%len(good)]
		if i/len(good)%16 == 15 {
			if restore(good[:at]) == nil {
				t.Fatalf("cut off after %d bytes: no error", at)
			}
			continue
		}
		b[at] ^= byte(1 + r.Intn(255))
		if restore(b) == nil {
			t.Fatalf("byte %d was %d and is %d: no error", at, good[at], b[at])
		}
		b[at] = good[at]
	}
}

// TestNoForgeryPasses changes what is behind the checksums, and makes them fit:
// an error or an index that passes Check, and never a panic, nor memory beyond
// what there is to read.
func TestNoForgeryPasses(t *testing.T) {
	t.Parallel()
	noForgeryPasses(t, snapshot(t, eventful(t)), mutations(300, 3_000))
	noForgeryPasses(t, snapshot(t, eventfulShards(t)), mutations(150, 1_500))
}

func noForgeryPasses(t *testing.T, good []byte, tries int) {
	t.Helper()
	r := rand.New(rand.NewSource(2))
	var places []int
	at := preamble
	frames(good, func(_, payload []byte) {
		for i := range payload {
			places = append(places, at+10+i)
		}
		at += 14 + len(payload)
	})
	r.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	restored := 0
	for i := range tries {
		b := slices.Clone(good)
		at := places[i%len(places)]
		b[at] ^= byte(1 + r.Intn(255))
		if r.Intn(4) == 0 { // two at once, near each other
			if next := at + 1 + r.Intn(8); slices.Contains(places, next) {
				b[next] = byte(r.Intn(256))
			}
		}
		seal(b)
		if forged(t, b) {
			restored++
		}
	}
	if restored == 0 {
		t.Error("none was restored: the test says nothing of what comes behind")
	}
	t.Logf("%d of %d were restored", restored, tries)
}

// forged restores a snapshot without trust and uses what comes of it. It reports
// whether there was something.
func forged(t *testing.T, b []byte) bool {
	t.Helper()
	ix, err := index.Restore(bytes.NewReader(b), index.Options{Verify: true})
	if err == nil {
		for err := range ix.Check() {
			t.Fatalf("restored, and Check says %v: %x", err, b)
		}
	}
	ix, unverified := index.Restore(bytes.NewReader(b), index.Options{})
	if err == nil && unverified != nil {
		t.Fatalf("Verify lets pass what is refused without it: %v", unverified)
	}
	if unverified == nil {
		use(ix)
		s, err := restoreInto(2, bytes.NewReader(b), index.Options{})
		if err != nil {
			t.Fatalf("what gives an index gives no two shards: %v", err)
		}
		use(s)
	}
	return err == nil
}

type user interface {
	keeper
	Check() iter.Seq[error]
	Defined() []segment.Segment
	Metrics(id string) (index.Metrics, bool)
	Contact(id string) (segment.Contact, bool)
}

// use makes all kinds of calls of an index: none may panic.
func use(ix user) {
	ix.Hash()
	for range ix.Check() {
	}
	for _, s := range ix.Defined() {
		ix.Members(s.ID).Len()
		ix.Metrics(s.ID)
		ix.Preview(s.Condition)
	}
	if x, ok := ix.Contact("ann"); ok {
		for range x.Events("") {
		}
	}
	ix.Due()
	to := ix.Now().AddDate(0, 0, 3)
	ix.Advance(to, 3)
	ix.Advance(to, 20)
	now := ix.Now()
	ix.Apply(segment.Update{Contact: "ann", At: now, Set: map[string]segment.Value{"plan": segment.Text("new"), "visits": segment.Int(1)},
		Retract: []string{"1"}, Events: []segment.Event{{ID: "7", Name: "bought", At: now, Props: []byte(`{"sku":"x"}`)}}, Leave: []string{"trial"}})
	ix.Apply(segment.Update{Contact: "bob", At: now, Delete: true})
	ix.Hash()
}

// TestHostileLengths gives every number of a snapshot in turn the greatest value:
// none makes Restore allocate what there is not.
func TestHostileLengths(t *testing.T) {
	hostileLengths(t, snapshot(t, eventful(t)), mutations(7, 1))
	hostileLengths(t, snapshot(t, eventfulShards(t)), mutations(19, 1))
}

func hostileLengths(t *testing.T, good []byte, step int) {
	t.Helper()
	huge := binary.AppendUvarint(nil, 1<<31-1)
	at := preamble
	var before, after runtime.MemStats
	frames(good, func(header, payload []byte) {
		from := at
		at += 14 + len(payload)
		for i := 0; i < len(payload); i += step {
			b := slices.Clone(good[:from])
			grown := slices.Concat(header, payload[:i], huge, payload[min(i+1, len(payload)):])
			binary.LittleEndian.PutUint32(grown[2:], uint32(len(grown)-10))
			b = append(append(b, grown...), 0, 0, 0, 0)
			b = append(b, good[at:]...)
			seal(b)
			runtime.ReadMemStats(&before)
			_, _ = index.Restore(bytes.NewReader(b), index.Options{})
			if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 8<<20 {
				t.Errorf("section %d, byte %d: %d bytes were allocated", header[0], i, after.TotalAlloc-before.TotalAlloc)
			}
		}
	})
}

func FuzzRestore(f *testing.F) {
	f.Add(snapshot(f, index.New(index.Options{})))
	f.Add(snapshot(f, eventful(f)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := index.Restore(bytes.NewReader(b), index.Options{}); err == nil && len(b) < preamble {
			t.Error("restored from nothing")
		}
		if len(b) > preamble {
			b = slices.Clone(b)
			seal(b)
			forged(t, b)
		}
	})
}

// Nobody is due by the row of a contact that was deleted: dealt to another number
// of shards it would be somebody else's, or nobody's.
func TestNobodyIsDue(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ix := index.New(index.Options{})
	updated(t, ix, segment.Update{Contact: "c", At: at})
	updated(t, ix, segment.Update{Contact: "c", At: at.Add(1), Delete: true})
	ix.SayDue(0)
	var b bytes.Buffer
	if err := ix.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	for shards := range 3 {
		s, err := restoreInto(shards+1, bytes.NewReader(b.Bytes()), index.Options{})
		if err == nil {
			t.Error("a contact that does not exist is due")
			s.Advance(at.Add(time.Hour), 0)
		}
	}
}
