package cluster

import (
	"testing"

	"github.com/segmentrules/segment/internal/tidy"
)

// TestTidy: no file names what a later one declares, names have comments, large files open
// with their idea, and nothing is dead, as in the root module.
func TestTidy(t *testing.T) {
	faults, err := tidy.Faults(".",
		tidy.Pages(".", "doc.go", "fault.go", "error.go", "broker.go", "transport.go", "partition.go", "message.go", "commit.go", "senders.go", "machine.go", "image.go",
			"snapshot.go", "worker.go", "view.go", "load.go", "keep.go", "step.go", "share.go", "room.go", "status.go", "tend.go", "runner.go", "fake.go",
			"unruly.go"),
		tidy.Pages("client", "doc.go", "rest.go", "cursor.go", "error.go", "options.go", "sender.go", "mark.go", "parts.go", "producer.go", "relay.go", "track.go", "reader.go",
			"subscribe.go"),
		tidy.Pages("query", "doc.go", "state.go", "wire.go", "problem.go", "prepare.go", "look.go", "handler.go", "error.go", "cluster.go", "ask.go", "gather.go", "each.go",
			"count.go", "preview.go", "members.go", "metrics.go", "contact.go"),
		tidy.Pages("clustertest", "doc.go", "history.go", "judge.go", "one.go", "compare.go", "load.go", "conform_input.go", "conform_output.go", "conform_work.go", "conform.go",
			"process_linux.go", "process_other.go", "process.go", "schedule.go"),
		tidy.Pages("internal/pause", "doc.go", "pause.go"),
	)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
}
