package sql

import (
	"testing"

	"github.com/segmentrules/segment/internal/tidy"
)

// TestTidy: no file names what a later one declares, names have comments, large files open
// with their idea, and nothing is dead, as in the root module.
func TestTidy(t *testing.T) {
	faults, err := tidy.Faults(".",
		tidy.Pages(".", "doc.go", "error.go", "options.go", "setup.go", "heads.go", "queue.go", "engine.go", "watch.go", "open.go", "append.go", "read.go", "rows.go",
			"commit.go", "follow.go", "snapshot.go", "signs.go", "trim.go"),
	)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
}
