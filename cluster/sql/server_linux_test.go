package sql

import "syscall"

// dieWithParent has a process end when the thread does that started it.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGQUIT }
