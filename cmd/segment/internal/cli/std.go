package cli

import (
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// A Std is the world around the command: its streams, its environment and its clock. Tests
// bring their own.
type Std struct {
	In       io.Reader
	Out, Err io.Writer
	OutTerm  bool // Out is a terminal
	ErrTerm  bool
	Env      func(name string) string
	Now      func() time.Time
}

// OfProcess is the world of this process.
func OfProcess() Std {
	return Std{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		OutTerm: term.IsTerminal(int(os.Stdout.Fd())), ErrTerm: term.IsTerminal(int(os.Stderr.Fd())),
		Env: os.Getenv, Now: time.Now,
	}
}
