//go:build !linux

package engines

import (
	"fmt"
	"syscall"
)

// asUser says that servers are started on Linux only: elsewhere nothing ends
// them when a test is killed.
func asUser(string, string) (*syscall.SysProcAttr, error) {
	return nil, fmt.Errorf("%w: servers are started on Linux only", ErrAbsent)
}

func (s *server) mind(started chan<- error) { started <- ErrAbsent }

func gone(int) bool { return false }
