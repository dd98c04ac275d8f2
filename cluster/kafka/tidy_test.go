package kafka

import (
	"testing"

	"github.com/segmentrules/segment/internal/tidy"
)

// chapters are the files of each package in reading order.
var chapters = map[string][]string{
	".": {"doc.go", "error.go", "options.go", "topic.go", "check.go", "setup.go", "route.go", "fetch.go", "session.go", "ends.go", "roll.go", "engine.go",
		"input.go", "append.go", "output.go", "follow.go", "list.go", "snap.go", "trim.go", "signs.go"},
}

// TestTidy: no file names what a later one declares, names have comments, large files open
// with their idea, and nothing is dead, as in the root module.
func TestTidy(t *testing.T) {
	m, err := tidy.Load(".")
	if err != nil {
		t.Fatal(err)
	}
	for folder, files := range chapters {
		book := tidy.Book{Folder: folder}
		for _, file := range files {
			book.Chapters = append(book.Chapters, tidy.Chapter{Name: file, Files: []string{file}})
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
