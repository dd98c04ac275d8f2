package clustertest

import (
	"os/exec"
	"syscall"
)

// dieWithParent has a process killed when this one ends, stopped or not.
func dieWithParent(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
