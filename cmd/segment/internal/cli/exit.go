package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/segmentrules/segment/cmd/segment/internal/source"
	"github.com/segmentrules/segment/rule"
)

// The exit codes.
const (
	codeOK    = 0 // done, and nothing is wrong
	codeFound = 1 // done, and something was found: a rule is wrong, a contact is not a member, a database differs
	codeInput = 2 // the command line or the input is wrong
	codeIO    = 3 // something could not be read, written or reached
)

// exitCodes is their text in the help.
const exitCodes = `Exit codes: 0 done; 1 done and something was found (a rule is wrong, a contact does
not match, answers differ); 2 the command line or the input is wrong; 3 something could
not be read, written or reached.`

// An exit is an error with the code to end with. Without an error nothing is printed: the
// output has said it.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

// found ends with [codeFound] after the output has said what was found.
func found() error { return &exit{code: codeFound} }

// input is an error of what was given.
func input(format string, args ...any) error { return &exit{codeInput, fmt.Errorf(format, args...)} }

// unreachable is an error of the world around.
func unreachable(err error) error {
	if err == nil {
		return nil
	}
	return &exit{codeIO, err}
}

// codeOf is the code that an error ends with.
func codeOf(err error) int {
	var e *exit
	var path *fs.PathError
	var problem *source.Problem
	switch {
	case err == nil:
		return codeOK
	case errors.As(err, &e):
		return e.code
	case errors.As(err, &problem), errors.As(err, new(rule.Errors)), errors.As(err, new(*rule.Error)):
		return codeInput
	case errors.As(err, &path), errors.Is(err, context.Canceled):
		return codeIO
	}
	return codeInput
}
