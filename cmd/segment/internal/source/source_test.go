package source

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// chunks returns the chunks of a text.
func chunks(t *testing.T, text string, o Options) (out []*Chunk) {
	t.Helper()
	o.Stdin = iotestReader(text)
	s, err := Open("-", o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for {
		c, err := s.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
}

// iotestReader gives a text a few bytes at a time.
func iotestReader(text string) io.Reader { return &slow{strings.NewReader(text)} }

type slow struct{ r io.Reader }

func (s *slow) Read(b []byte) (int, error) { return s.r.Read(b[:min(len(b), 7)]) }

// TestRecordsStayWhole cuts random CSV into small chunks: each record is read as encoding/csv
// reads it from the whole, and each chunk knows its first line.
func TestRecordsStayWhole(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.UseCRLF = seed%3 == 0
		var want [][]string
		for range r.IntN(60) {
			row := []string{"x"}
			for range 3 {
				row = append(row, strings.Repeat([]string{"a", "\"", "\n", ",", "é", " "}[r.IntN(6)], r.IntN(12)))
			}
			want = append(want, row)
			_ = w.Write(row)
		}
		w.Flush()
		text := b.String()
		var got [][]string
		line, whole := 1, ""
		for _, c := range chunks(t, text, Options{Format: "csv", Delimiter: ',', Chunk: 16 + r.IntN(100)}) {
			if c.Line != line || len(c.Faults) > 0 {
				t.Fatalf("seed %d: chunk at line %d, and not %d; %v", seed, c.Line, line, c.Faults)
			}
			rows, err := csv.NewReader(bytes.NewReader(c.Text)).ReadAll()
			if err != nil {
				t.Fatalf("seed %d: %v in %q", seed, err, c.Text)
			}
			got = append(got, rows...)
			line += bytes.Count(c.Text, []byte("\n"))
			whole += string(c.Text)
		}
		all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || len(all) != len(want) {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if whole != text || !slices.EqualFunc(got, all, func(a, b []string) bool { return slices.Equal(a, b) }) {
			t.Fatalf("seed %d: got %q, want %q", seed, got, all)
		}
	}
}

// TestNothingIsLost cuts random bytes: all lines are in a chunk, or one of the faults.
func TestNothingIsLost(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 2))
		var b strings.Builder
		for range r.IntN(400) {
			b.WriteString([]string{"a", "\"", "\n", ",", "\"\"", "\r\n"}[r.IntN(6)])
		}
		for _, format := range []string{"csv", "ndjson"} {
			lines, last := 0, 0
			for _, c := range chunks(t, b.String(), Options{Format: format, Delimiter: ',', Chunk: 16, MaxRow: 40}) {
				for _, p := range c.Faults {
					if p.Line < last {
						t.Fatalf("seed %d: a fault at line %d behind %d", seed, p.Line, last)
					}
					last = p.Line
				}
				lines += bytes.Count(c.Text, []byte("\n")) + len(c.Faults)
				if len(c.Text) > 100 {
					t.Fatalf("seed %d: a chunk of %d bytes", seed, len(c.Text))
				}
			}
			if want := strings.Count(b.String(), "\n"); lines < want || lines > want+1 {
				t.Errorf("seed %d, %s: %d lines of %d", seed, format, lines, want)
			}
		}
	}
}

// TestEachKeepsOrder parses on all cores and looks at the order, and ends early.
func TestEachKeepsOrder(t *testing.T) {
	var b strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&b, "{\"id\": %d}\n", i)
	}
	path := filepath.Join(t.TempDir(), "x.ndjson")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, stopAt := range []int{-1, 0, 7} {
		s, err := Open(path, Options{Chunk: 256})
		if err != nil {
			t.Fatal(err)
		}
		stop := errors.New("enough")
		n, text := 0, ""
		err = Each(context.Background(), s, func(c *Chunk) string { return string(c.Text) }, func(c *Chunk, got string) error {
			if c.Number != n {
				t.Fatalf("chunk %d behind %d", c.Number, n)
			}
			if n == stopAt {
				return stop
			}
			n++
			text += got
			return nil
		})
		if stopAt < 0 && (err != nil || text != b.String()) || stopAt >= 0 && !errors.Is(err, stop) {
			t.Errorf("stop at %d: %v, %d bytes", stopAt, err, len(text))
		}
		s.Close()
	}
}
