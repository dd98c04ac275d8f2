package main

import (
	"testing"

	"github.com/segmentrules/segment/internal/tidy"
)

// TestTidy: no file names what a later one declares, names have comments, large files open
// with their idea, and nothing is dead, as in the root module.
func TestTidy(t *testing.T) {
	faults, err := tidy.Faults(".",
		tidy.Pages(".", "doc.go", "config.go", "guard.go", "segments.go", "people.go", "load.go", "engine.go", "line.go", "broker.go", "worker.go",
			"child.go child_linux.go child_bsd.go sleep_unix.go sleep_other.go", "event.go", "partition.go", "board.go", "told.go", "sight.go", "plan.go",
			"director.go", "watch.go", "ask.go", "verdict.go", "plain.go", "palette.go", "table.go", "paint.go", "page.go", "show.go", "main.go"),
	)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
}
