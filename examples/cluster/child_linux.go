package main

import (
	"os/exec"
	"syscall"
)

// tied has the kernel kill the process when its parent is gone, and keeps the keys of the
// terminal from it.
func tied(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
