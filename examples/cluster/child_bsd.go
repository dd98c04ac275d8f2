//go:build unix && !linux

package main

import (
	"os/exec"
	"syscall"
)

// tied makes the process a group of its own, which the keys of the terminal do not reach.
func tied(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
