//go:build unix

package main

import "syscall"

// canSleep says that processes can be stopped and go on.
const canSleep = true

// sleep stops a child amid whatever it does.
func (c *child) sleep() error { return c.cmd.Process.Signal(syscall.SIGSTOP) }

// wake lets it go on.
func (c *child) wake() error { return c.cmd.Process.Signal(syscall.SIGCONT) }
