package main

import (
	"testing"

	"github.com/segmentrules/segment/internal/tidy"
)

// TestTidy: no file names what a later one declares, names have comments, large files open
// with their idea, and nothing is dead, as in the root module.
func TestTidy(t *testing.T) {
	m, err := tidy.Load(".")
	if err != nil {
		t.Fatal(err)
	}
	book := tidy.Book{Folder: "."}
	for _, files := range [][]string{{"doc.go"}, {"config.go"}, {"guard.go"}, {"segments.go"}, {"people.go"}, {"load.go"}, {"engine.go"}, {"line.go"}, {"broker.go"}, {"worker.go"},
		{"child.go", "child_linux.go", "child_bsd.go", "sleep_unix.go", "sleep_other.go"}, {"event.go"}, {"partition.go"}, {"board.go"}, {"told.go"}, {"sight.go"},
		{"plan.go"}, {"director.go"}, {"watch.go"}, {"ask.go"}, {"verdict.go"}, {"plain.go"}, {"palette.go"}, {"table.go"}, {"paint.go"}, {"page.go"}, {"show.go"}, {"main.go"}} {
		book.Chapters = append(book.Chapters, tidy.Chapter{Name: files[0], Files: files})
	}
	arrows, homeless, err := m.Arrows(book)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range arrows {
		t.Error(a)
	}
	for _, file := range homeless {
		t.Errorf("%s is in no chapter", file)
	}
	dead, err := m.Dead()
	if err != nil {
		t.Fatal(err)
	}
	for what, all := range map[string][]string{"no doc comment": m.Undocumented(), "no idea": m.WithoutIdea(tidy.LinesOfIdea), "no doc.go": m.WithoutDoc(), "no use": dead} {
		for _, name := range all {
			t.Errorf("%s has %s", name, what)
		}
	}
}
