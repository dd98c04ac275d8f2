//go:build !darwin && !dragonfly && !freebsd && !illumos && !linux && !netbsd && !openbsd && !windows

package disk

import (
	"io"
	"os"
)

// lock opens the file and holds nothing: these systems offer no lock that package
// syscall knows and that ends with the process. The host sees to it that a
// directory is opened once.
func lock(path string, shared bool) (io.Closer, error) {
	flag := os.O_RDWR | os.O_CREATE
	if shared {
		flag = os.O_RDONLY
	}
	f, err := os.OpenFile(path, flag, 0o666)
	if err != nil {
		return nil, err
	}
	return f, nil
}
