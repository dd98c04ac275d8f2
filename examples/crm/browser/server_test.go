package browser

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The program that is tested: built once, started on a directory, killed and started again.

// contacts is how many it has: enough to fill pages, few enough to be made in seconds.
var contacts = flag.Int("contacts", 3000, "how many contacts the program is to have")

// program is the path of the program.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "crm")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "crm")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Dir = ".."
	if text, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, text)
	}
	return path, nil
})

// TestMain removes the program at the end.
func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if path, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// A server is the program under way.
type server struct {
	t         *testing.T
	addr, dir string
	cmd       *exec.Cmd
	log       bytes.Buffer
}

// serve starts the program on a new directory.
func serve(t *testing.T) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, addr: l.Addr().String(), dir: t.TempDir()}
	_ = l.Close()
	s.start()
	t.Cleanup(s.kill)
	return s
}

// start starts it, and returns when it answers.
func (s *server) start() {
	s.t.Helper()
	path, err := program()
	if err != nil {
		s.t.Fatal(err)
	}
	s.log.Reset()
	s.cmd = exec.Command(path, "-addr", s.addr, "-dir", s.dir, "-simulate", "-contacts", fmt.Sprint(*contacts))
	s.cmd.Stderr = &s.log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	for range 1200 {
		if answer, err := http.Get("http://" + s.addr + "/healthz"); err == nil {
			_ = answer.Body.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.kill()
	s.t.Fatalf("it does not answer: %s", s.log.String())
}

// kill ends it as a power cut would.
func (s *server) kill() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// ask makes a request past the page, which must be answered with 2xx, and reads the answer.
func (s *server) ask(method, path, body string, into any, headers ...string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.addr+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(answer.Body); err != nil {
		s.t.Fatal(err)
	}
	if answer.StatusCode/100 != 2 {
		s.t.Fatalf("%s %s: %d %s", method, path, answer.StatusCode, text.String())
	}
	if into != nil {
		if err := json.Unmarshal(text.Bytes(), into); err != nil {
			s.t.Fatal(err)
		}
	}
}

// count is for how many contacts a rule holds.
func (s *server) count(rule string) int {
	s.t.Helper()
	var n struct{ Count int }
	body, _ := json.Marshal(map[string]string{"rule": rule})
	s.ask("POST", "/v1/count", string(body), &n)
	return n.Count
}
