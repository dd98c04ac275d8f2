package engines

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// newFolder makes a temporary folder for an engine, and removes what test
// binaries that were killed left of theirs: the name holds the process.
func newFolder(engine string) (string, error) {
	const prefix = "segment-engine-"
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	for _, folder := range left {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(folder), prefix), "-")
		if n, err := strconv.Atoi(pid); err == nil && gone(n) {
			os.RemoveAll(folder)
		}
	}
	return os.MkdirTemp("", fmt.Sprintf("%s%d-%s-", prefix, os.Getpid(), engine))
}

// program finds a program by its name or one of the places it may be in, and
// says which package has it where there is none.
func program(name, debian string, places ...string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	for _, place := range places {
		found, _ := filepath.Glob(filepath.Join(place, name))
		slices.Sort(found)
		if len(found) > 0 {
			return found[len(found)-1], nil
		}
	}
	return "", fmt.Errorf("%w: no program %s (Debian package %s)", ErrAbsent, name, debian)
}

// run runs a program to its end, as the given user where we are root.
func run(user, folder, path string, args ...string) error {
	attr, err := asUser(user, folder)
	if err != nil {
		return err
	}
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.SysProcAttr = folder, attr
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(path), err, out)
	}
	return nil
}

// A server is a running program that dies with us.
type server struct {
	cmd  *exec.Cmd
	log  bytes.Buffer
	done chan struct{}
	err  error // of Wait, once done
}

// serve starts a server program as the given user where we are root.
func serve(user, folder, path string, args ...string) (*server, error) {
	attr, err := asUser(user, folder)
	if err != nil {
		return nil, err
	}
	s := &server{cmd: exec.Command(path, args...), done: make(chan struct{})}
	s.cmd.Dir, s.cmd.SysProcAttr = folder, attr
	s.cmd.Stdout, s.cmd.Stderr = &s.log, &s.log
	s.cmd.WaitDelay = 10 * time.Second
	started := make(chan error)
	go s.mind(started)
	if err := <-started; err != nil {
		return nil, err
	}
	return s, nil
}

// await polls until the server answers, for half a minute.
func (s *server) await(answers func() error) error {
	for deadline := time.Now().Add(30 * time.Second); ; {
		err := answers()
		if err == nil {
			return nil
		}
		select {
		case <-s.done:
			return fmt.Errorf("the server ended: %w\n%s", s.err, s.log.String())
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return errors.Join(fmt.Errorf("no answer: %w", err), s.stop(syscall.SIGKILL))
		}
	}
}

// stop ends the server by a signal, and by force if that takes long.
func (s *server) stop(signal os.Signal) error {
	s.cmd.Process.Signal(signal)
	select {
	case <-s.done:
		return nil
	case <-time.After(10 * time.Second):
	}
	s.cmd.Process.Kill()
	<-s.done
	return fmt.Errorf("%s had to be killed", filepath.Base(s.cmd.Path))
}
