//go:build !linux

package engines

import "fmt"

type chdbConn struct{}

func openCHDB(string) (*chdbConn, error) {
	return nil, fmt.Errorf("%w: libchdb is loaded on Linux only", ErrAbsent)
}

func (*chdbConn) run(string, []string) (string, error) { return "", ErrAbsent }

func (*chdbConn) Close() error { return nil }
