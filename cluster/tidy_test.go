package cluster

import (
	"testing"

	"github.com/segmentrules/segment/internal/tidy"
)

// chapters are the files of each package in reading order.
var chapters = map[string][]string{
	".": {"doc.go", "fault.go", "error.go", "broker.go", "transport.go", "partition.go", "message.go", "commit.go",
		"senders.go", "machine.go", "image.go", "snapshot.go", "worker.go", "view.go", "load.go", "keep.go", "step.go", "share.go", "room.go", "status.go", "tend.go", "runner.go", "fake.go", "unruly.go"},
	"client": {"doc.go", "rest.go", "cursor.go", "error.go", "options.go", "sender.go", "mark.go", "parts.go", "producer.go", "relay.go", "track.go", "reader.go", "subscribe.go"},
	"clustertest": {"doc.go", "history.go", "judge.go", "one.go", "compare.go", "load.go", "conform_input.go", "conform_output.go", "conform_work.go", "conform.go",
		"process_linux.go", "process_other.go", "process.go", "schedule.go"},
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
