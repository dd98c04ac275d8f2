package segmenttest

import (
	"embed"
	"os"
	"path"
	"path/filepath"
	"testing"
)

//go:embed testdata/stories/*.txt
var stories embed.FS

// Run holds a system against everything that all must agree on: the stories of
// this package and its laws. fresh returns a new system, of nothing, for each.
func Run(t *testing.T, fresh func(*testing.T) System) {
	t.Helper()
	files, err := stories.ReadDir("testdata/stories")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		t.Run(f.Name(), func(t *testing.T) {
			text, err := stories.ReadFile(path.Join("testdata/stories", f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			RunScript(t, fresh, string(text))
		})
	}
	runLaws(t, fresh)
}

// RunFiles runs the scripts of a host, those that match the glob pattern. With
// rewrite it does not complain but writes into them what happened: for hosts to
// hang on a flag of their tests, and to review the difference.
func RunFiles(t *testing.T, fresh func(*testing.T) System, pattern string, rewriting bool) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts match %s: %v", pattern, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !rewriting {
				RunScript(t, fresh, string(text))
				return
			}
			if err := os.WriteFile(file, []byte(rewrite(t, fresh, string(text))), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}
