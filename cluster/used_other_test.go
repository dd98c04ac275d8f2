//go:build windows || plan9 || js || wasip1

package cluster

import (
	"testing"
	"time"
)

var began = time.Now()

// used is the time on the clock, where package syscall does not tell that of processors.
func used(testing.TB) time.Duration { return time.Since(began) }
