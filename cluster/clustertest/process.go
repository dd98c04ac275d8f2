//go:build unix

package clustertest

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// roleVar names what a process of a test is to be.
const roleVar = "CLUSTERTEST_ROLE"

// Main runs the tests, or where [Start] has started this program as another process of a
// test, the role that it was started for. The context of a role ends when the process that
// started it does.
func Main(m *testing.M, roles map[string]func(context.Context) error) {
	name := os.Getenv(roleVar)
	if name == "" {
		os.Exit(m.Run())
	}
	role := roles[name]
	if role == nil {
		fmt.Fprintf(os.Stderr, "there is no role %q\n", name)
		os.Exit(2)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with the process at its other end
		cancel()
		time.Sleep(5 * time.Second)
		os.Exit(3)
	}()
	if err := role(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// A Process is one that a test has started.
type Process struct {
	Name string
	cmd  *exec.Cmd
	in   io.Closer
	log  string

	mu   sync.Mutex
	done chan struct{}
	err  error
}

// Start starts this program once more, in a role of [Main], with more in its environment,
// each as NAME=value. It is killed when the test ends, and its output is shown then if the
// test has failed.
func Start(t testing.TB, role, name string, env ...string) *Process {
	t.Helper()
	p := &Process{Name: name, done: make(chan struct{})}
	p.cmd = exec.Command(os.Args[0])
	p.cmd.Env = append(append(os.Environ(), roleVar+"="+role), env...)
	dieWithParent(p.cmd)
	file, err := os.CreateTemp(logFolder(t), name+"-*.log")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	p.log = file.Name()
	p.cmd.Stdout, p.cmd.Stderr = file, file
	if p.in, err = p.cmd.StdinPipe(); err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		err := p.cmd.Wait()
		p.mu.Lock()
		p.err = err
		p.mu.Unlock()
		close(p.done)
	}()
	t.Cleanup(func() {
		p.Kill()
		if t.Failed() {
			text, _ := os.ReadFile(p.log)
			t.Logf("%s said:\n%s", name, text[max(0, len(text)-4_000):])
		}
	})
	return p
}

// logFolder is where processes write what they say; one that tests of this process share,
// since a test has many.
func logFolder(t testing.TB) string {
	folder := filepath.Join(t.TempDir(), "log")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

// Kill kills the process as it is, also if it is stopped, and waits until it is gone.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // it may be gone
	<-p.done
	_ = p.in.Close()
}

// Stop stops the process in its tracks, until [Process.Go].
func (p *Process) Stop() { _ = p.cmd.Process.Signal(syscall.SIGSTOP) }

// Go lets a process that was stopped go on.
func (p *Process) Go() { _ = p.cmd.Process.Signal(syscall.SIGCONT) }

// Done is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err says how the process has ended.
func (p *Process) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// Log returns the name of the file with what the process has said.
func (p *Process) Log() string { return p.log }
