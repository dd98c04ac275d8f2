//go:build unix

package main

import "syscall"

// sleep stops a child amid whatever it does.
func (c *child) sleep() error { return c.cmd.Process.Signal(syscall.SIGSTOP) }

// wake lets it go on.
func (c *child) wake() error { return c.cmd.Process.Signal(syscall.SIGCONT) }
