//go:build !windows && !plan9 && !js && !wasip1

package cluster

import (
	"syscall"
	"testing"
	"time"
)

// used is the time that processors have spent on this process: on a machine that others use
// too the time on the clock says little.
func used(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
