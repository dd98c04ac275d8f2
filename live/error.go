package live

import (
	"errors"
	"fmt"
)

// The errors of calls that a host no longer takes.
var (
	// ErrClosed: the host has been closed.
	ErrClosed = errors.New("live: the host is closed")
	// ErrFailed: the machine below has failed, so that nobody knows which changes are safe. The
	// error that it wraps beside this one says how. The host takes no more changes; reads show
	// the state as it was. Open the machine again and make a new host of it.
	ErrFailed = errors.New("live: the host has stopped, since the machine below it has failed")
)

// A ResyncError says that a subscriber cannot go on where it is: the diffs after From are no
// longer kept, since it was too slow or away for too long, or From is a revision that has
// never been reached, since the subscriber followed another history. What it holds must be
// read anew: call [Host.MembersAt] for each segment, take the members as they are, and
// subscribe from the revision that came with them.
type ResyncError struct {
	From   uint64 // the revision after which diffs were asked for
	Oldest uint64 // the lowest revision from which a subscription is possible
	Newest uint64 // the revision of the newest diff
	Err    error  // what the machine said that was asked for older ones, see [Historian]; may be nil
}

// Error says what is gone and what to do.
func (e *ResyncError) Error() string {
	why := fmt.Sprintf("the diffs after revision %d are no longer kept, only those after %d", e.From, e.Oldest)
	if e.From > e.Newest {
		why = fmt.Sprintf("revision %d has never been reached here, the newest diff is %d", e.From, e.Newest)
	}
	if e.Err != nil {
		why += " (" + e.Err.Error() + ")"
	}
	return "live: " + why + ": read the members of each segment with MembersAt, and subscribe from the revision that comes with them"
}

// Unwrap returns what the machine said.
func (e *ResyncError) Unwrap() error { return e.Err }
