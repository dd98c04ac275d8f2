package kafka

import (
	"testing"

	"github.com/segmentrules/segment/internal/tidy"
)

// TestTidy: no file names what a later one declares, names have comments, large files open
// with their idea, and nothing is dead, as in the root module.
func TestTidy(t *testing.T) {
	faults, err := tidy.Faults(".",
		tidy.Pages(".", "doc.go", "error.go", "options.go", "topic.go", "check.go", "setup.go", "route.go", "fetch.go", "session.go", "ends.go", "roll.go", "engine.go",
			"input.go", "append.go", "output.go", "follow.go", "list.go", "snap.go", "trim.go", "signs.go"),
	)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
}
