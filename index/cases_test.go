package index_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/segmenttest"
	"github.com/segmentrules/segment/segmenttest/suites"
)

// TestCasesOfReports tells the cases that were made from public bug reports, which lie
// beside the project, to the reference, an index and an index of shards.
func TestCasesOfReports(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(suites.Dir(t), "..", "cases", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	systems := map[string]func(*testing.T) segmenttest.System{
		"reference": func(*testing.T) segmenttest.System { return segmenttest.Reference() },
		"index":     func(*testing.T) segmenttest.System { return newSystem() },
		"shards": func(*testing.T) segmenttest.System {
			return newSharded(3, index.Options{Location: time.UTC})
		},
	}
	for _, file := range files {
		name := filepath.Base(file)
		if ok, _ := filepath.Match("*_test.go.txt", name); ok {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for system, fresh := range systems {
			t.Run(name+"/"+system, func(t *testing.T) {
				segmenttest.RunScript(t, fresh, string(text))
			})
		}
	}
}
