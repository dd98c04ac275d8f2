package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// Children are processes of this very program, started with a role as first argument. None
// outlives its parent, however that ends:
//
//   - The parent kills them when it ends in order, and waits for them.
//   - Each has a pipe as standard input, of which the parent has the other end, and stops
//     when it is closed: that is so whatever the system.
//   - On Linux the kernel kills them when the parent is gone, also those that are stopped.
//     Elsewhere each is a process group of its own; to one that is stopped and has lost its
//     parent the system sends SIGHUP.

// A role is what a child is.
type role string

// The roles.
const (
	isBroker role = "broker"
	isWorker role = "worker"
)

// A child is a process that was started.
type child struct {
	name  string
	cmd   *exec.Cmd
	stdin io.Closer
	log   string        // the file with its standard error
	gone  chan struct{} // closed when it is no more
}

// An end says that a child is no more.
type end struct {
	child *child
	err   error
}

// spawn starts a child. What it says goes to say, and its end to ended, by a goroutine of its
// own. On Linux the thread that calls spawn must outlive the child.
func spawn(as role, name string, settings any, dir string, say func(name string, l line), ended chan<- end) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(settings)
	if err != nil {
		return nil, err
	}
	c := &child{name: name, cmd: exec.Command(self, string(as), string(text)), log: filepath.Join(dir, name+".log"), gone: make(chan struct{})}
	log, err := os.OpenFile(c.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own
	c.cmd.Stderr = log
	tied(c.cmd)
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var l line
			if json.Unmarshal(lines.Bytes(), &l) == nil {
				say(name, l)
			}
		}
		err := c.cmd.Wait()
		close(c.gone)
		ended <- end{c, err}
	}()
	return c, nil
}

// lastWords is the end of what a child wrote to its standard error.
func (c *child) lastWords() string {
	text, err := os.ReadFile(c.log)
	if err != nil {
		return err.Error()
	}
	text = bytes.TrimSpace(text)
	if i := bytes.LastIndexByte(text, '\n'); i >= 0 {
		text = text[i+1:]
	}
	return string(text)
}

// play is what a child does: it plays its role until its standard input ends.
func play(as role, settings string) error {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		fmt.Fprintln(os.Stderr, "the parent is gone")
		os.Exit(0)
	}()
	tell := newTeller(os.Stdout)
	switch as {
	case isBroker:
		var s brokerSettings
		if err := json.Unmarshal([]byte(settings), &s); err != nil {
			return err
		}
		return s.serve(tell)
	case isWorker:
		var s workerSettings
		if err := json.Unmarshal([]byte(settings), &s); err != nil {
			return err
		}
		return s.work(tell)
	}
	return fmt.Errorf("no child has the role %q", as)
}
