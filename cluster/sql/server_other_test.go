//go:build unix && !linux

package sql

import "syscall"

// dieWithParent does nothing where there is no such thing.
func dieWithParent(*syscall.SysProcAttr) {}
