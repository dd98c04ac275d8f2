package tally

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/contacts"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
)

// TestShareIsNotAhead compares the bytes that are told with the rows that have been dealt
// with: a row that is wrong is told of before its bytes are, and at the end all are.
func TestShareIsNotAhead(t *testing.T) {
	var text bytes.Buffer
	var starts []int // of the lines
	for i := range 60_000 {
		starts = append(starts, text.Len())
		if i%50 == 7 {
			fmt.Fprintf(&text, "{\"id\": %d,}\n", i)
		} else {
			fmt.Fprintf(&text, "{\"id\": \"c%d\", \"age\": %d}\n", i, i%90)
		}
	}
	path := filepath.Join(t.TempDir(), "contacts.ndjson")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := source.Open(path, source.Options{Chunk: 16 << 10})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	told, steps := int64(0), 0
	r, err := Run(context.Background(), Input{Contacts: src, Watch: contacts.Watch{
		Share: func(n int64) {
			told += n
			steps++
		},
		Problem: func(p *source.Problem) error {
			if told > int64(starts[p.Line-1]) {
				t.Fatalf("%d bytes are told before line %d, which starts at %d", told, p.Line, starts[p.Line-1])
			}
			if behind := int64(starts[p.Line-1]) - told; behind > 40<<10 {
				t.Fatalf("the share is %d bytes behind", behind)
			}
			return nil
		},
	}}, Question{Condition: segment.MustParse("age > 18")})
	if err != nil || r.LeftOut != 1200 || r.Of != 58_800 {
		t.Fatalf("%+v, %v", r, err)
	}
	if told != int64(text.Len()) || src.Size != told || steps < 50 {
		t.Errorf("%d of %d bytes were told, in %d steps", told, text.Len(), steps)
	}
}
