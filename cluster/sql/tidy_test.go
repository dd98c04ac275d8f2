package sql

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
	for _, file := range []string{"doc.go", "error.go", "options.go", "setup.go", "heads.go", "queue.go", "engine.go", "watch.go", "open.go",
		"append.go", "read.go", "rows.go", "commit.go", "follow.go", "snapshot.go", "signs.go", "trim.go"} {
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
