package tally

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/contacts"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
)

// BenchmarkCount counts 32 MiB of contacts with events: bytes a second.
func BenchmarkCount(b *testing.B) {
	var text strings.Builder
	for i := 0; text.Len() < 32<<20; i++ {
		fmt.Fprintf(&text, `{"id":"u%d","fields":{"country":"%s","plan":"pro","age":%d,"email":"user%d@example.com","tags":["a","b"],"city":"Berlin"},"events":[{"id":"e%d","name":"opened","at":"2026-03-%02dT09:00:00Z","props":{"campaign":"c1"}},{"id":"f%d","name":"purchase","at":"2026-02-%02dT09:00:00Z","props":{"campaign":"c1"}}],"lists":{"news":"2026-01-01T00:00:00Z"}}`+"\n",
			i, []string{"US", "DE", "FR"}[i%3], i%60, i, i, 1+i%28, i, 1+i%28)
	}
	path := filepath.Join(b.TempDir(), "contacts.ndjson")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, rule := range []string{`country = "US" AND plan != "free"`, `country = "US" AND COUNT(opened) >= 1 IN LAST 30 DAYS`} {
		b.Run(rule, func(b *testing.B) {
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				src, err := source.Open(path, source.Options{})
				if err != nil {
					b.Fatal(err)
				}
				in := Input{Contacts: src, Watch: contacts.Watch{Share: func(int64) {}, Problem: func(p *source.Problem) error { return p }}}
				if _, err := Run(context.Background(), in, Question{Condition: segment.MustParse(rule), At: time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)}); err != nil {
					b.Fatal(err)
				}
				src.Close()
			}
		})
	}
}
