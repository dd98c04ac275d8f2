package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
)

// A stream is so many bytes of contacts as NDJSON, made as they are read. It notes the most
// memory that the heap had meanwhile.
type stream struct {
	left int64
	n    int
	row  func(i int) string
	rest []byte
	peak uint64
}

func (s *stream) Read(b []byte) (int, error) {
	s.peak = max(s.peak, heap())
	for len(s.rest) < len(b) && s.left > 0 {
		text := s.row(s.n)
		s.rest = append(s.rest, text...)
		s.left -= int64(len(text))
		s.n++
	}
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b, s.rest)
	s.rest = append(s.rest[:0], s.rest[n:]...)
	return n, nil
}

// heap is how many bytes the objects on the heap have, those that are not used any more and
// not collected yet among them.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// contactRow is a contact with events.
func contactRow(i int) string {
	return fmt.Sprintf(`{"id": "u%09d", "fields": {"country": "%s", "age": %d, "email": "user%d@example.com"}, "events": [{"id": "e%d", "name": "opened", "at": "2026-03-%02dT09:00:00Z", "props": {"campaign": "spring"}}], "lists": {"news": "2026-01-05T08:00:00Z"}}`+"\n",
		i, []string{"US", "DE", "FR"}[i%3], 16+i%60, i, i, 1+i%28)
}

// TestMemoryIsBounded counts and previews a stream: 64 MiB, or 1 GiB with SEGMENT_LARGE=1, and
// with -short 24 MiB but for the plain count. The bound is the same for all.
func TestMemoryIsBounded(t *testing.T) {
	everyday := int64(64 << 20)
	if os.Getenv("SEGMENT_LARGE") != "" {
		everyday = 1 << 30
	}
	const bound = 48 << 20
	check := func(t *testing.T, s *stream, args ...string) {
		size := everyday
		if testing.Short() && !strings.HasSuffix(t.Name(), "/count") {
			size = min(size, 24<<20)
		}
		t.Helper()
		runtime.GC()
		before := heap()
		s.left = size
		r := segmentWith(s, nil, args...)
		if r.code != 0 {
			t.Fatalf("%v: %s", args, r.err)
		}
		if int64(s.n) < size/300 {
			t.Fatalf("only %d rows were read", s.n)
		}
		if s.peak > before+bound {
			t.Errorf("%d MiB of the heap for %d MiB of input, and %d MiB before", s.peak>>20, size>>20, before>>20)
		}
		t.Logf("%d rows, %d MiB, heap at most %d MiB above %d MiB: %s", s.n, size>>20, (s.peak-min(s.peak, before))>>20, before>>20, strings.TrimSpace(strings.SplitN(r.out, "\n", 2)[0]))
	}
	const rule = `country != "US" AND DID opened IN LAST 14 DAYS`
	t.Run("count", func(t *testing.T) { check(t, &stream{row: contactRow}, "count", rule, "-") })
	t.Run("preview", func(t *testing.T) { check(t, &stream{row: contactRow}, "preview", rule, "-") })
	t.Run("csv", func(t *testing.T) {
		check(t, &stream{row: func(i int) string {
			if i == 0 {
				return "id,country,age,email\n"
			}
			return fmt.Sprintf("u%d,\"%s\",%d,user%d@example.com\n", i, []string{"US", "DE"}[i%2], i%60, i)
		}}, "count", "--format", "csv", `country = "US" AND age > 18`, "-")
	})
	t.Run("wrong rows", func(t *testing.T) {
		check(t, &stream{row: func(i int) string { return contactRow(i)[1+i%2:] }}, "count", "--keep-going", "--format", "ndjson", rule, "-")
	})
	t.Run("sorted events", func(t *testing.T) {
		people := t.TempDir() + "/people.ndjson"
		var b strings.Builder
		for i := range 100_000 {
			fmt.Fprintf(&b, "{\"id\": \"u%09d\", \"country\": \"DE\"}\n", i)
		}
		if err := os.WriteFile(people, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		b.Reset()
		check(t, &stream{row: func(i int) string {
			return fmt.Sprintf(`{"contact": "u%09d", "name": "opened", "at": "2026-03-%02dT09:00:00Z"}`+"\n", i/8, 1+i%28)
		}}, "count", "--events", "-", "--events-sorted", rule, people)
	})
}
