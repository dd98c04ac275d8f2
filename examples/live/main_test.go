package main

import (
	"net"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTour runs the script of the README word for word, and compares what it prints.
func TestTour(t *testing.T) {
	for _, program := range []string{"bash", "curl", "grep", "sed"} {
		if _, err := exec.LookPath(program); err != nil || runtime.GOOS == "windows" {
			t.Skipf("the tour needs %s", program)
		}
	}
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := regexp.MustCompile("(?s)```sh\n(.*?)```.*```text\n(.*?)```").FindSubmatch(text)
	if parts == nil {
		t.Fatal("the README has no script and what it prints")
	}
	cmd := exec.Command("bash", "-c", string(parts[1]))
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "ADDR="+free(t), "DIR="+t.TempDir())
	cmd.Stderr = os.Stderr
	got, err := cmd.Output()
	if diff := cmp.Diff(string(parts[2]), string(got)); diff != "" {
		t.Errorf("the tour prints (%v)\n%s", err, diff)
	}
}

// free is an address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
