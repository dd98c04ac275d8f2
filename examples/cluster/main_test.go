//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The tests run the program as it is: their own binary is it if the environment says so, and
// its children are that binary, too.

const asProgram = "SEGMENT_EXAMPLE_CLUSTER"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// A program is the program as it runs.
type program struct {
	*exec.Cmd
	folder string // that it has its temporary folder in

	mu  sync.Mutex
	out bytes.Buffer
}

// Write takes in what the program writes.
func (p *program) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(text)
}

// wrote is what it has written.
func (p *program) wrote() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// started starts the program. When the test ends, nothing of it may be left.
func started(t *testing.T, flags ...string) *program {
	t.Helper()
	p := &program{Cmd: exec.Command(os.Args[0], flags...), folder: t.TempDir()}
	p.Env = append(os.Environ(), asProgram+"=1", "TMPDIR="+p.folder)
	p.Stdout, p.Stderr = p, p
	p.WaitDelay = time.Second // a child has the same standard error only by mistake
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.Process.Kill()
		_ = p.Wait()
		for _, pid := range p.children(t) {
			t.Errorf("process %d is left", pid)
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		if t.Failed() {
			t.Logf("the program wrote\n%s", p.wrote())
		}
	})
	return p
}

// children are the processes that the program has started, also if it is gone. They are found
// where there is /proc; elsewhere none are.
func (p *program) children(t *testing.T) (pids []int) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range all {
		env, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(env, []byte("TMPDIR="+p.folder+"\x00")) {
			continue // it is gone meanwhile, or another's
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil && pid != p.Process.Pid {
			pids = append(pids, pid)
		}
	}
	return pids
}

// await waits until something is so.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	for from := time.Now(); !so(); time.Sleep(50 * time.Millisecond) {
		if time.Since(from) > time.Minute {
			t.Fatalf("%s: not after a minute", what)
		}
	}
}

// cleared reports whether the temporary folder of the program is gone.
func (p *program) cleared(t *testing.T) bool {
	t.Helper()
	left, err := os.ReadDir(p.folder)
	if err != nil {
		t.Fatal(err)
	}
	return len(left) == 0
}

// TestRun: a worker is killed, one is stopped, a broker is killed, and at the end all is equal.
func TestRun(t *testing.T) {
	lasts := "15s"
	if !testing.Short() {
		lasts = "30s"
	}
	p := started(t, "-for", lasts, "-rate", "200", "-contacts", "2000", "-seed", "2")
	_ = p.Wait() // the state says more than the error
	if code := p.ProcessState.ExitCode(); code != exitEqual {
		t.Errorf("the program ends with %d", code)
	}
	for _, want := range []string{
		`\* worker [abc] killed; it had partition`,
		`\* partitions? [0-7 ]+ taken over by [abc].* after [0-9.]+`,
		`\* worker [abc] stopped`,
		`\* worker [abc] goes on where it was stopped`,
		`\* broker n[123] killed`,
		`\* broker n[123] is back`,
		`s  at work: 3 of 3 brokers, 2 of 3 workers; messages [0-9,]+, [0-9,]+/s; diffs [0-9,]+, [0-9,]+/s; lag [0-9,]+; gaps 0`,
		`(?m)^[0-9]*,?[0-9]+,[0-9]{3} diffs, 0 lost, 0 wrong, 0 doubled, equal to one index$`,
	} {
		if !regexp.MustCompile(want).MatchString(p.wrote()) {
			t.Errorf("it does not write %s", want)
		}
	}
	if strings.Contains(p.wrote(), "\x1b") {
		t.Error("it writes colours where there is no terminal")
	}
	if left := p.children(t); len(left) > 0 {
		t.Errorf("processes %d are left", left)
	}
	if !p.cleared(t) {
		t.Error("its folder is left")
	}
}

// TestInterrupt: ctrl-C ends all of it, and says that nothing was compared.
func TestInterrupt(t *testing.T) {
	p := started(t, "-for", "1m")
	if runtime.GOOS == "linux" {
		await(t, "three children", func() bool { return len(p.children(t)) == 3 })
	}
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = p.Wait()
	if code := p.ProcessState.ExitCode(); code != exitInterrupted || !strings.Contains(p.wrote(), errInterrupted.Error()) {
		t.Errorf("the program ends with %d", code)
	}
	if left := p.children(t); len(left) > 0 || !p.cleared(t) {
		t.Errorf("processes %d are left, or its folder", left)
	}
}

// TestParentKilled: children end with the program, however it ends, also one that is stopped.
func TestParentKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("children are found by /proc")
	}
	p := started(t, "-for", "1m")
	await(t, "three children", func() bool { return len(p.children(t)) == 3 })
	if err := syscall.Kill(p.children(t)[0], syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.Wait()
	await(t, "no child", func() bool { return len(p.children(t)) == 0 })
}

// TestEndedByItself: a process that ends though nobody has killed it is part of the verdict.
func TestEndedByItself(t *testing.T) {
	if testing.Short() || runtime.GOOS != "linux" {
		t.Skip("it takes a quarter of a minute, and children are found by /proc")
	}
	p := started(t, "-for", "10s", "-rate", "50", "-contacts", "100")
	await(t, "a load", func() bool { return strings.Contains(p.wrote(), "at work") })
	for _, pid := range p.children(t) {
		args, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
		if bytes.Contains(args, []byte("\x00"+isWorker+"\x00")) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
			break
		}
	}
	_ = p.Wait()
	if code := p.ProcessState.ExitCode(); code != exitWrong || !regexp.MustCompile(`(?m)equal to one index$(?s:.*)^WRONG: worker [abc] has ended by itself \(signal: killed\)`).MatchString(p.wrote()) {
		t.Errorf("the program ends with %d", code)
	}
}

// TestFlags: what cannot be is said, and nothing is started.
func TestFlags(t *testing.T) {
	for _, flags := range [][]string{{"-for", "1s"}, {"-partitions", "0"}, {"-partitions", "257"}, {"-rate", "0"}, {"-rate", "NaN"}, {"-contacts", "0"}, {"-contacts", "9000000"}} {
		p := started(t, flags...)
		_ = p.Wait()
		if code := p.ProcessState.ExitCode(); code != exitTrouble || !strings.Contains(p.wrote(), flags[0]+" is a ") {
			t.Errorf("%v: the program ends with %d and writes %q", flags, code, p.wrote())
		}
	}
}
