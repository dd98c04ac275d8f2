package live

import (
	"strconv"
	"time"

	"github.com/segmentrules/segment"
)

// What a host itself refuses, in the words and types of an index, so that who reads the errors
// need not know which of the two it was.

// refused is an error about a member of an update.
func refused(code segment.Code, path, msg string) error {
	return &segment.Error{Code: code, Path: path, Msg: msg}
}

// aheadError says that an instant is too far ahead.
func aheadError(at, last time.Time) error {
	return refused(segment.ErrValue, "/at", stamp(at)+" is in the future: the last instant that is taken is "+stamp(last))
}

// lateError says that an instant is before the clock, or a row before it.
func lateError(at, clock time.Time) error {
	return refused(segment.ErrValue, "/at", "the clock cannot go back from "+stamp(clock)+" to "+stamp(at))
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func quoted(s string) string { return strconv.Quote(s) }
